import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const DEADLINE = 15 * 60_000;
const summaries = path.join(root, '.turbo/runs');

/**
 * Runs tasks in every package and counts each as one test. One that could not run because what it needs has failed
 * counts as failed.
 *
 * @param {import('./tally.mjs').Tally} tally
 * @param {readonly string[]} tasks
 */
export async function turboChecks(tally, tasks) {
  rmSync(summaries, { recursive: true, force: true });
  const flags = ['--continue=dependencies-successful', '--summarize', '--output-logs=errors-only'];
  const args = ['run', ...tasks, ...flags, '--no-update-notifier', '--concurrency=2'];
  const { code } = await run(path.join(root, 'node_modules/.bin/turbo'), args, {
    deadline: DEADLINE,
    quiet: true,
  });
  const summary = readSummary();
  const wanted = (summary?.tasks ?? []).filter(
    ({ task, command }) => tasks.includes(task) && command !== '<NONEXISTENT>',
  );
  let failed = 0;
  for (const { taskId, execution } of wanted) {
    // A cache hit replays a success and has the exit code 0.
    const ok = execution?.exitCode === 0;
    if (!ok) failed++;
    tally.record(taskId.replace('#', ' '), ok);
  }
  if (wanted.length === 0 || (code !== 0 && failed === 0))
    tally.fail(`turbo run ${tasks.join(' ')} (exit code ${code})`);
}

function readSummary() {
  if (!existsSync(summaries)) return undefined;
  const [file] = readdirSync(summaries).filter((name) => name.endsWith('.json'));
  return file && JSON.parse(readFileSync(path.join(summaries, file), 'utf8'));
}
