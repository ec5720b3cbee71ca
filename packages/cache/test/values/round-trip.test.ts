import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { InvalidKeyError, jsonSerializer, MultiLevelCache, UnserializableError } from '../../src/index.js';
import type { DatabaseClient, PlainRedisClient } from '../../src/index.js';

const nested = {
  list: [1, [undefined, null], { deep: new Date(5) }],
  map: new Map([[{ k: 1 }, new Set([NaN])]]),
};
const values: Record<string, unknown> = {
  null: null,
  undefined,
  zero: 0,
  'minus zero': -0,
  'empty string': '',
  false: false,
  NaN,
  Infinity,
  '-Infinity': -Infinity,
  bigint: 123_456_789_012_345_678_901n,
  string: 'Ünïcödé \u0000 \ud800',
  array: [1, 'a', null, false],
  'array with undefined': [undefined, 1],
  object: { a: 1, b: { c: [] } },
  'object with undefined': { a: undefined },
  date: new Date(1_700_000_000_000),
  'invalid date': new Date(NaN),
  map: new Map<unknown, unknown>([
    ['a', 1],
    [2, new Map()],
  ]),
  set: new Set([1, 'a', null]),
  buffer: Buffer.from([0, 127, 255]),
  'empty buffer': Buffer.alloc(0),
  bytes: new Uint8Array([1, 2]),
  nested,
  'looks like a mark': ['d', 5],
  'looks packed': { 0: 'x', u: ['u'] },
  '__proto__ as a name': JSON.parse('{"__proto__":{"polluted":1}}') as unknown,
};

function memoryRedis(): PlainRedisClient {
  const data = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(data.get(key) ?? null),
    setex: (key, _seconds, value) => Promise.resolve(data.set(key, value)),
    del: (key) => Promise.resolve(data.delete(key)),
  };
}

function memoryDatabase(): DatabaseClient {
  const data = new Map<string, string>();
  return {
    get: (key) => data.get(key),
    set: (key, value) => data.set(key, value),
    del: (key) => data.delete(key),
  };
}

describe.each(['frozen', 'clone', 'shared'] as const)('isolation %s', (isolation) => {
  describe.each(Object.entries(values))('%s', (_name, value) => {
    test.each(['l1', 'l2', 'l3'] as const)('%s gives it back', async (level) => {
      const redisClient = memoryRedis();
      const databaseClient = memoryDatabase();
      const clients = level === 'l1' ? {} : level === 'l2' ? { redisClient } : { databaseClient };
      await using writer = new MultiLevelCache({ isolation, ...clients });
      await using reader = new MultiLevelCache({ isolation, ...clients });
      await writer.set('k', value);
      const found = await (level === 'l1' ? writer : reader).lookup('k');
      expect(found).toMatchObject({ hit: true, level });
      expect(inspect(found.hit && found.value, { depth: null })).toBe(inspect(value, { depth: null }));
      expect(found.hit && Object.is(found.value, -0)).toBe(Object.is(value, -0));
      expect(inspect(await writer.getOrSet('k', () => 'other'), { depth: null })).toBe(
        inspect(value, { depth: null }),
      );
    });
  });
});

test.each([() => {}, Symbol('s'), { f: () => {} }, [Symbol('s')], new (class Own {})()])(
  'what would be lost is refused: %p',
  async (value) => {
    await using cache = new MultiLevelCache();
    await expect(cache.set('k', value)).rejects.toBeInstanceOf(UnserializableError);
    expect(() => jsonSerializer.serialize(value)).toThrow(UnserializableError);
  },
);

test('a cycle is refused', async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  await using cache = new MultiLevelCache();
  await expect(cache.set('k', cycle)).rejects.toBeInstanceOf(UnserializableError);
  expect(() => jsonSerializer.serialize(cycle)).toThrow(UnserializableError);
});

describe('isolation', () => {
  const original = () => ({
    list: [1],
    date: new Date(1),
    buffer: Buffer.from('a'),
    map: new Map([['a', 1]]),
  });

  test.each(['frozen', 'clone'] as const)('%s: nobody can corrupt the kept copy', async (isolation) => {
    await using cache = new MultiLevelCache({ isolation });
    const given = original();
    await cache.set('k', given);
    expect(Object.isFrozen(given)).toBe(false);
    given.list.push(2);
    given.date.setTime(9);
    for (let i = 0; i < 2; i++) {
      const got = (await cache.get<ReturnType<typeof original>>('k'))!;
      expect(got).toEqual(original());
      got.date.setTime(9);
      got.buffer[0] = 0;
      got.map.set('b', 2);
      try {
        got.list.push(3);
      } catch {
        // frozen
      }
    }
    const fetched = original();
    const result = await cache.getOrSet('f', () => fetched);
    expect(result).not.toBe(fetched);
    expect(Object.isFrozen(fetched)).toBe(false);
    fetched.list.push(2);
    expect(await cache.get('f')).toEqual(original());
  });

  test('frozen plain data is handed out as it is; shared gives the very object', async () => {
    await using frozen = new MultiLevelCache();
    await frozen.set('k', { a: [1] });
    expect(await frozen.get('k')).toBe(await frozen.get('k'));
    expect(() => frozen.peek<{ a: number[] }>('k')!.a.push(2)).toThrow(TypeError);
    await using shared = new MultiLevelCache({ isolation: 'shared' });
    const value = { a: 1 };
    await shared.set('k', value);
    expect(shared.peek('k')).toBe(value);
  });
});

describe('keys', () => {
  test('namespaces do not meet', async () => {
    await using cache = new MultiLevelCache();
    const spaces = [
      [cache, 'a:b:c'],
      [cache.namespace('a'), 'b:c'],
      [cache.namespace('a:b'), 'c'],
      [cache.namespace('a').namespace('b'), 'c'],
      [cache, '~1:a/b:c'],
      [cache, '~~1:a/b:c'],
      [cache.namespace('a'), '~1:b/c'],
      [cache, 'x'.repeat(600)],
      [cache, 'x'.repeat(601)],
      [cache, ''],
      [cache.namespace('a'), ''],
    ] as const;
    for (const [index, [space, key]] of spaces.entries()) await space.set(key, index);
    for (const [index, [space, key]] of spaces.entries()) expect(await space.get(key)).toBe(index);
  });

  test('clear of a namespace clears those within it and nothing else; tags are its own', async () => {
    await using cache = new MultiLevelCache();
    const outer = cache.namespace('outer');
    const inner = outer.namespace('inner');
    for (const space of [cache, outer, inner]) await space.set('k', 1, { tags: ['t'] });
    await outer.invalidateTags(['t']);
    expect([cache.peek('k'), outer.peek('k'), inner.peek('k')]).toEqual([1, undefined, 1]);
    await outer.clear();
    expect([cache.peek('k'), inner.peek('k')]).toEqual([1, undefined]);
  });

  test('what is no key is refused', async () => {
    await using cache = new MultiLevelCache();
    expect(() => cache.peek(1 as never)).toThrow(InvalidKeyError);
    expect(() => cache.get(undefined as never)).toThrow(InvalidKeyError);
    await expect(cache.set('k', 1, { tags: [''] })).rejects.toBeInstanceOf(InvalidKeyError);
    expect(() => cache.namespace('')).toThrow(InvalidKeyError);
  });
});
