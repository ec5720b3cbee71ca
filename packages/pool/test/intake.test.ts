import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { ConnectionPool } from '../src/index.js';
import type { ScriptedConnection } from '../src/testing/index.js';
import { ScriptedFactory, WITHOUT_LANE } from '../src/testing/index.js';

/** More than the first supply takes. */
const MICROTASKS = 40;

// generic-pool counts what it has created twice for some microtasks, and as available before it hands it over.
describe('no more than minSize are created, in whichever microtask of the first supply somebody looks', () => {
  const looks: [string, (pool: ConnectionPool<ScriptedConnection>) => unknown][] = [
    ['healthCheck', (pool) => pool.healthCheck()],
    ['resize', (pool) => pool.resize({ maxSize: 9 })],
    ['lease', (pool) => pool.use(() => undefined)],
  ];
  const places = [{}, { [WITHOUT_LANE]: true }];
  const cases = looks.flatMap(([name, look]) => places.map((place) => ({ name, look, place })));

  test.each(cases)('$name $place', async ({ look, place }) => {
    const surplus: string[] = [];
    for (const minSize of [3, 4, 5]) {
      for (let microtask = 0; microtask < MICROTASKS; microtask++) {
        const clock = new ManualClock();
        const factory = new ScriptedFactory({ clock, behaviour: () => 'ok' });
        const pool = new ConnectionPool(factory, { clock, minSize, maxSize: 9, ...place });
        for (let i = 0; i < microtask; i++) await Promise.resolve();
        const looked = look(pool);
        await clock.advance(0);
        await looked;
        const { create } = factory.calls;
        if (create !== minSize) surplus.push(`microtask ${microtask}: ${create} instead of ${minSize}`);
        await pool.close();
      }
    }
    expect(surplus).toEqual([]);
  });
});
