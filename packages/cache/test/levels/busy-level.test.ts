import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Capture } from '../../src/capture.js';
import { KeyStates } from '../../src/coherence/key-states.js';
import { ReadPath } from '../../src/read-path.js';
import { outerFleet } from './outer-fleet.js';

let fleet: ReturnType<typeof outerFleet>;
beforeEach(() => {
  fleet = outerFleet();
});
afterEach(() => fleet.close());

/** So many calls of the shared level are under way that no look gets its turn for 60 ms; all of them are answered. */
async function busyFor60(): Promise<void> {
  const { clock, a } = fleet;
  const slow = () =>
    new Promise<void>((resolve) => {
      clock.setTimeout(resolve, 30);
    });
  for (let i = 0; i < 2 * 64; i++) a.outer.l2!.gate.run(slow).catch(() => {});
  await clock.advance(0);
}

function read(key: string) {
  const { a } = fleet;
  const capture = new Capture(new KeyStates(), a.tags, key, ['e'], a.now, a.outer.knownClock);
  const found = new ReadPath(a.outer, a.writes).read(capture).finally(() => capture.release());
  return { capture, found };
}

test('a look that is given up is a miss: what the database has may be what was deleted', async () => {
  const { a, b, clock } = fleet;
  await a.set('k', 'old');
  b.databaseDown = true;
  await b.delete('k');
  expect([fleet.shared('k'), fleet.database('k')]).toEqual([null, 'old']);
  await busyFor60();
  const { capture, found } = read('k');
  await clock.advance(200);
  expect(await found).toBeUndefined();
  expect([capture.shared, a.outer.l2!.gate.up, a.events]).toEqual([undefined, true, []]);
});

test('once its turn comes in time the look is made, and the database is asked for what is not there', async () => {
  const { a, clock, store } = fleet;
  await a.set('k', 'value');
  store.rows.clear();
  await busyFor60();
  await clock.advance(30);
  const { capture, found } = read('k');
  await clock.advance(30);
  expect((await found)?.entry.value).toBe('value');
  expect(capture.shared).toBe(0);
});
