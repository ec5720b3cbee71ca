import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const MINUTE = 60_000;
const turbo = path.join(root, 'node_modules/.bin/turbo');
const summaries = path.join(root, '.turbo/runs');

/**
 * Runs tasks in every package and counts each as one test. One that could not run, because what it needs has failed,
 * counts as failed.
 *
 * @param {import('./tally.mjs').Tally} tally
 * @param {readonly string[]} tasks
 */
export async function turboChecks(tally, tasks) {
  const planned = await plannedTasks(tasks);
  rmSync(summaries, { recursive: true, force: true });
  const parallel = `--concurrency=${Math.min(4, Math.max(2, availableParallelism()))}`;
  const flags = ['--continue=dependencies-successful', '--summarize', '--output-logs=errors-only', parallel];
  const args = ['run', ...tasks, ...flags, '--no-update-notifier'];
  const { code } = await run(turbo, args, { deadline: 15 * MINUTE, quiet: true });
  // A cache hit replays a success and has the exit code 0; a task that did not run is not there.
  const succeeded = new Set(
    finishedTasks().flatMap(({ taskId, execution }) => (execution?.exitCode === 0 ? taskId : [])),
  );
  for (const task of planned) tally.record(task.replace('#', ' '), succeeded.has(task));
  const explained = planned.some((task) => !succeeded.has(task));
  if (planned.length === 0 || (code !== 0 && !explained)) {
    tally.fail(`turbo run ${tasks.join(' ')} (exit code ${code})`);
  }
}

/** Ids of the tasks that have a script, such as `@spark-perf/core#lint`. */
async function plannedTasks(tasks) {
  const lines = [];
  const onLine = (line) => lines.push(line);
  await run(turbo, ['run', ...tasks, '--dry=json'], { deadline: MINUTE, onLine, silent: true });
  try {
    const plan = JSON.parse(lines.join('\n'));
    const wanted = plan.tasks.filter(
      ({ task, command }) => tasks.includes(task) && command !== '<NONEXISTENT>',
    );
    return wanted.map(({ taskId }) => taskId);
  } catch {
    return []; // which counts as a failure
  }
}

function finishedTasks() {
  if (!existsSync(summaries)) return [];
  const [file] = readdirSync(summaries).filter((name) => name.endsWith('.json'));
  return file ? JSON.parse(readFileSync(path.join(summaries, file), 'utf8')).tasks : [];
}
