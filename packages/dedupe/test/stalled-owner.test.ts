import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { OrphanPolicy } from '../src/index.js';
import { MemoryDedupeStore, RequestDeduplicator } from '../src/index.js';
import { gate, sparkHost } from './spark-host.js';

/** Two instances on one store. The time of the first stands still, as that of a process that does not get to run. */
async function stalledOwner(headers: Record<string, string>, onOrphan?: OrphanPolicy) {
  const clock = new ManualClock();
  const store = new MemoryDedupeStore({ clock });
  const shared = { store, lease: 300, storeTimeout: 30_000, onOrphan };
  const engines = [
    new RequestDeduplicator({ ...shared, clock: new ManualClock() }),
    new RequestDeduplicator({ ...shared, clock }),
  ];
  const { open, opened } = gate();
  let runs = 0;
  const [owner, other] = await Promise.all(
    engines.map((engine) =>
      sparkHost(engine, (app) =>
        app.post('/', async (ctx) => {
          const run = ++runs;
          if (run === 1) await opened;
          ctx.json({ run });
        }),
      ),
    ),
  );
  const request = { headers: { Authorization: 'Bearer me', ...headers } };
  const first = owner!.send(request);
  await waitFor(() => runs === 1);
  clock.advanceSync(301);
  const second = await other!.send(request);
  open(); // it wakes up
  const late = await first;
  await waitFor(() => engines[0]!.getStats().ownershipLost === 1);
  const third = await other!.send(request);
  const orphaned = engines[1]!.getStats().orphaned;
  for (const host of [owner!, other!]) await host[Symbol.asyncDispose]();
  await store.close();
  return { second, late, third, runs, orphaned };
}

test("a keyed request's owner that stalls past its lease: outcome unknown, for good, also when it wakes up", async () => {
  const { second, late, third, runs, orphaned } = await stalledOwner({ 'Idempotency-Key': 'k' });
  for (const { status, body } of [second, third]) {
    expect(status).toBe(409);
    expect(JSON.parse(body.toString())).toMatchObject({ type: expect.stringContaining('outcome-unknown') });
  }
  expect(late.body.toString()).toBe('{"run":1}');
  expect([runs, orphaned]).toEqual([1, 1]);
});

test('a request without a key runs again, and what its old owner says late is not kept', async () => {
  const { second, late, third, runs, orphaned } = await stalledOwner({});
  expect([second, late, third].map(({ body }) => body.toString())).toEqual([
    '{"run":2}',
    '{"run":1}',
    '{"run":2}',
  ]);
  expect(third.headers['idempotent-replayed']).toBe('true');
  expect([runs, orphaned]).toEqual([2, 1]);
});

test("onOrphan: 'rerun' runs a keyed request again, 'reject' refuses one without a key", async () => {
  const rerun = await stalledOwner({ 'Idempotency-Key': 'k' }, 'rerun');
  expect([rerun.second.body.toString(), rerun.third.body.toString(), rerun.runs]).toEqual([
    '{"run":2}',
    '{"run":2}',
    2,
  ]);
  const reject = await stalledOwner({}, 'reject');
  expect([reject.second.status, JSON.parse(reject.second.body.toString()), reject.runs]).toEqual([
    409,
    { error: 'Outcome unknown', code: 'outcome-unknown' },
    1,
  ]);
});
