import { randomInt } from 'node:crypto';
import path from 'node:path';
import { build } from './build.mjs';
import { countedScript } from './counted-script.mjs';
import { install } from './install.mjs';
import { jestRun } from './jest-run.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { provideServices } from './services.mjs';
import { Tally } from './tally.mjs';
import { turboChecks } from './turbo-checks.mjs';

const MINUTE = 60_000;
const FIXED_SEED = '20261';
const SERVICES = ['redis-server', 'postgres', 'initdb', 'chromium', 'promtool'];
const RECORDS = ['tools/size-budget/check.mjs', 'tools/api-report/check.mjs'];
const SUITES = [
  'tools/setup/self-test.mjs',
  'tools/check-types/check.mjs',
  'tools/check-readmes/check.mjs',
  'tools/consumers/check.mjs',
  'tools/new-package/check.mjs',
];

/**
 * Sets up, builds, and runs every check in order of cost. Nothing is skipped: what can't run counts as failed.
 *
 * @param {object} options
 * @param {boolean} options.soak the full counts instead of a tenth
 * @param {boolean} options.suites also those that install packed packages into scratch projects
 * @param {readonly string[]} options.jestArgs with any, only Jest runs, with them
 * @returns {Promise<number>} the exit code
 */
export async function runChecks({ soak, suites, jestArgs }) {
  const tally = new Tally();
  if (soak) process.env.SPARK_SOAK = '1';
  // The same change gets the same verdict; the soak run, with new seeds, is what explores.
  process.env.SPARK_SEED ??= soak ? String(randomInt(0x7fffffff)) : FIXED_SEED;
  console.log(`Random tests use SPARK_SEED=${process.env.SPARK_SEED}`);

  if (!(await step('install', () => install('all')))) {
    tally.fail('the dependencies could not be installed');
    return tally.report();
  }
  tally.record('build', await step('build', () => build()));
  await step('services', async () => {
    for (const message of await missingServices()) tally.fail(message);
  });
  if (jestArgs.length === 0) await staticChecks(tally);
  await step('tests', () => jestRun(tally, { soak, args: jestArgs }));
  if (suites && jestArgs.length === 0) {
    await countedScripts(tally, SUITES);
  }
  return tally.report();
}

async function staticChecks(tally) {
  await step('types, lint, packages', () => turboChecks(tally, ['typecheck', 'lint', 'check:package']));
  const programs = [
    ['lint of the tools', 'eslint', ['tools/**/*.{mjs,cjs}', '*.{mjs,cjs}']],
    ['prettier', 'prettier', ['--check', '--log-level', 'warn', '.']],
    ['knip', 'knip', []],
  ];
  for (const [name, program, args] of programs) {
    const file = path.join(root, 'node_modules/.bin', program);
    const { code } = await step(name, () => run(file, args, { deadline: 5 * MINUTE, quiet: true }));
    tally.record(name, code === 0);
  }
  await countedScripts(tally, RECORDS);
}

async function countedScripts(tally, scripts) {
  for (const script of scripts)
    await step(script, () => countedScript(tally, script, { deadline: 10 * MINUTE }));
}

async function missingServices() {
  try {
    return await provideServices(SERVICES);
  } catch (error) {
    return [`services: ${error.message}`];
  }
}

async function step(name, work) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  const result = await work();
  console.log(`   ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
