import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { StickyCookie } from '../../src/picking/sticky-cookie.js';

test('is out of date after its ttl, and Secure over TLS', () => {
  const clock = new ManualClock();
  const sticky = new StickyCookie({ secret: 'k', ttl: 60_000 }, clock);
  sticky.enroll('a');
  const cookie = sticky.write('a', true);
  expect(cookie).toMatch(/; Max-Age=60; HttpOnly; SameSite=Lax; Secure$/);
  const pair = cookie.split(';')[0]!;
  clock.advanceSync(58_000);
  expect(sticky.read(pair)).toBe('a');
  clock.advanceSync(3_000);
  expect(sticky.read(pair)).toBeUndefined();
});

test('is understood by every process with the secret, and by none without', () => {
  const clock = new ManualClock();
  const create = (secret?: string) => {
    const sticky = new StickyCookie({ secret }, clock);
    sticky.enroll('a');
    return sticky;
  };
  const pair = create('k').write('a', false).split(';')[0];
  expect(create('k').read(pair)).toBe('a');
  expect(create('other').read(pair)).toBeUndefined();
  expect(create().read(pair)).toBeUndefined();
});

test('looks at four cookies of its name, since each costs a hash', () => {
  const sticky = new StickyCookie({ secret: 'k' }, new ManualClock());
  sticky.enroll('a');
  const ours = sticky.write('a', false).split(';')[0]!;
  const behind = (forged: number): string => [...Array(forged).fill('spark_lb=a.b.c'), ours].join('; ');
  expect([sticky.read(behind(3)), sticky.read(behind(4))]).toEqual(['a', undefined]);
});

test('is refused with anything behind it, and with any part of it changed', () => {
  const sticky = new StickyCookie({ secret: 'k', ttl: 60_000 }, new ManualClock());
  sticky.enroll('a');
  const ours = sticky.write('a', false).split(';')[0]!;
  const [token, expiry, signature] = ours.split('.');
  expect(sticky.read(ours)).toBe('a');
  for (const forged of [
    `${ours}.x`,
    `${ours}.`,
    `${token}.${expiry}`,
    `${token}.0.${signature}`,
    `${token}x.${expiry}.${signature}`,
  ])
    expect(sticky.read(forged)).toBeUndefined();
});

test('names nobody once the server is gone', () => {
  const sticky = new StickyCookie(true, new ManualClock());
  sticky.enroll('a');
  const pair = sticky.write('a', false).split(';')[0];
  sticky.forget('a');
  expect(sticky.read(pair)).toBeUndefined();
});

test.each(['', 'spark_lb=', 'spark_lb=a.b.c', 'spark_lb=a.0', 'spark_lb=..', 'other=1'])(
  '%j is ignored',
  (header) => {
    const sticky = new StickyCookie(true, new ManualClock());
    sticky.enroll('a');
    expect(sticky.read(header)).toBeUndefined();
  },
);
