// node tools/api-report/check-changesets.mjs [base]: a package whose API has changed since `base` (origin/main) needs a
// changeset that names it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { root } from '../setup/root.mjs';

const base = process.argv[2] ?? 'origin/main';
const printed = await execute(root, 'git', ['diff', '--name-only', `${base}...HEAD`]);
const changed = printed.split('\n').filter(Boolean);
const isChangeset = (file) =>
  /^\.changeset\/(?!README)[^/]+\.md$/.test(file) && existsSync(path.join(root, file));
const heads = changed
  .filter(isChangeset)
  .map((file) => readFileSync(path.join(root, file), 'utf8').split('---')[1] ?? '');

const unnamed = changed
  .flatMap((file) => /^packages\/([^/]+)\/api\.md$/.exec(file)?.[1] ?? [])
  .map((folder) => `@spark-perf/${folder}`)
  .filter((name) => !heads.some((head) => head.includes(`'${name}'`) || head.includes(`"${name}"`)));
for (const name of unnamed)
  console.error(`The API of ${name} has changed: run \`pnpm changeset\` and choose it.`);
process.exitCode = unnamed.length > 0 ? 1 : 0;
