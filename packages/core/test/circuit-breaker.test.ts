import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import type { CircuitBreakerOptions } from '../src/index.js';
import { CircuitBreaker, seededRandom } from '../src/index.js';
import { ManualClock } from '../src/testing/index.js';

function setUp(options: CircuitBreakerOptions = {}) {
  const clock = new ManualClock();
  const breaker = new CircuitBreaker({ jitter: 0, clock, ...options });
  const fail = (): void => breaker.fail(breaker.enter()!);
  const succeed = (): void => breaker.succeed(breaker.enter()!);
  return { clock, breaker, fail, succeed };
}

describe('closed', () => {
  test('opens after the threshold of failures in a row', () => {
    const { breaker, fail, succeed } = setUp({ failureThreshold: 3 });
    fail();
    fail();
    succeed();
    fail();
    fail();
    expect(breaker.state).toBe('closed');
    fail();
    expect(breaker.state).toBe('open');
  });

  test('opens at the failure rate, not before the minimum of calls', () => {
    const { breaker, fail, succeed } = setUp({
      failureThreshold: Infinity,
      failureRate: 0.5,
      minimumCalls: 10,
    });
    for (let i = 0; i < 4; i++) fail();
    for (let i = 0; i < 5; i++) succeed();
    expect(breaker.state).toBe('closed');
    fail(); // 5 of 10
    expect(breaker.state).toBe('open');
  });

  test('failures older than the window do not count', () => {
    const { clock, breaker, fail, succeed } = setUp({
      failureThreshold: Infinity,
      failureRate: 0.5,
      minimumCalls: 4,
      window: 1_000,
    });
    for (let i = 0; i < 3; i++) fail();
    clock.advanceSync(1_100);
    succeed();
    succeed();
    succeed();
    fail();
    expect(breaker.state).toBe('closed');
  });
});

describe('the window of the failure rate', () => {
  const options = { failureThreshold: Infinity, failureRate: 0.5, minimumCalls: 4, window: 1_000 };

  test('a slice that comes round again begins empty', () => {
    const { clock, breaker, fail, succeed } = setUp({ ...options, openDuration: 100 });
    for (let i = 0; i < 3; i++) fail();
    // One slice at a time, so that every step clears but the one slice that it enters.
    for (let i = 0; i < 10; i++) {
      clock.advanceSync(100);
      succeed();
    }
    for (let i = 0; i < 8; i++) fail(); // 8 of 18; with the three of a second ago they would be 11 of 21
    expect(breaker.state).toBe('closed');
    for (let i = 0; i < 2; i++) fail(); // 10 of 20
    expect(breaker.state).toBe('open');
  });

  test('what was counted before the circuit opened does not open it again', () => {
    const { clock, breaker, fail, succeed } = setUp({ ...options, openDuration: 100 });
    for (let i = 0; i < 4; i++) fail();
    expect(breaker.state).toBe('open');
    clock.advanceSync(100);
    succeed(); // the probe
    for (let i = 0; i < 2; i++) succeed();
    fail();
    expect(breaker.state).toBe('closed');
  });
});

describe('open', () => {
  test('refuses for openDuration, then lets one probe go', () => {
    const { clock, breaker, fail } = setUp({ failureThreshold: 1, openDuration: 100 });
    fail();
    expect(breaker.retryAfter).toBe(100);
    clock.advanceSync(99);
    expect(breaker.enter()).toBeUndefined();
    clock.advanceSync(1);
    expect(breaker.enter()).toBeDefined();
    expect(breaker.state).toBe('half-open');
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.getStats()).toMatchObject({ rejected: 2, opened: 1 });
  });

  test('a failed probe doubles the time, up to the cap; a good one closes', () => {
    const { clock, breaker, fail, succeed } = setUp({
      failureThreshold: 1,
      openDuration: 100,
      maxOpenDuration: 350,
    });
    fail();
    for (const openFor of [100, 200, 350, 350]) {
      expect(breaker.retryAfter).toBe(openFor);
      clock.advanceSync(openFor);
      fail();
    }
    clock.advanceSync(350);
    succeed();
    expect(breaker.state).toBe('closed');
    fail();
    expect(breaker.retryAfter).toBe(100);
  });

  test('jitter shortens the time, so that a fleet does not probe in step', () => {
    const times = [1, 2, 3].map((seed) => {
      const { breaker, fail } = setUp({
        failureThreshold: 1,
        openDuration: 100,
        jitter: 0.5,
        random: seededRandom(seed),
      });
      fail();
      return breaker.retryAfter;
    });
    expect(new Set(times).size).toBe(3);
    for (const time of times) expect(time > 50 && time <= 100).toBe(true);
  });
});

describe('half-open', () => {
  test('an ignored probe frees its place at once', () => {
    const { clock, breaker, fail } = setUp({ failureThreshold: 1, openDuration: 100 });
    fail();
    clock.advanceSync(100);
    breaker.ignore(breaker.enter()!);
    expect(breaker.enter()).toBeDefined();
  });

  test('a probe that never tells is given up in bounded time', () => {
    const { clock, breaker, fail } = setUp({
      failureThreshold: 1,
      openDuration: 100,
      maxOpenDuration: 1_000,
    });
    fail();
    clock.advanceSync(100);
    breaker.enter();
    clock.advanceSync(999);
    expect(breaker.enter()).toBeUndefined();
    clock.advanceSync(1);
    expect(breaker.enter()).toBeDefined();
  });

  test('a call from before it opened moves nothing', () => {
    const { clock, breaker, fail } = setUp({ failureThreshold: 1, openDuration: 100 });
    const old = breaker.enter()!;
    fail();
    breaker.succeed(old);
    expect(breaker.state).toBe('open');
    clock.advanceSync(100);
    const probe = breaker.enter()!;
    breaker.succeed(old);
    breaker.fail(old);
    breaker.ignore(old);
    expect(breaker.state).toBe('half-open');
    breaker.succeed(probe);
    expect(breaker.state).toBe('closed');
  });
});

