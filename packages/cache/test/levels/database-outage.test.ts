import { beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { MultiLevelCache } from '../../src/index.js';
import { postgresDialect, SqlCacheDatabase } from '../../src/sql.js';
import { usePostgres } from '../postgres.js';

const postgres = usePostgres();
const { query } = postgres;
beforeEach(async () => void (await query('DROP TABLE IF EXISTS spark_cache', [])));

const database = () => new SqlCacheDatabase({ query, dialect: postgresDialect, sweepInterval: Infinity });

type Act = () => Promise<unknown>;
const nothing: Act = () => Promise.resolve();

/** Callers that ask without a pause; `stop` gives what was not a value. */
function load(cache: MultiLevelCache): { stop: () => Promise<unknown[]> } {
  let running = true;
  let truth = 0;
  const failures: unknown[] = [];
  const callers = ['x', 'y', 'z'].map(async (key) => {
    while (running) {
      try {
        const value = await cache.getOrSet(key, () => ++truth, 5);
        if (typeof value !== 'number') failures.push(value);
      } catch (error) {
        failures.push(error);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  return {
    stop: async () => {
      running = false;
      await Promise.all(callers);
      return failures;
    },
  };
}

test.each<[string, Act, Act, Act]>([
  ['absent at the start', () => postgres.service.kill(), nothing, () => postgres.service.restart()],
  ['killed', nothing, () => postgres.service.kill(), () => postgres.service.restart()],
  ['paused', nothing, () => postgres.service.pause(), () => postgres.service.resume()],
])(
  'the database %s, under load: no errors, and every missed change arrives',
  async (_name, before, fail, recover) => {
    const old = new MultiLevelCache({ databaseClient: database(), levelTimeout: 5_000 });
    await old.setMany([
      { key: 'deleted', value: 'old' },
      { key: 'set', value: 'old' },
    ]);
    await old.close();
    await before();
    await using cache = new MultiLevelCache({ databaseClient: database(), levelTimeout: 200 });
    const callers = load(cache);
    await cache.get('first');
    await fail();
    await waitFor(() => cache.getStats().l3?.up === false, { timeout: 20_000 });
    await cache.invalidate('deleted');
    await cache.set('set', 'new');
    expect(await cache.getOrSet('fetched', () => 'fetched')).toBe('fetched');
    expect([await cache.get('deleted'), await cache.get('set')]).toEqual([null, 'new']);
    expect(cache.getStats().l3?.journal).toBeGreaterThan(0);
    await recover();
    await waitFor(() => cache.getStats().l3?.up === true, { timeout: 20_000 });
    expect(await callers.stop()).toEqual([]);
    await using other = new MultiLevelCache({ databaseClient: database(), levelTimeout: 5_000 });
    expect(await other.getMany(['deleted', 'set', 'fetched'])).toEqual([null, 'new', 'fetched']);
  },
  60_000,
);

test('the database restarted in good order, under load: no errors, what it had is still there', async () => {
  await using cache = new MultiLevelCache({ databaseClient: database(), levelTimeout: 1_000 });
  await cache.set('kept', 'old');
  await waitFor(() => cache.getStats().l3?.up === true, { timeout: 20_000 });
  const callers = load(cache);
  await postgres.service.restart();
  await cache.set('after', 'new');
  await waitFor(() => cache.getStats().l3?.up === true && cache.getStats().l3?.journal === 0, {
    timeout: 20_000,
  });
  expect(await callers.stop()).toEqual([]);
  await using other = new MultiLevelCache({ databaseClient: database(), levelTimeout: 5_000 });
  expect(await other.getMany(['kept', 'after'])).toEqual(['old', 'new']);
}, 60_000);
