import { describe, expect, test } from '@jest/globals';
import type { Logger } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { PhaseName, ResourceManagerOptions } from '../src/index.js';
import {
  CleanupFailedError,
  CleanupTimeoutError,
  ResourceManager,
  ShutdownTimeoutError,
} from '../src/index.js';

const never = new Promise<never>(() => {});

function library(options: ResourceManagerOptions = {}) {
  const clock = new ManualClock();
  const log: string[] = [];
  const resources = new ResourceManager({ signals: false, exit: false, clock, ...options });
  return { clock, log, resources, note: (text: string) => () => void log.push(text) };
}

describe('shutdown', () => {
  test('handlers in reverse, then resources, dependents before what they depend on', async () => {
    const { resources, log, note } = library();
    resources.register('config', {}, note('config'));
    resources.register('db', {}, note('db'), { dependsOn: ['config'] });
    resources.register('cache', {}, note('cache'), { dependsOn: ['config'] });
    resources.register('repository', {}, note('repository'), { dependsOn: ['db', 'cache'] });
    resources.onShutdown(note('handler 1'));
    resources.onShutdown(note('handler 2'));
    const phases: PhaseName[] = [];
    resources.on('phase', ({ phase }) => phases.push(phase));
    expect(await resources.shutdown('test')).toEqual({});
    expect(log.slice(0, 3)).toEqual(['handler 2', 'handler 1', 'repository']);
    expect(log.slice(3, 5).sort()).toEqual(['cache', 'db']);
    expect(log[5]).toBe('config');
    expect(phases).toEqual(['unready', 'draining', 'handlers', 'resources', 'closed']);
    expect(resources.phase.name).toBe('closed');
  });

  test('failing and hanging cleanups stop nothing; all errors come back in one, and are logged', async () => {
    const logged: unknown[][] = [];
    const logger: Logger = { info: () => {}, warn: () => {}, error: (...all) => void logged.push(all) };
    const { resources, clock, log, note } = library({ logger, cleanupTimeout: 1_000 });
    resources.register('base', {}, note('base'));
    resources.register('hangs', {}, () => never, { dependsOn: ['base'], timeout: 50 });
    resources.register(
      'throws',
      {},
      () => {
        throw new Error('thrown');
      },
      { dependsOn: ['base'] },
    );
    resources.register('rejects', {}, () => Promise.reject(new Error('rejected')), { dependsOn: ['base'] });
    resources.onShutdown(function flush() {
      throw new Error('flush failed');
    });
    resources.onShutdown(() => never);
    const errorsOf: string[] = [];
    resources.on('cleanupError', ({ scope, resource }) => errorsOf.push(`${scope} ${resource}`));
    const closing = resources.shutdown('test');
    await clock.advance(1_000);
    await clock.advance(50);
    const { errors } = await closing;
    expect(errors).toBeInstanceOf(AggregateError);
    const all = (errors as AggregateError).errors as Error[];
    expect(all.map(({ message }) => message)).toEqual([
      'Cleanup of "onShutdown" did not finish within 1000 ms',
      'Cleanup of "onShutdown flush" failed: flush failed',
      'Cleanup of "throws" failed: thrown',
      'Cleanup of "rejects" failed: rejected',
      'Cleanup of "hangs" did not finish within 50 ms',
    ]);
    expect(all[0]).toBeInstanceOf(CleanupTimeoutError);
    expect(all[2]).toBeInstanceOf(CleanupFailedError);
    expect((all[2] as Error).cause).toEqual(new Error('thrown'));
    expect(log).toEqual(['base']);
    expect(logged).toEqual([['Shutdown (test) with 5 errors', errors]]);
    expect(errorsOf).toHaveLength(5);
    expect(resources.getStats().cleanups).toEqual({ done: 1, failed: 3, timedOut: 2 });
  });

  test('is over at its timeout; what had not begun by then is begun', async () => {
    const { resources, clock, log, note } = library({ shutdownTimeout: 1_000, cleanupTimeout: 600 });
    for (let i = 0; i < 3; i++) resources.onShutdown(() => never);
    resources.register('a', {}, note('a'));
    resources.register('b', {}, () => never, { dependsOn: ['a'] });
    const closing = resources.shutdown('test');
    let over = false;
    void closing.then(() => (over = true));
    await clock.advance(999);
    expect(over).toBe(false);
    await clock.advance(10);
    const { errors } = await closing;
    expect(log).toEqual(['a']);
    expect(errors?.errors.at(-1)).toBeInstanceOf(ShutdownTimeoutError);
    expect(clock.timers).toBe(0);
  });

  test('is idempotent, and its timers keep the process alive while it waits', async () => {
    const { resources, clock } = library();
    let finish = (): void => {};
    resources.register('slow', {}, () => new Promise<void>((resolve) => (finish = resolve)));
    const first = resources.shutdown('one');
    await clock.advance(10);
    const second = resources.shutdown('two');
    const third = resources.close();
    expect(clock.refTimers).toBe(1);
    finish();
    expect(await Promise.all([first, second, third])).toEqual([{}, {}, {}]);
    expect(await resources.shutdown('again')).toEqual({});
    expect(clock.timers).toBe(0);
  });

  test('what is registered during the shutdown is cleaned at once, and waited for', async () => {
    const { resources, log, note } = library();
    resources.onShutdown(() => {
      resources.register('late', {}, async () => {
        await Promise.resolve();
        log.push('late');
      });
      resources.onShutdown(note('late handler'));
    });
    resources.register('early', {}, note('early'));
    await resources.close();
    expect(log.sort()).toEqual(['early', 'late', 'late handler']);
    resources.register('too late', {}, note('too late'));
    expect(log).toContain('too late');
  });

  test('a cleanup may call shutdown(), unregister its own resource, and others', async () => {
    const { resources, log, note } = library();
    resources.register('other', {}, note('other'));
    resources.register('self', {}, async () => {
      await resources.shutdown();
      await resources.unregister('self');
      await resources.unregister('other');
      log.push('self');
    });
    expect(await resources.close()).toEqual({});
    expect(log).toEqual(['other', 'self']);
  });

  test('await using closes, and throws what failed', async () => {
    const resources = library().resources;
    resources.register('bad', {}, () => {
      throw new Error('no');
    });
    await expect(resources[Symbol.asyncDispose]()).rejects.toBeInstanceOf(AggregateError);
  });
});