describe('execute', () => {
  test('passes values and errors on, and refuses with retryAfter', async () => {
    const { breaker } = setUp({ failureThreshold: 1, openDuration: 100 });
    await expect(breaker.execute(() => 1)).resolves.toBe(1);
    await expect(breaker.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(breaker.execute(() => 1)).rejects.toMatchObject({
      code: 'SPARK_CIRCUIT_OPEN',
      retryAfter: 100,
    });
  });

  test('the fallback answers for failures and refusals, and is told why', async () => {
    const { breaker } = setUp({ failureThreshold: 1 });
    const told: unknown[] = [];
    const fallback = (error: unknown): string => {
      told.push((error as Error).message.slice(0, 16));
      return 'stale';
    };
    const fn = (): Promise<string> => Promise.reject(new Error('down'));
    expect(await breaker.execute(fn, { fallback })).toBe('stale');
    expect(await breaker.execute(fn, { fallback })).toBe('stale');
    expect(told).toEqual(['down', 'The circuit is o']);
  });

  test('errors that are no failures count as successes and skip the fallback', async () => {
    const { breaker } = setUp({
      failureThreshold: 1,
      isFailure: (error) => (error as Error).message !== 'not found',
    });
    const call = breaker.execute(() => Promise.reject(new Error('not found')), { fallback: () => 'never' });
    await expect(call).rejects.toThrow('not found');
    expect(breaker.state).toBe('closed');
  });

  test('a probe that fails with no failure closes the circuit', async () => {
    const { clock, breaker, fail } = setUp({
      failureThreshold: 1,
      openDuration: 100,
      isFailure: () => false,
    });
    fail();
    clock.advanceSync(100);
    await expect(breaker.execute(() => Promise.reject(new Error('not found')))).rejects.toThrow('not found');
    expect(breaker.state).toBe('closed');
  });

  test('a judge that throws does not leave the circuit half-open for ever', async () => {
    const { clock, breaker, fail } = setUp({
      failureThreshold: 1,
      openDuration: 100,
      isFailure: () => {
        throw new Error('judge');
      },
    });
    fail();
    clock.advanceSync(100);
    await expect(breaker.execute(() => Promise.reject(new Error('x')))).rejects.toThrow('judge');
    expect(breaker.state).toBe('open');
  });
});

test('tells its transitions as events', () => {
  const { clock, breaker, fail, succeed } = setUp({ failureThreshold: 1, openDuration: 100 });
  const seen: unknown[] = [];
  for (const event of ['open', 'halfOpen', 'close'] as const)
    breaker.on(event, (payload) => seen.push([event, payload]));
  fail();
  clock.advanceSync(100);
  succeed();
  expect(seen).toEqual([
    ['open', { openFor: 100, reason: 'consecutive' }],
    ['halfOpen', { openedFor: 100 }],
    ['close', { openedFor: 100 }],
  ]);
});

test('collect() gives counters and the state', () => {
  const { breaker, fail } = setUp({ failureThreshold: 1 });
  fail();
  breaker.enter();
  const [calls, open] = breaker.collect();
  expect(calls?.samples.map(({ value }) => value)).toEqual([0, 1, 1]);
  expect(open?.samples[0]?.value).toBe(1);
});

test.each([
  { failureThreshold: 0 },
  { failureRate: 0 },
  { failureRate: 1.1 },
  { minimumCalls: 0 },
  { openDuration: 0 },
  { openDuration: 100, maxOpenDuration: 99 },
  { jitter: 2 },
  { tresholds: 1 } as never,
])('refuses %p', (options) => {
  expect(() => new CircuitBreaker(options)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
});

test('at most one call is under way while not closed, whatever happens', () => {
  const step = fc.oneof(
    fc.constantFrom('enter', 'succeed', 'fail', 'ignore'),
    fc.integer({ min: 1, max: 500 }).map((ms) => ({ advance: ms })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, breaker } = setUp({ failureThreshold: 2, openDuration: 100, maxOpenDuration: 10_000 });
      const calls: { ticket: number; probe: boolean }[] = [];
      for (const action of steps) {
        if (typeof action === 'object') clock.advanceSync(action.advance);
        else if (action === 'enter') {
          const ticket = breaker.enter();
          if (ticket !== undefined) calls.push({ ticket, probe: breaker.state !== 'closed' });
          if (breaker.state === 'half-open') expect(breaker.enter()).toBeUndefined();
        } else {
          const call = calls.shift();
          if (call !== undefined) breaker[action as 'succeed' | 'fail' | 'ignore'](call.ticket);
        }
        expect(
          calls.filter(({ ticket, probe }) => probe && ticket === calls.at(-1)?.ticket).length,
        ).toBeLessThanOrEqual(1);
      }
      // From every state a dependency that is well again closes the circuit in bounded time.
      clock.advanceSync(10_000);
      breaker.succeed(breaker.enter()!);
      expect(breaker.state).toBe('closed');
    }),
    { seed: testSeed(), numRuns: 300 },
  );
});
