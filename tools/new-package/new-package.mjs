// pnpm new-package <name>: makes packages/<name> from the template, ready to pass `pnpm check`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';
import { addToReaders } from './add-to-readers.mjs';
import { fillTemplate } from './fill-template.mjs';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
// The folder to work in: the repository, or the scratch one of a test.
const [name = '', into = root] = process.argv.slice(2);

if (!NAME.test(name) || name.length > 40) {
  console.error(
    'usage: pnpm new-package <name>   (lower case letters, digits and single dashes; at most 40)',
  );
  process.exit(2);
}
const target = path.join(into, 'packages', name);
if (existsSync(target)) {
  console.error(`packages/${name} exists already.`);
  process.exit(2);
}
fillTemplate(name, target, path.join(into, '.changeset', `${name}-first.md`));
addToReaders(name, into);
// A longer or shorter name breaks lines elsewhere.
const prettier = path.join(root, 'node_modules/.bin/prettier');
if (existsSync(prettier)) spawnSync(prettier, ['--write', '--log-level=warn', target], { stdio: 'inherit' });

console.log(`Made packages/${name} and .changeset/${name}-first.md. Next:
  pnpm install
  npx turbo run build test check:package --filter @spark-perf/${name}
  pnpm api-report
  pnpm size-budget`);
