// Tests of the set-up itself. Prints one line for each.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countedScript } from './counted-script.mjs';
import { countedTests } from './counted-tests.mjs';
import { environment } from './environment.mjs';
import { install } from './install.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { Tally } from './tally.mjs';

const DEADLINE = 30_000;
const fixture = (name) => path.join(root, 'tools/setup/fixtures', name);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    const status = `/proc/${pid}/status`;
    return !existsSync(status) || !/^State:\tZ/m.test(readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}
async function isGone(pid) {
  for (const end = performance.now() + DEADLINE; isAlive(pid); await pause(20)) {
    assert.ok(performance.now() < end, `process ${pid} still runs`);
  }
}

/** Starts the fixture app through `startApp`. */
async function start(code) {
  const starter = spawn(process.execPath, [fixture('start.mjs'), code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  starter.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const ended = once(starter, 'close').then(([exitCode]) => ({ exitCode, output }));
  while (!output.includes('\n')) await Promise.race([once(starter.stdout, 'data'), ended]);
  return { starter, ended, app: Number(/ready (\d+)/.exec(output)?.[1]) };
}

const tests = {
  'a signal that comes several times at once reaches the app once, and its exit code passes on': async () => {
    const { starter, ended } = await start('7');
    for (let press = 0; press < 3; press++) {
      starter.kill('SIGINT');
      await pause(50);
    }
    const { exitCode, output } = await ended;
    assert.match(output, /interrupts 1$/m);
    assert.equal(exitCode, 7);
  },
  'the app ends when its starter is killed': async () => {
    const { starter, app } = await start('0');
    assert.ok(isAlive(app));
    starter.kill('SIGKILL');
    await isGone(app);
  },
  'what hangs is killed at its deadline, children included, and counts as failed': async () => {
    const tally = new Tally();
    await countedScript(tally, 'tools/setup/fixtures/hanging.mjs', { deadline: 1500, silent: true });
    const [ids, end] = tally.failures;
    assert.match(end, /hung and was killed/);
    for (const pid of ids.match(/\d+/g)) await isGone(Number(pid));
  },
  'tests are counted by what they print': async () => {
    const tally = new Tally();
    await countedScript(tally, 'tools/setup/fixtures/counted.mjs', { deadline: DEADLINE, silent: true });
    assert.equal(tally.passed, 2);
    assert.deepEqual(tally.failures, ['tools/setup/fixtures/counted.mjs: two']);
  },
  'a script that is not there counts as failed': async () => {
    const tally = new Tally();
    await countedScript(tally, 'tools/setup/fixtures/none.mjs', { deadline: DEADLINE, silent: true });
    assert.equal(tally.failures.length, 1);
  },
  'a program that is not there is no crash': async () => {
    const { code } = await run('no-such-program', [], { deadline: DEADLINE, silent: true });
    assert.equal(code, 127);
  },
  'a second set-up has nothing to do': async () => {
    assert.equal(await install('all'), true);
    const { log } = console;
    const printed = [];
    console.log = (line) => printed.push(line);
    try {
      assert.deepEqual([await install('all'), await install('demo')], [true, true]);
    } finally {
      console.log = log;
    }
    assert.deepEqual(printed, []);
  },
  'a production environment leaves nothing out': () => {
    process.env.NODE_ENV = 'production';
    const env = environment();
    delete process.env.NODE_ENV;
    assert.equal(env.NODE_ENV, undefined);
    assert.ok(env.PATH.startsWith(path.join(root, 'node_modules/.bin')));
  },
};

const { test, finish } = countedTests();
for (const [name, work] of Object.entries(tests)) await test(name, work);
finish();
