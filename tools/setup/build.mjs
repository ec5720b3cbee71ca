import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const DEADLINE = 15 * 60_000;
/** Turbo says so sooner when there is nothing to build. */
const NOTICE_AFTER = 1500;

/**
 * Builds all packages and apps, or with `target` only that one and what it depends on. Turbo skips what is built.
 *
 * @param {string} [target] name of a workspace package
 * @returns {Promise<boolean>} whether it worked
 */
export async function build(target) {
  const filter = target ? [`--filter=${target}...`] : ['--continue=dependencies-successful'];
  const args = ['run', 'build', '--output-logs=errors-only', '--no-update-notifier', ...filter];
  const turbo = path.join(root, 'node_modules/.bin/turbo');
  const notice = setTimeout(() => console.log('Building …'), NOTICE_AFTER);
  const { code } = await run(turbo, args, { deadline: DEADLINE, quiet: true });
  clearTimeout(notice);
  return code === 0;
}