describe('register', () => {
  test('without a cleanup uses asyncDispose, close() or dispose', async () => {
    const { resources, log, note } = library();
    resources.register('pool', { close: note('close') });
    resources.register('both', {
      close: note('wrong'),
      [Symbol.asyncDispose]: async () => note('asyncDispose')(),
    });
    resources.register('sync', { [Symbol.dispose]: note('dispose') }, { timeout: 10 });
    await resources.close();
    expect(log.sort()).toEqual(['asyncDispose', 'close', 'dispose']);
  });

  test.each([
    ['no way to clean', ['it', {}]],
    ['an empty id', ['', {}, () => {}]],
    ['a cleanup that is no function', ['it', {}, 5]],
    ['a timeout of 0', ['it', {}, () => {}, { timeout: 0 }]],
    ['a misspelt option', ['it', {}, () => {}, { dependOn: [] }]],
    ['dependsOn that is no list', ['it', {}, () => {}, { dependsOn: 'db' }]],
  ])('refuses %s', (_, given) => {
    const { resources } = library();
    expect(() => (resources.register as (...all: unknown[]) => unknown)(...given)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
    );
  });

  test('unregister cleans once and rejects with the very error of the cleanup', async () => {
    const { resources } = library();
    const error = new Error('no');
    let times = 0;
    const unregister = resources.register('bad', {}, () => {
      times += 1;
      throw error;
    });
    await expect(unregister()).rejects.toBe(error);
    await expect(resources.unregister('bad')).resolves.toBeUndefined();
    expect(await resources.close()).toEqual({});
    expect(times).toBe(1);
  });

  test('unregister that hangs ends at its timeout; a shutdown meanwhile waits for the same run', async () => {
    const { resources, clock, log, note } = library();
    resources.register('base', {}, note('base'));
    const unregister = resources.register('hangs', {}, () => never, { timeout: 100, dependsOn: ['base'] });
    const early = unregister();
    const rejected = expect(early).rejects.toBeInstanceOf(CleanupTimeoutError);
    const closing = resources.close();
    await clock.advance(99);
    expect(log).toEqual([]);
    await clock.advance(1);
    await rejected;
    expect((await closing).errors?.errors).toHaveLength(1);
    expect(log).toEqual(['base']);
  });

  test('an id is free again once its resource is gone', async () => {
    const { resources, log, note } = library();
    const first = resources.register('it', {}, note('first'));
    await first();
    resources.register('it', {}, note('second'));
    await first();
    expect(log).toEqual(['first']);
    expect(resources.getStats().resources).toBe(1);
    await resources.close();
    expect(log).toEqual(['first', 'second']);
  });
});

