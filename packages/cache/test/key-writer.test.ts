import { beforeEach, expect, test } from '@jest/globals';
import type { Entry } from '../src/entry.js';
import { KeyWriter } from '../src/key-writer.js';
import type { WriteOp } from '../src/key-writer.js';

const entry = (value: unknown): Entry => ({
  ...{ value, created: 0, soft: 0, grace: 0, tags: ['e'], start: 0, generation: 0 },
});
const set = (value: unknown): WriteOp => ({ kind: 'set', entry: entry(value), seq: 0 });
const fill = (value: unknown): WriteOp => ({
  ...{ kind: 'fill', entry: entry(value), seq: 0, expected: 0, promotion: false },
  since: { stamp: 0, at: 0, seen: 0 },
});
const remove: WriteOp = { kind: 'delete' };

let writer: KeyWriter;
let done: string[];
let running: ((kept: boolean) => void)[];
beforeEach(() => {
  [done, running] = [[], []];
  writer = new KeyWriter((key, op) => {
    done.push(`${key} ${op.kind === 'delete' ? 'delete' : String(op.entry.value)}`);
    return new Promise((resolve) => running.push(resolve));
  });
});

/** Ends the oldest write that is being carried out. */
async function finish(kept = true): Promise<void> {
  running.shift()!(kept);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Whether a promise has resolved, and with what. */
async function stateOf(promise: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.race([promise, Promise.resolve('pending')]);
}

test('writes of a key are carried out one after the other, those of others beside it', async () => {
  const first = writer.submit('k', set(1));
  const second = writer.submit('k', set(2));
  void writer.submit('other', set(9));
  expect(done).toEqual(['k 1', 'other 9']);
  expect([await stateOf(first), await stateOf(second)]).toEqual(['pending', 'pending']);
  await finish();
  expect([done.at(-1), await first, await stateOf(second)]).toEqual(['k 2', true, 'pending']);
  await finish();
  await finish();
  expect([await second, writer.size]).toEqual([true, 0]);
});

test('of those that wait the newest is carried out, and all wait for it', async () => {
  void writer.submit('k', set(1));
  const waiting = [set(2), remove, set(3)].map((op) => writer.submit('k', op));
  await finish();
  expect(done).toEqual(['k 1', 'k 3']);
  expect(await stateOf(waiting[0])).toBe('pending');
  const last = writer.submit('k', remove);
  await finish(false);
  expect(await Promise.all(waiting)).toEqual([false, false, false]);
  expect([done, await stateOf(last)]).toEqual([['k 1', 'k 3', 'k delete'], 'pending']);
  await finish();
  expect([await last, writer.size]).toEqual([true, 0]);
});

test('a fetched value waits for what is under way, and gives way to what waits already', async () => {
  void writer.submit('k', remove);
  const waiting = writer.submit('k', fill('first'));
  expect(await writer.submit('k', fill('second'))).toBe(false);
  void writer.submit('k', set('newer'));
  expect(await writer.submit('k', fill('third'))).toBe(false);
  await finish();
  await finish();
  expect([done, await waiting]).toEqual([['k delete', 'k newer'], true]);
});

test('what is not through yet is known, unless it was fetched', async () => {
  expect([writer.pending('k'), writer.settled('k')]).toEqual([undefined, undefined]);
  void writer.submit('k', set(1));
  expect(writer.pending('k')).toMatchObject({ entry: { value: 1 } });
  void writer.submit('k', remove);
  expect(writer.pending('k')).toBe(remove);
  const settled = writer.settled('k');
  await finish();
  expect([writer.pending('k'), await stateOf(settled)]).toEqual([remove, 'pending']);
  await finish();
  expect([await stateOf(settled), writer.pending('k')]).toEqual([true, undefined]);
  void writer.submit('k', fill(2));
  expect(writer.pending('k')).toBeUndefined();
  expect(await stateOf(writer.settled('k'))).toBe('pending');
  await finish();
  expect(writer.settled('k')).toBeUndefined();
});

test('the end is when nothing is under way, whatever comes meanwhile', async () => {
  let drained = false;
  await writer.drain();
  void writer.submit('a', set(1));
  void writer.submit('b', set(1));
  void writer.drain().then(() => (drained = true));
  await finish();
  void writer.submit('b', set(2));
  await finish();
  expect(drained).toBe(false);
  await finish();
  expect([drained, done]).toEqual([true, ['a 1', 'b 1', 'b 2']]);
});
