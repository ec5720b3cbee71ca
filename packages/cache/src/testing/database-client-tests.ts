import assert from 'node:assert/strict';
import type { Milliseconds } from '@spark-perf/core';
import type { DatabaseClient } from '../levels/database-client.js';
import type { ConformanceTest } from './conformance-test.js';
import { conformanceTests } from './conformance-test.js';

/** A database client, empty, and what moves its time. */
export interface DatabaseClientHarness {
  readonly client: DatabaseClient;
  readonly elapse: (ms: Milliseconds) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

const TTL = 60_000;

/** What every `databaseClient` must do. */
export function databaseClientTests(open: () => Promise<DatabaseClientHarness>): readonly ConformanceTest[] {
  return conformanceTests(open, {
    'nothing there': async ({ client }) => {
      assert.equal((await client.get('a')) ?? null, null);
      await client.del('a');
    },
    'gives back the very text': async ({ client }) => {
      const text = `{"quote":"'\\"","letters":"Ünïcödé 🙂","line":"\n"}`;
      await client.set('a', text, { ttl: TTL });
      assert.equal(await client.get('a'), text);
    },
    'overwrites, and deletes': async ({ client }) => {
      await client.set('a', '1', { ttl: TTL });
      await client.set('a', '2', { ttl: TTL });
      await client.set('b', '3', { ttl: TTL });
      assert.equal(await client.get('a'), '2');
      await client.del('a');
      assert.equal((await client.get('a')) ?? null, null);
      assert.equal(await client.get('b'), '3');
    },
    'keys are told apart to the letter': async ({ client }) => {
      const keys = ['a', 'A', 'a ', ' a', 'ä', "a'", 'a%', 'a_', 'x'.repeat(600)];
      for (const key of keys) await client.set(key, key, { ttl: TTL });
      for (const key of keys) assert.equal(await client.get(key), key);
    },
    'past its time it is gone': async ({ client, elapse }) => {
      await client.set('a', '1', { ttl: 1_000 });
      await client.set('b', '2', { ttl: 2 ** 40 });
      await elapse(1_100);
      assert.equal((await client.get('a')) ?? null, null);
      assert.equal(await client.get('b'), '2');
    },
    'writes at the same time leave one of them': async ({ client }) => {
      const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
      await Promise.all(texts.map(async (text) => client.set('a', text, { ttl: TTL })));
      assert.ok(texts.includes(String(await client.get('a'))));
    },
  });
}
