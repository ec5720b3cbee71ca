// Checks the examples in the documents as a user would meet them: in an ESM project that has the built packages
// installed. One test for each document.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../setup/root.mjs';
import { documents } from './documents.mjs';
import { examplesIn } from './examples-in.mjs';
import { runExample } from './run-example.mjs';
import { typeErrors } from './type-errors.mjs';

const cache = fileURLToPath(new URL('.cache', import.meta.url)); // below the node_modules with the packages
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(path.join(cache, 'examples-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
writeFileSync(path.join(scratch, 'package.json'), '{ "type": "module", "private": true }\n');

const pages = documents().map(({ file, required }) => {
  const examples = examplesIn(readFileSync(path.join(root, file), 'utf8')).map((example) => ({
    ...example,
    document: file,
    source: path.join(scratch, `${file.replace(/[^a-z0-9]+/gi, '-')}-${example.line}.ts`),
  }));
  for (const { source, code } of examples) writeFileSync(source, `${code}export {};\n`);
  return { file, required, examples };
});
const errors = typeErrors(
  scratch,
  pages.flatMap(({ examples }) => examples.map(({ source }) => source)),
);

let failed = 0;
for (const { file, required, examples } of pages) {
  if (examples.length === 0 && !required) continue;
  const complaints = examples.length === 0 ? [`${file}: has no example`] : [];
  for (const { source, line } of examples) {
    for (const error of errors.get(source) ?? [])
      complaints.push(`${file}:${error.line ?? line} ${error.message}`);
  }
  // Code that does not compile is not run.
  if (complaints.length === 0) {
    for (const example of examples.filter(({ runs }) => runs)) {
      const complaint = await runExample(example);
      if (complaint !== undefined) complaints.push(`${file}:${example.line} ${complaint}`);
    }
  }
  if (complaints.length > 0) failed++;
  for (const complaint of complaints) console.log(`  ${complaint}`);
  const run = examples.filter(({ runs }) => runs).length;
  console.log(
    `${complaints.length > 0 ? 'not ok' : 'ok'} - ${file} (${examples.length} examples, ${run} of them run)`,
  );
}
process.exit(failed > 0 ? 1 : 0);
