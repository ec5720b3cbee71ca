import { expect, test } from '@jest/globals';
import { KeyedHash } from '../src/keyed-hash.js';

const of = (hash: KeyedHash, text: string): string => {
  hash.update(text);
  return `${hash.high},${hash.low}`;
};

test('depends on the key, on every unit and on the length', () => {
  const hash = new KeyedHash();
  const texts = [
    '',
    '\0',
    '\0\0',
    'a',
    'ab',
    'ba',
    'abc',
    'abd',
    'a\0',
    '\u0100',
    '\u0001\u0000',
    'ab\0',
    'x'.repeat(300),
  ];
  expect(new Set(texts.map((text) => of(hash, text))).size).toBe(texts.length);
  expect(texts.map((text) => of(hash, text))).toEqual(texts.map((text) => of(hash, text)));
  const other = new KeyedHash();
  expect(texts.filter((text) => of(hash, text) === of(other, text))).toEqual([]);
});

test('spreads: every bit of the output is one about half the time', () => {
  const hash = new KeyedHash(Buffer.from('01234567'));
  const ones = new Array<number>(64).fill(0);
  for (let i = 0; i < 20_000; i++) {
    hash.update(`10.0.${i >> 8}.${i & 255}`);
    for (let bit = 0; bit < 32; bit++) {
      ones[bit] = (ones[bit] as number) + ((hash.high >>> bit) & 1);
      ones[32 + bit] = (ones[32 + bit] as number) + ((hash.low >>> bit) & 1);
    }
  }
  for (const count of ones) expect(Math.abs(count - 10_000)).toBeLessThan(500); // 7 standard deviations
});

test('no two of 300,000 keys collide', () => {
  const hash = new KeyedHash(Buffer.from('76543210'));
  const seen = new Set<bigint>();
  for (let i = 0; i < 300_000; i++) {
    hash.update(`user:${i}`);
    seen.add((BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0));
  }
  expect(seen.size).toBe(300_000);
});
