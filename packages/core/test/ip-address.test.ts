import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { canonicalAddress, formatAddress, maskAddress, parseAddress, parseCidr } from '../src/index.js';

describe('canonicalAddress', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.256',
    '192.0.02.1',
    '1:2:3',
    ':::',
    'x'.repeat(10_000),
    '127.1',
  ])('%p is none', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  test('parsing what was formatted gives the same bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((b) => b[0] !== 0),
      // zero runs in every place
      fc
        .array(fc.constantFrom(0, 0, 1, 255), { minLength: 16, maxLength: 16 })
        .map((b) => Uint8Array.from([1, ...b.slice(1)])),
    );
    fc.assert(
      fc.property(bytes, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
      { seed: testSeed(), numRuns: 500 },
    );
  });
});

test('maskAddress keeps the first bits', () => {
  expect(formatAddress(maskAddress(parseAddress('2001:db8:aaaa:bbff::1')!, 56))).toBe('2001:db8:aaaa:bb00::');
  expect(formatAddress(maskAddress(parseAddress('10.1.2.3')!, 12))).toBe('10.0.0.0');
  expect(formatAddress(maskAddress(parseAddress('10.1.2.3')!, 0))).toBe('0.0.0.0');
});

describe('parseCidr', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['::ffff:10.0.0.0/104', '10.3.2.1', true],
    ['fd00::/8', 'fd12::1', true],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '10.0.0.1', false],
  ])('%s holds %s: %p', (network, address, held) => {
    expect(parseCidr(network)!(parseAddress(address)!)).toBe(held);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', 'x/8', '::/129', '10.0.0.0/8/8'])(
    '%p is none',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );
});
