import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const MINUTE = 60_000;
/** How long Jest may take to end after its last test; longer means that a test left something open. */
const EXIT_GRACE = MINUTE;

/**
 * Runs the tests of all packages, apps and tools in one Jest run and counts each test.
 *
 * @param {import('./tally.mjs').Tally} tally
 * @param {{ soak: boolean, args: readonly string[] }} options
 */
export async function jestRun(tally, { soak, args }) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'spark-perf-jest-'));
  const outputFile = path.join(scratch, 'results.jsonl');
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const workers = Math.min(4, Math.max(2, availableParallelism()));
  const reporter = `--reporters=${path.join(root, 'tools/setup/jest-reporter.cjs')}`;
  const flags = ['--projects', ...projects(), '--reporters=default', reporter, `--maxWorkers=${workers}`];
  const { code, timedOut } = await run(process.execPath, [jest, ...args, ...flags], {
    deadline: (soak ? 180 : 25) * MINUTE,
    env: { SPARK_RESULTS: outputFile, NODE_ENV: 'test' },
    grace: () => (readResults(outputFile).some(({ done }) => done) ? EXIT_GRACE : undefined),
  });
  const results = readResults(outputFile);
  rmSync(scratch, { recursive: true, force: true });
  let failures = 0;
  for (const { passed = 0, failed = [], skipped = [] } of results) {
    tally.pass(passed);
    for (const name of failed) tally.fail(name);
    tally.notRun(skipped);
    failures += failed.length;
  }
  const done = results.some((entry) => entry.done);
  if (!done) tally.fail(`jest ${timedOut ? 'hung and was killed' : `broke off (exit code ${code})`}`);
  else if (timedOut) tally.fail('jest did not end after its last test: something was left open');
  else if (code !== 0 && failures === 0) tally.fail(`jest failed as a whole (exit code ${code})`);
}

function projects() {
  return ['packages', 'apps', 'tools']
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name)))
    .filter((project) => existsSync(path.join(project, 'jest.config.cjs')));
}

function readResults(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}
