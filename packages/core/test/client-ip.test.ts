import { describe, expect, test } from '@jest/globals';
import { clientIp, trustCheck } from '../src/index.js';
import type { FakeContextOptions } from '../src/testing/index.js';
import { fakeContext } from '../src/testing/index.js';

const ipOf = (options: FakeContextOptions, trust?: Parameters<typeof trustCheck>[0]): string | undefined =>
  clientIp(fakeContext(options), trust === undefined ? undefined : trustCheck(trust));

describe('without a trustProxy of ours', () => {
  test('reads a property and a method alike', () => {
    expect(ipOf({ ip: '203.0.113.9' })).toBe('203.0.113.9');
    expect(ipOf({ ip: () => '::ffff:203.0.113.9' })).toBe('203.0.113.9');
  });

  test('a method is called on its context', () => {
    const ctx = fakeContext();
    Object.assign(ctx, {
      address: '203.0.113.7',
      ip(this: { address: string }) {
        return this.address;
      },
    });
    expect(clientIp(ctx)).toBe('203.0.113.7');
  });

  test('falls back to the socket when the host tells nothing usable', () => {
    for (const ip of ['', 'unknown', () => ''])
      expect(ipOf({ ip, remoteAddress: '192.0.2.5' })).toBe('192.0.2.5');
  });

  test('trusts no header', () => {
    expect(ipOf({ remoteAddress: '192.0.2.5', headers: { 'X-Forwarded-For': '1.2.3.4' } })).toBe('192.0.2.5');
  });

  test('is undefined with no known address, never a shared literal', () => {
    expect(ipOf({ ip: 'unknown', remoteAddress: undefined })).toBeUndefined();
  });
});

describe('with trustProxy', () => {
  const behind = (xff: string, remoteAddress = '10.0.0.1'): FakeContextOptions => ({
    ip: '1.1.1.1', // what the host believes does not count
    remoteAddress,
    headers: { 'X-Forwarded-For': xff },
  });

  test.each([
    [0, '10.0.0.1'],
    [1, '198.51.100.3'],
    [2, '198.51.100.2'],
    [3, '198.51.100.1'],
    [9, '198.51.100.1'],
  ])('%d hops count from the right', (hops, ip) => {
    expect(ipOf(behind('198.51.100.1, 198.51.100.2, 198.51.100.3'), hops)).toBe(ip);
  });

  test('networks: the first address from the right that is no proxy', () => {
    expect(ipOf(behind('6.6.6.6, 203.0.113.9, 10.2.2.2, ::ffff:10.3.3.3'), ['10.0.0.0/8'])).toBe(
      '203.0.113.9',
    );
  });

  test('a peer that is no proxy can claim nothing', () => {
    expect(ipOf(behind('6.6.6.6', '203.0.113.50'), ['10.0.0.0/8'])).toBe('203.0.113.50');
  });

  test('a function sees addresses and distances', () => {
    const seen: [string, number][] = [];
    const trust = (address: string, hop: number): boolean => {
      seen.push([address, hop]);
      return hop < 1;
    };
    expect(ipOf(behind('6.6.6.6, 203.0.113.9'), trust)).toBe('203.0.113.9');
    expect(seen).toEqual([
      ['10.0.0.1', 0],
      ['203.0.113.9', 1],
    ]);
  });

  test.each([
    ['for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
    ['For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=192.0.2.43, for="192.0.2.60:99"', '192.0.2.60'],
    ['for=_hidden', '10.0.0.1'],
    ['by=203.0.113.43', '10.0.0.1'],
  ])('Forwarded: %s', (forwarded, ip) => {
    expect(ipOf({ remoteAddress: '10.0.0.1', headers: { Forwarded: forwarded } }, 1)).toBe(ip);
  });

  test.each(['unknown', '', 'evil<script>', '192.0.2.1:80:80', `${'9'.repeat(5_000)}`])(
    'stops at an entry that is no address: %p',
    (entry) => {
      expect(ipOf(behind(`203.0.113.9, ${entry}`), 3)).toBe('10.0.0.1');
    },
  );

  test('takes ports off', () => {
    expect(ipOf(behind('203.0.113.9:5555'), 1)).toBe('203.0.113.9');
    expect(ipOf(behind('[2001:db8::1]:5555'), 1)).toBe('2001:db8::1');
  });

  test('a chain of 100,000 hops costs no more than a real one', () => {
    expect(ipOf(behind(`${'10.0.0.1,'.repeat(100_000)}203.0.113.9`), 1)).toBe('203.0.113.9');
  });

  test('on a Unix socket a hop count reads the header', () => {
    expect(ipOf({ ...behind('203.0.113.9'), remoteAddress: undefined }, 1)).toBe('203.0.113.9');
  });

  test.each([-1, 1.5, ['10.0.0.0/99'], ['x'], 'loopback' as never, [5] as never])(
    'refuses %p',
    (trustProxy) => {
      expect(() => trustCheck(trustProxy)).toThrow(expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }));
    },
  );
});
