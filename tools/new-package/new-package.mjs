// pnpm new-package <name>: copies the template into packages/<name>, ready to pass `pnpm check`.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const [name, into = path.join(here, '../../packages')] = process.argv.slice(2);

if (!/^[a-z][a-z0-9-]{1,40}$/.test(name ?? '')) {
  console.error('usage: pnpm new-package <name>   (lower case letters, digits and dashes)');
  process.exit(2);
}
const target = path.resolve(into, name);
if (existsSync(target)) {
  console.error(`${path.relative(process.cwd(), target)} exists already`);
  process.exit(2);
}

const pascal = name.replace(/(^|-)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const words = { name, Name: pascal, NAME: name.replaceAll('-', '_').toUpperCase() };
const fill = (text) => text.replace(/__(name|Name|NAME)__/g, (_, word) => words[word]);

cpSync(path.join(here, 'template'), target, { recursive: true });
for (const entry of readdirSync(target, { recursive: true })) {
  const file = path.join(target, entry);
  if (statSync(file).isDirectory()) continue;
  writeFileSync(file, fill(readFileSync(file, 'utf8')));
  const final = path.join(path.dirname(file), fill(path.basename(file)).replace(/\.template$/, ''));
  if (final !== file) renameSync(file, final);
}
console.log(`Made packages/${name}. Next: pnpm install && pnpm --filter @spark-perf/${name} build`);
