import assert from 'node:assert/strict';
import type { SharedLevel } from '../levels/shared-level.js';
import type { ConformanceTest } from './conformance-test.js';
import { conformanceTests } from './conformance-test.js';

/** Two connections of a fleet to one shared level, empty. */
export interface SharedLevelHarness {
  readonly one: SharedLevel;
  readonly other: SharedLevel;
  readonly dispose: () => Promise<void>;
}

const TTL = 60_000;

/** The generation in a text's head. */
const generationOf = (text: string | null | undefined): number => Number((text ?? '').slice(1, 17));

/** What every scripted `SharedLevel` must do. */
export function sharedLevelTests(open: () => Promise<SharedLevelHarness>): readonly ConformanceTest[] {
  return conformanceTests(open, {
    'generations of a key grow with every write': async ({ one, other }) => {
      const first = await one.write({ key: 'a', body: '1', ttl: TTL });
      const second = await other.write({ key: 'a', body: undefined, ttl: TTL });
      const third = await one.write({ key: 'a', body: '3', ttl: TTL });
      assert.ok(0 < first && first < second && second < third);
      const { texts } = await other.read(['a', 'b'], []);
      assert.equal(texts[0]!.slice(25), '3');
      assert.equal(generationOf(texts[0]), third);
      assert.equal(texts[1], null);
    },
    'fill: only if the generation still stands': async ({ one, other }) => {
      assert.ok((await one.fill({ key: 'a', body: '1', ttl: TTL, expected: 0 })) > 0);
      assert.equal(await other.fill({ key: 'a', body: '2', ttl: TTL, expected: 0 }), 0);
      const generation = generationOf((await other.read(['a'], [])).texts[0]);
      await one.write({ key: 'a', body: undefined, ttl: TTL });
      assert.equal(await other.fill({ key: 'a', body: '2', ttl: TTL, expected: generation }), 0);
      assert.equal((await one.read(['a'], [])).texts[0]![0], 't');
    },
    'fill: not when somebody else holds the lease by now': async ({ one, other }) => {
      assert.equal((await one.claim('a', 'first', TTL)).acquired, true);
      assert.equal((await other.claim('a', 'second', TTL)).acquired, false);
      await one.surrender('a', 'first');
      assert.equal((await other.claim('a', 'second', TTL)).acquired, true);
      assert.equal(await one.fill({ key: 'a', body: '1', ttl: TTL, expected: 0, token: 'first' }), 0);
      assert.ok((await other.fill({ key: 'a', body: '2', ttl: TTL, expected: 0, token: 'second' })) > 0);
    },
    'a lease is renewed and given back by its holder alone': async ({ one, other }) => {
      await one.claim('a', 'first', TTL);
      assert.equal(await one.renew('a', 'first', TTL), true);
      assert.equal(await other.renew('a', 'second', TTL), false);
      await other.surrender('a', 'second');
      assert.equal((await other.claim('a', 'second', TTL)).acquired, false);
    },
    'versions: the clock grows, a tag keeps the moment of its last invalidation': async ({ one, other }) => {
      const before = await one.versions(['x', 'y']);
      assert.deepEqual(before.tags, [0, 0]);
      const bumped = await other.bump(['x']);
      const after = await one.versions(['x', 'y']);
      assert.ok(bumped > before.clock);
      assert.deepEqual([after.clock, after.tags, after.base], [bumped, [bumped, 0], before.base]);
    },
    'replay: applies what was missed, unless somebody else has written since': async ({ one, other }) => {
      const first = await one.write({ key: 'a', body: '1', ttl: TTL });
      assert.ok((await one.replay({ key: 'a', body: '2', ttl: TTL }, first, false)) > first);
      await other.write({ key: 'a', body: '3', ttl: TTL });
      assert.equal(await one.replay({ key: 'a', body: '4', ttl: TTL }, first, true), 0);
      assert.equal((await one.read(['a'], [])).texts[0]!.slice(25), '3');
      assert.equal(await one.replay({ key: 'a', body: '4', ttl: TTL }, first, false), 0);
      assert.equal((await one.read(['a'], [])).texts[0]![0], 't');
    },
  });
}
