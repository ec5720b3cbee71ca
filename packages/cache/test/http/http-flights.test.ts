import { beforeEach, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { FlightEnd } from '../../src/http/http-flights.js';
import { HttpFlights } from '../../src/http/http-flights.js';

let clock: ManualClock;
let flights: HttpFlights;
beforeEach(() => {
  clock = new ManualClock();
  flights = new HttpFlights(2);
});
const follow = (key: string): Promise<FlightEnd> => flights.follow(key, 100, clock);

test('one leads, the others learn how it ends', async () => {
  const end = flights.lead('k')!;
  expect([flights.lead('k'), flights.has('k'), flights.has('other')]).toEqual([undefined, true, false]);
  const following = [follow('k'), follow('k')];
  end('kept');
  end('alone');
  expect(await Promise.all(following)).toEqual(['kept', 'kept']);
  expect([flights.size, clock.timers]).toEqual([0, 0]);
  // Who comes a moment too late looks for himself.
  expect(await follow('k')).toBe('kept');
});

test('no more than so many are waited for', () => {
  flights.lead('a');
  const end = flights.lead('b')!;
  expect([flights.lead('c'), flights.size]).toEqual([undefined, 2]);
  end('kept');
  expect(flights.lead('c')).toBeDefined();
});

test('who waits for too long goes on alone; the leader is not disturbed', async () => {
  const end = flights.lead('k')!;
  const following = follow('k');
  await clock.advance(100);
  expect([await following, flights.has('k')]).toEqual(['alone', true]);
  end('kept');
  expect(flights.has('k')).toBe(false);
});

test('an end that comes after another one has begun is not that of the other', async () => {
  const first = flights.lead('k')!;
  flights.detach('k');
  flights.detach('none');
  expect(flights.has('k')).toBe(false);
  const second = flights.lead('k')!;
  const following = follow('k');
  first('kept');
  expect(flights.has('k')).toBe(true);
  second('alone');
  expect(await following).toBe('alone');
});

test('a resource is detached with all its keys, and with no others', async () => {
  flights = new HttpFlights(10);
  for (const [key, resource] of [
    ['ann /', '/'],
    ['bob /', '/'],
    ['ann /x', '/x'],
  ] as const)
    flights.lead(key, resource);
  flights.lead('plain');
  const following = [follow('ann /'), follow('bob /')];
  flights.detachAll('/');
  expect(await Promise.all(following)).toEqual(['alone', 'alone']);
  expect(['ann /', 'bob /', 'ann /x', 'plain'].map((key) => flights.has(key))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
