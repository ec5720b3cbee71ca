import { describe, expect, test } from '@jest/globals';
import { copyValue } from '../../src/values/copy-value.js';
import { estimateBytes } from '../../src/values/estimate-bytes.js';
import { freezeValue } from '../../src/values/freeze-value.js';
import { isPlainJson } from '../../src/values/is-plain-json.js';

const sizes: [string, (value: unknown) => number][] = [
  ['a value that is shared', estimateBytes],
  ['one that is copied', (value) => copyValue(value, false).bytes],
  ['one that is frozen', (value) => freezeValue(value).bytes],
];

describe.each(sizes)('the size of %s', (_name, sizeOf) => {
  test.each<[string, unknown, number, number]>([
    ['a number', 5, 8, 8],
    ['nothing', undefined, 8, 8],
    ['a text', 'x'.repeat(1_000), 1_000, 1_010],
    ['a list of texts', ['x'.repeat(500), 'y'.repeat(500)], 1_000, 1_200],
    ['an object', { a: 'x'.repeat(500), b: { c: 'y'.repeat(500) } }, 1_000, 1_250],
    ['bytes', Buffer.alloc(1_000), 1_000, 1_200],
    ['bytes within', { list: [new Uint8Array(500), Buffer.alloc(500)] }, 1_000, 1_500],
    ['a hundred numbers', Array.from({ length: 100 }, (_, i) => i), 800, 1_000],
  ])('%s', (_what, value, least, most) => {
    expect(sizeOf(value)).toBeGreaterThanOrEqual(least);
    expect(sizeOf(value)).toBeLessThanOrEqual(most);
  });

  test('a Map and a Set count with what is in them', () => {
    if (sizeOf === sizes[2]![1]) return; // read from another level they are copied for each reader
    const texts = ['x'.repeat(400), 'y'.repeat(400)];
    expect(sizeOf(new Set(texts))).toBeGreaterThan(800);
    expect(sizeOf(new Map([[texts[0], texts[1]]]))).toBeGreaterThan(800);
    expect(sizeOf(new Map([[texts[0], texts[1]]]))).toBeLessThan(1_100);
  });
});

test('an estimate looks at no more than about 10,000 parts, and ends with a cycle', () => {
  const wide = Array.from({ length: 200_000 }, (_, i) => i);
  expect(estimateBytes(wide)).toBeLessThan(200_000);
  expect(estimateBytes(wide)).toBeGreaterThan(40_000);
  const names = Object.fromEntries(wide.map((i) => [`n${i}`, i]));
  expect(estimateBytes(names)).toBeLessThan(200_000);
  expect(estimateBytes(new Set(wide))).toBeLessThan(200_000);
  const cycle: unknown[] = [];
  cycle.push(cycle, 'x'.repeat(100));
  expect(estimateBytes(cycle)).toBeGreaterThan(100);
  expect(estimateBytes(cycle)).toBeLessThan(20_000);
});

describe('freezing', () => {
  test('all that is plain, however deep; and tells whether there is anything that is not', () => {
    const value = { list: [{ a: 1 }, [2]], text: 'x' };
    expect(freezeValue(value).mutable).toBe(false);
    for (const one of [value, value.list, value.list[0], value.list[1]])
      expect(Object.isFrozen(one)).toBe(true);
    for (const inner of [new Date(0), new Map(), new Set(), Buffer.alloc(1)]) {
      expect(freezeValue({ deep: [inner] }).mutable).toBe(true);
      expect(freezeValue(inner).mutable).toBe(true);
    }
    const bare = Object.assign(Object.create(null) as object, { a: [1] });
    expect([freezeValue(bare).mutable, Object.isFrozen(bare)]).toEqual([false, true]);
  });

  test('a copy is frozen where it was asked for, and what was copied is not', () => {
    const value = { list: [{ a: 1 }] };
    for (const freeze of [true, false]) {
      const copy = copyValue(value, freeze).value as typeof value;
      expect(copy).toEqual(value);
      expect([copy, copy.list, copy.list[0]].map((one) => Object.isFrozen(one))).toEqual([
        freeze,
        freeze,
        freeze,
      ]);
      expect([value, value.list, value.list[0]].some((one) => Object.isFrozen(one))).toBe(false);
    }
  });
});

describe('what JSON keeps', () => {
  test.each<[unknown, boolean]>([
    ['text', true],
    [true, true],
    [0, true],
    [-1.5, true],
    [null, true],
    [[], true],
    [{ a: [{ b: null }] }, true],
    [Object.create(null), true],
    [-0, false],
    [NaN, false],
    [Infinity, false],
    [undefined, false],
    [1n, false],
    [[undefined], false],
    [{ a: undefined }, false],
    [{ a: { b: new Date(0) } }, false],
    [new (class {})(), false],
    [{ toJSON: () => 1 }, false],
    [Object.assign(Object.create({ toJSON: () => 1 }) as object, {}), false],
  ])('%p: %p', (value, plain) => expect(isPlainJson(value)).toBe(plain));

  test('a depth of 500 is looked at, a cycle is none', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect([isPlainJson(deep(500)), isPlainJson(deep(502))]).toEqual([true, false]);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(isPlainJson(cycle)).toBe(false);
  });

  test('a thousand levels are copied, a cycle is refused', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(copyValue(deep(1_000), true).value).toEqual(deep(1_000));
    expect(() => copyValue(deep(1_001), true)).toThrow('1,000 levels');
    // Beside each other any number goes.
    expect(
      copyValue(
        Array.from({ length: 2_000 }, () => [1]),
        true,
      ).value,
    ).toHaveLength(2_000);
  });
});
