import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { commit } from './scratch-clone.mjs';

const MINUTE = 60_000;

/** Writes a changeset, as `pnpm changeset` would after its questions. */
export function addChangeset(clone, name, bumps, text) {
  const head = Object.entries(bumps).map(([one, bump]) => `'${one}': ${bump}`);
  writeFileSync(
    path.join(clone, '.changeset', `${name}.md`),
    ['---', ...head, '---', '', text, ''].join('\n'),
  );
}

/**
 * `pnpm version-packages`, a commit, `changeset publish`.
 *
 * @returns {Promise<string>} what was printed
 */
export async function release(clone) {
  const changeset = path.join(clone, 'node_modules/.bin/changeset');
  await execute(clone, changeset, ['version'], MINUTE);
  await commit(clone, 'Version packages');
  return execute(clone, changeset, ['publish'], 5 * MINUTE);
}

export function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}
