/**
 * @typedef {object} Example
 * @property {number} line of its first line of code in the document, from 1
 * @property {string} code as a module of its own; its lines have the numbers they have in the document
 * @property {boolean} runs whether it is executed
 */

const FENCE = /^(\s*)(`{3,})(\S*)\s*(.*)$/;

/**
 * The TypeScript examples of a Markdown text: blocks that begin with "```ts". After it may stand `runs` (the example
 * is executed as well) and `continues` (it goes on from the block before it).
 *
 * @param {string} text
 * @returns {Example[]}
 */
export function examplesIn(text) {
  const lines = text.split('\n');
  const examples = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent, ticks, language, words] = FENCE.exec(lines[at]) ?? [];
    if (ticks === undefined) continue;
    const isEnd = (line) => line.trim() === ticks;
    const length = lines.slice(at + 1).findIndex(isEnd);
    const end = length === -1 ? lines.length : at + 1 + length;
    if (language === 'ts' || language === 'typescript') {
      const code = lines
        .slice(at + 1, end)
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      const flags = words.split(/\s+/);
      const before = flags.includes('continues') ? (examples.at(-1)?.code ?? '') : '';
      const filler = '\n'.repeat(at + 1 - (before === '' ? 0 : before.split('\n').length - 1));
      examples.push({
        line: at + 2,
        code: `${before}${filler}${code.join('\n')}\n`,
        runs: flags.includes('runs'),
      });
    }
    at = end;
  }
  return examples;
}
