import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesBelow } from '../src/files-below.js';
import { nodesOf, parse } from '../src/parse.js';
import { packages, readText } from '../src/workspace.js';

const CODE = /^SPARK_[A-Z0-9_]+$/;

const thrown = new Map<string, string>();
for (const file of packages.flatMap(({ folder }) => filesBelow(`${folder}/src`))) {
  for (const node of nodesOf(parse(file))) {
    if (ts.isStringLiteralLike(node) && CODE.test(node.text)) thrown.set(node.text, file);
  }
}
const rows = (readText('docs/errors.md') ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const documented = rows.map(([code = '']) => code.replaceAll('`', ''));

describe('docs/errors.md', () => {
  test('has a row for every code in the sources', () => {
    const missing = [...thrown].filter(([code]) => !documented.includes(code));
    expect(missing.map(([code, file]) => `${code} (${file})`)).toEqual([]);
  });

  test('has no row for a code that nobody uses', () => {
    expect(documented.filter((code) => !thrown.has(code))).toEqual([]);
  });

  test('has each code once, with a cause and a remedy', () => {
    expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
    expect(rows.filter((cells) => cells.length !== 3 || cells.some((cell) => cell === ''))).toEqual([]);
  });
});
