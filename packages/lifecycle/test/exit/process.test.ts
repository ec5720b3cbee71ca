import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { spawnSync } from 'node:child_process';
import { Child } from '../child.js';

const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

async function start(settings: object, command: readonly string[] = []): Promise<Child> {
  const child = Child.start('scenario.mjs', settings, command);
  children.push(child);
  await said(child, 'started');
  return child;
}

const said = (child: Child, text: string) =>
  waitFor(() => child.output.includes(text) || child.exited, {
    timeout: 25_000,
    message: `${text}; stderr: ${child.errors}`,
  });

test('the same signal within a second is one key press; another one forces the exit', async () => {
  // From within, so that no load puts a second between them.
  const child = await start({ scenario: 'one', cleanup: 700, again: 'SIGINT' });
  child.kill('SIGINT');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.output).toContain('cleaned');
});

test('the same signal after a second forces the exit', async () => {
  const child = await start({ scenario: 'one', cleanup: 20_000, options: { cleanupTimeout: 25_000 } });
  child.kill('SIGINT');
  await said(child, 'cleaning');
  const again = setInterval(() => child.kill('SIGINT'), 100);
  expect(await child.exit).toEqual({ code: 130, signal: null });
  clearInterval(again);
});

test('5 MB written during the shutdown arrive whole through a pipe that is read late', async () => {
  const child = await start({ scenario: 'one', output: 5_000_000 });
  child.process.stdout?.pause();
  child.kill('SIGTERM');
  setTimeout(() => child.process.stdout?.resume(), 300);
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.output.match(/x+/)?.[0]).toHaveLength(5_000_000);
  expect(child.output).toMatch(/xcleaned\n$/);
});

test.each([
  ['the exit code of a signal can be 128+n', { options: { signalExitCode: '128+n' } }, 143],
  ['a code that the program has set stands', { exitCode: 7 }, 7],
  ['a crash on the way out makes it 1', { crashWhileStopping: true, cleanup: 100 }, 1],
])('%s', async (_, settings, code) => {
  const child = await start({ scenario: 'one', ...settings });
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code, signal: null });
  expect(child.output).toContain('cleaned');
});

test('run(main) that rejects cleans up and exits with 1', async () => {
  const child = Child.start('scenario.mjs', { scenario: 'one', rejectRun: true });
  children.push(child);
  expect(await child.exit).toEqual({ code: 1, signal: null });
  expect(child.output).toContain('cleaned');
  expect(child.output).not.toContain('started');
  expect(child.errors.match(/start-up: Error: cannot start/g)).toHaveLength(1);
});

test('managers of two copies share one set of handlers and exit once, after all', async () => {
  const child = await start({ scenario: 'copies' });
  expect(child.output).toContain('handlers 1 1\n');
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.output.match(/cleaned \d/g)).toEqual(['cleaned 0', 'cleaned 1', 'cleaned 2']);
});

test.each([
  ['SIGTERM', {}, 0],
  ['SIGTERM', { fails: true }, 1],
  ['SIGTERM', { asResource: true }, 0],
  ['a crash', { crash: true }, 1],
])("beside Spark's own handlers: %s %p", async (trigger, settings, code) => {
  const child = await start({ scenario: 'spark', ...settings });
  if (trigger === 'SIGTERM') child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code, signal: null });
  expect(child.output).toContain('\ncleaned\n');
  expect(child.output.match(/x+/)?.[0]).toHaveLength(500_000);
  expect(child.output).toContain('cleaned second');
});

test('shutdown() and unregister() from inside a cleanup do not wait for themselves', async () => {
  const child = await start({ scenario: 'inside' });
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.output).toContain('cleaned');
  expect(child.output).toContain('late cleaned');
});

test('a process with everything stuck ends all the same', async () => {
  const child = await start({ scenario: 'stuck' });
  expect(await child.exit).toEqual({ code: 1, signal: null });
  const { took } = await child.heard({});
  // 300 ms of drain and 500 ms of what is left for the hung cleanup; timers are never early.
  expect(took).toBeGreaterThan(790);
  expect(child.errors).toContain('SPARK_DRAIN_TIMEOUT');
  expect(child.errors).toContain('SPARK_CLEANUP_TIMEOUT');
  expect(child.errors).toContain('SPARK_SHUTDOWN_TIMEOUT');
});

const isolate = ['unshare', '--pid', '--fork', '--kill-child', '--map-root-user', '--user'];
const canIsolate = spawnSync(isolate[0] as string, [...isolate.slice(1), 'true']).status === 0;

// Where the kernel gives no PID namespaces, the process is an ordinary one, which a signal may kill.
test.each([
  ['SIGTERM', { code: 0, signal: null }],
  ['SIGUSR2', canIsolate ? { code: 0, signal: null } : { code: null, signal: 'SIGUSR2' }],
])('as PID 1, whom no signal kills by default: %s', async (signal, end) => {
  const script = `(sleep 0.2; while kill -s ${signal.slice(3)} 1; do sleep 2; done) & exec "$@"`;
  const inside = canIsolate ? [...isolate, '/bin/sh', '-c', script, 'sh'] : [];
  const child = await start({ scenario: 'one' }, inside);
  if (!canIsolate) child.kill(signal as NodeJS.Signals);
  expect(await child.exit).toEqual(end);
  expect(child.output).toContain('cleaned');
});

test('promises are not followed any more once all cleanups have ended', () => {
  const script = `
    const { executionAsyncId } = require('node:async_hooks');
    const { ResourceManager } = require('@spark-perf/lifecycle');
    // Each continuation has an id of its own while promises are followed.
    const ids = async () => {
      const seen = new Set();
      for (let i = 0; i < 5; i++) seen.add((await null, executionAsyncId()));
      return seen.size;
    };
    (async () => {
      const resources = new ResourceManager({ signals: false, exit: false });
      resources.register('a', {}, async () => { await null; });
      resources.register('hung', {}, () => new Promise(() => {}), { timeout: 20 });
      await resources.register('b', {}, () => {})();
      await resources.shutdown('test');
      console.log(await new Promise((resolve) => setImmediate(() => resolve(ids()))));
    })();
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: __dirname, timeout: 60_000 });
  expect([stdout.toString(), stderr.toString()]).toEqual(['1\n', '']);
});
