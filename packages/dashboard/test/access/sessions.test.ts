import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { Sessions } from '../../src/access/sessions.js';

test('the last thousand sessions that were ended are remembered, whoever opens and ends more', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock, 60_000, undefined);
  const opened = Array.from({ length: 1_001 }, () => sessions.open(true));
  const holds = (at: number): boolean => sessions.read(opened[at]!.cookie) !== undefined;
  for (const { session } of opened.slice(0, 1_000)) sessions.end(session);
  expect([holds(0), holds(1), holds(999), holds(1_000)]).toEqual([false, false, false, true]);
  sessions.end(opened[1_000]!.session);
  expect([holds(0), holds(1), holds(1_000)]).toEqual([true, false, false]);
});

test('those whose time is over make room first', () => {
  const clock = new ManualClock();
  const sessions = new Sessions(clock, 60_000, undefined);
  for (let i = 0; i < 1_000; i++) sessions.end(sessions.open(true).session);
  clock.advanceSync(60_001);
  const late = Array.from({ length: 1_000 }, () => sessions.open(true));
  for (const { session } of late) sessions.end(session);
  expect(late.filter(({ cookie }) => sessions.read(cookie) !== undefined)).toEqual([]);
});
