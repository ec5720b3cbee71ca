import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

/**
 * Runs a script that prints `ok - name` or `not ok - name` for each of its tests, and counts them. One that fails
 * without saying so, hangs, or tests nothing counts as failed.
 *
 * @param {import('./tally.mjs').Tally} tally
 * @param {string} script path from the root
 * @param {{ deadline: number, silent?: boolean }} options `deadline` in ms
 */
export async function countedScript(tally, script, { deadline, silent = false }) {
  let passed = 0;
  let failed = 0;
  const onLine = (line) => {
    const [, not, name] = /^(not )?ok - (.+)$/.exec(line) ?? [];
    if (name === undefined) return;
    if (not) failed++;
    else passed++;
    tally.record(`${script}: ${name}`, !not);
  };
  const { code, timedOut } = await run(process.execPath, [path.join(root, script)], {
    deadline,
    onLine,
    silent,
  });
  if (timedOut) tally.fail(`${script} hung and was killed`);
  else if (code !== 0 && failed === 0) tally.fail(`${script} failed as a whole (exit code ${code})`);
  else if (passed + failed === 0) tally.fail(`${script} tested nothing`);
}