describe('the process', () => {
  const counts = () =>
    ['SIGINT', 'SIGTERM', 'SIGUSR2', 'uncaughtException', 'unhandledRejection', 'exit'].map((event) =>
      process.listenerCount(event),
    );

  test('a library touches nothing of it', async () => {
    const before = counts();
    const { resources } = library();
    resources.register('it', { close() {} });
    expect(counts()).toEqual(before);
    await resources.close();
    expect(counts()).toEqual(before);
  });

  test('one set of handlers for all managers, gone after the last', async () => {
    const before = counts();
    const managers = [1, 2, 3].map(() => new ResourceManager({ exit: false }));
    expect(counts()).toEqual(before.map((count, index) => (index < 5 ? count + 1 : count)));
    await managers[0]?.close();
    await managers[1]?.shutdown();
    expect(process.listenerCount('SIGTERM')).toBe((before[1] as number) + 1);
    await managers[2]?.close();
    expect(counts()).toEqual(before);
  });

  test('an empty list of signals installs the crash handlers alone', async () => {
    const before = counts();
    const resources = new ResourceManager({ signals: [], exit: false });
    expect(counts()).toEqual(before.map((count, index) => (index === 3 || index === 4 ? count + 1 : count)));
    await resources.close();
  });
});

test.each([
  [{ signals: ['SIGKILL'] }],
  [{ signals: ['SIGNOPE'] }],
  [{ signals: true }],
  [{ shutdownTimeout: 0 }],
  [{ shutdownTimeout: Infinity }],
  [{ cleanupTimeout: '5' }],
  [{ exit: 1 }],
  [{ signalExitCode: 143 }],
  [{ timeout: 5 }],
])('refuses %p', (options) => {
  expect(() => new ResourceManager({ ...options } as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
});

describe('start-up', () => {
  test('run(main): not ready before it resolves; a shutdown aborts it and waits for it', async () => {
    const { resources, clock, log, note } = library();
    const started: unknown[] = [];
    resources.on('started', (event) => started.push(event));
    const running = resources.run(async (signal) => {
      expect(resources.phase.name).toBe('starting');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      resources.register('opened late', {}, note('cleaned late'));
      return 'partly';
    });
    const waiting = expect(resources.whenReady({ timeout: 100 })).rejects.toMatchObject({
      waitingFor: ['start-up'],
    });
    await clock.advance(200);
    await waiting;
    expect(await resources.close()).toEqual({});
    expect(await running).toBe('partly');
    expect(log).toEqual(['cleaned late']);
    expect(started).toEqual([]);
  });

  test('run(main) that ends well is told', async () => {
    const { resources } = library();
    const started: unknown[] = [];
    resources.on('started', (event) => started.push(event));
    expect(await resources.run(() => 5)).toBe(5);
    expect(started).toEqual([{ duration: 0 }]);
    expect(resources.phase.name).toBe('running');
  });

  test('run(main) that fails cleans up and rejects', async () => {
    const { resources, log, note } = library();
    const error = new Error('no database');
    const running = resources.run(() => {
      resources.register('half', {}, note('half'));
      throw error;
    });
    await expect(running).rejects.toBe(error);
    expect(log).toEqual(['half']);
  });

  test('a main that ignores its signal costs cleanupTimeout, no more', async () => {
    const { resources, clock } = library({ cleanupTimeout: 500 });
    void resources.run(() => never);
    const closing = resources.close();
    await clock.advance(500);
    expect((await closing).errors?.errors).toMatchObject([{ resource: 'start-up' }]);
  });
});

test('a listener that throws is logged and changes nothing', async () => {
  const logged: unknown[] = [];
  const logger: Logger = { info: () => {}, warn: () => {}, error: (message) => void logged.push(message) };
  const { resources } = library({ logger });
  resources.on('shutdown', () => {
    throw new Error('listener');
  });
  expect(await resources.close()).toEqual({});
  expect(logged).toEqual(['Listener failed']);
});

test('getStats() and collect() tell phase, resources, cleanups', async () => {
  const { resources, clock } = library();
  resources.register('a', {}, () => {});
  resources.onShutdown(() => {});
  await clock.advance(50);
  expect(resources.getStats()).toEqual({
    phase: 'running',
    uptime: 50,
    resources: 1,
    handlers: 1,
    servers: [],
    cleanups: { done: 0, failed: 0, timedOut: 0 },
    requests: { open: 0, ended: 0, errors: 0 },
  });
  await resources.close();
  const families = resources.collect();
  const value = (name: string, labels = {}) =>
    families
      .find((one) => one.name === name)
      ?.samples.find((one) => expect.objectContaining(labels).asymmetricMatch(one.labels))?.value;
  expect(value('spark_lifecycle_phase', { phase: 'closed' })).toBe(1);
  expect(value('spark_lifecycle_phase', { phase: 'running' })).toBe(0);
  expect(value('spark_lifecycle_cleanups', { outcome: 'done' })).toBe(2);
  expect(value('spark_lifecycle_resources')).toBe(0);
});
