import { describe, expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import type { ProfileTask } from '../../src/diagnostics/task.js';
import { mayBegin, profileDuration, taskOf } from '../../src/diagnostics/task.js';

test.each([
  ['/cpu-profile', 'cpu-profile'],
  ['/heap-profile', 'heap-profile'],
  ['/heap-snapshot', 'heap-snapshot'],
  ['/state', 'state'],
  ['/', undefined],
  ['/cpu-profile/', undefined],
  ['/State', undefined],
  ['/constructor', undefined],
])('%s asks for %s', (url, task) => {
  expect(taskOf(fakeContext({ url }))).toBe(task);
});

describe('methods', () => {
  test.each([
    ['GET', 'state', true, undefined],
    ['HEAD', 'state', true, undefined],
    ['POST', 'state', false, 'GET, HEAD'],
    ['POST', 'heap-snapshot', true, undefined],
    ['GET', 'heap-snapshot', false, 'POST'],
    ['HEAD', 'cpu-profile', false, 'POST'],
    ['PUT', 'heap-profile', false, 'POST'],
  ] as const)('%s of %s may begin: %s', (method, task, may, allow) => {
    const ctx = fakeContext({ method, headers: { 'X-Spark-Diagnostics': '' } });
    expect(mayBegin(ctx, task)).toBe(may);
    expect(ctx.res.getHeader('Allow')).toBe(allow);
    expect(ctx.res.headersSent).toBe(!may);
    if (!may) expect(ctx.statusCode).toBe(405);
  });

  test.each(['cpu-profile', 'heap-profile', 'heap-snapshot'] as const)(
    '%s needs a field that a page of another site can not send',
    (task) => {
      const ctx = fakeContext({ method: 'POST' });
      expect(mayBegin(ctx, task)).toBe(false);
      expect(ctx.statusCode).toBe(403);
    },
  );
});

describe('how long', () => {
  test.each<[string, ProfileTask, number, number | undefined]>([
    ['', 'cpu-profile', 60_000, 10_000],
    ['', 'heap-profile', 60_000, 30_000],
    ['', 'heap-profile', 20_000, 20_000],
    ['', 'cpu-profile', 5_000, 5_000],
    ['?seconds=0.25', 'cpu-profile', 60_000, 250],
    ['?seconds=60', 'cpu-profile', 60_000, 60_000],
    ['?seconds=60.001', 'cpu-profile', 60_000, undefined],
    ['?seconds=0', 'cpu-profile', 60_000, undefined],
    ['?seconds=', 'cpu-profile', 60_000, undefined],
    ['?seconds=Infinity', 'cpu-profile', 60_000, undefined],
    ['?seconds=1&seconds=2', 'cpu-profile', 60_000, undefined],
  ])('%s of a %s of at most %i ms is %s', (search, task, most, duration) => {
    const ctx = fakeContext({ method: 'POST', url: `/${task}${search}` });
    expect(profileDuration(ctx, task, most)).toBe(duration);
    expect(ctx.res.headersSent).toBe(duration === undefined);
    if (duration !== undefined) return;
    expect(ctx.statusCode).toBe(400);
    expect(ctx.sent()).toContain(`at most ${most / 1_000}`);
  });
});
