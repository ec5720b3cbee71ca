import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MultiLevelCacheOptions } from '../../src/index.js';
import { jsonSerializer, MultiLevelCache, UnserializableError } from '../../src/index.js';
import { HttpHost } from '../http/http-host.js';

/** A database that keeps texts in a Map. */
const rows = new Map<string, string>();
const databaseClient = {
  get: (key: string) => rows.get(key) ?? null,
  set: (key: string, value: string) => void rows.set(key, value),
  del: (key: string) => void rows.delete(key),
};
const open = (options: MultiLevelCacheOptions = {}): MultiLevelCache =>
  new MultiLevelCache({ databaseClient, levelTimeout: 5_000, ...options });

let cache: MultiLevelCache;
beforeEach(() => {
  rows.clear();
  cache = open({ isolation: 'shared' });
});
afterEach(() => cache.close());

test('a value that no other level can hold is the error of who gives it, not of the level', async () => {
  const value = { run: () => 1 };
  await expect(cache.set('k', value)).rejects.toThrow(UnserializableError);
  await expect(
    cache.setMany([
      { key: 'a', value: 1 },
      { key: 'k', value },
    ]),
  ).rejects.toThrow(UnserializableError);
  await expect(cache.getOrSet('k', () => value)).rejects.toThrow(UnserializableError);
  expect(cache.getStats().l3).toMatchObject({ up: true, journal: 0, errors: 0 });
  // Before anything is kept.
  expect([cache.peek('k'), cache.peek('a'), rows.size]).toEqual([undefined, undefined, 0]);
  await cache.set('k', 1);
  await using other = open();
  expect(await other.get('k')).toBe(1);
});

test('what is written is the value at the time of the call', async () => {
  const value = { n: 1 };
  const first = cache.set('k', { n: 0 });
  const second = cache.set('k', value);
  value.n = 2;
  await Promise.all([first, second]);
  await using other = open();
  expect(await other.get('k')).toEqual({ n: 1 });
});

test('a serializer that takes no responses: they are answered, and not kept', async () => {
  const serializer = {
    ...jsonSerializer,
    serialize: (value: unknown): string => {
      if (typeof value === 'object') throw new Error('plain values only');
      return jsonSerializer.serialize(value);
    },
  };
  const host = await HttpHost.open({}, { databaseClient, serializer });
  try {
    for (let i = 1; i <= 2; i++) expect((await host.get('/')).body).toBe(`{"call":${i}}`);
    expect(host.cache.getStats().l3).toMatchObject({ up: true, journal: 0 });
  } finally {
    await host.close();
  }
});
