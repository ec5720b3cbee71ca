import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { LevelUnavailableError } from '../../src/index.js';
import { LevelGate } from '../../src/levels/level-gate.js';

let clock: ManualClock;
let gate: LevelGate;
let ready: boolean;
let recoveries: number;
let recover: () => Promise<boolean>;
let changes: boolean[];
let complete: boolean;

beforeEach(() => {
  clock = new ManualClock();
  [ready, recoveries, changes, complete] = [true, 0, [], true];
  recover = () => Promise.resolve(true);
  gate = new LevelGate({
    ...{
      name: 'l2',
      timeout: 50,
      maxCalls: 100,
      clock,
      random: () => 0.5,
      ready: () => ready,
      onError: () => {},
    },
    complete: () => complete,
    recover: () => {
      recoveries++;
      return recover();
    },
    onChange: (up) => changes.push(up),
  });
});
afterEach(() => gate.close());

const hang = () => gate.run(() => new Promise<never>(() => {}));

/** How long a call takes on the clock of the test. */
async function took(call: () => Promise<unknown>, patience: number): Promise<number | undefined> {
  const start = clock.now();
  let end: number | undefined;
  call().then(
    () => (end = clock.now()),
    () => (end = clock.now()),
  );
  await clock.advance(patience);
  return end === undefined ? undefined : end - start;
}

const chain = (before: (() => void) | undefined, then: () => void) => (): void => {
  before?.();
  then();
};

test('a level that hangs costs its timeout once; then calls are refused before any time has passed', async () => {
  recover = () => new Promise(() => {});
  expect(await took(hang, 1_000)).toBe(50);
  let asked = 0;
  for (let i = 0; i < 100; i++)
    expect(
      await took(
        () =>
          gate.run(() => {
            asked++;
            return Promise.resolve();
          }),
        0,
      ),
    ).toBe(0);
  expect([asked, changes]).toEqual([0, [false]]);
});

test('all who were under way wait no longer than the timeout', async () => {
  const first = took(hang, 0);
  const ends: number[] = [];
  for (let i = 0; i < 20; i++) void hang().catch(() => ends.push(clock.now()));
  await first;
  await clock.advance(51);
  expect(ends).toEqual(ends.map(() => 50));
  expect(ends).toHaveLength(20);
});

test('thousands at once of a level that takes its time for each: none fails, all in order', async () => {
  const asked: (() => void)[] = [];
  const served: number[] = [];
  const call = (which: number) =>
    gate.run(() => new Promise<void>((resolve) => asked.push(resolve))).then(() => served.push(which));
  const calls = Promise.all(Array.from({ length: 3_000 }, (_, i) => call(i)));
  // Ten in a millisecond: the last one is answered after 300 of them, six times as late as is allowed.
  while (served.length < 3_000 && clock.now() < 5_000) {
    for (const answer of asked.splice(0, 10)) answer();
    await clock.advance(1);
  }
  await calls;
  expect(served).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
  expect([changes, clock.now() > 250]).toEqual([[], true]);
});

test('a level that hangs: those who wait for their turn are refused with the first that times out', async () => {
  recover = () => new Promise(() => {});
  const ends: number[] = [];
  let made = 0;
  const call = () =>
    gate.run(() => {
      made++;
      return new Promise<never>(() => {});
    });
  for (let i = 0; i < 100; i++) call().catch(() => {});
  await clock.advance(20);
  for (let i = 0; i < 5_000; i++) call().catch(() => ends.push(clock.now()));
  await clock.advance(31);
  expect([made, ends.length, Math.max(...ends)]).toEqual([100, 5_000, 50]);
  await took(() => Promise.resolve(), 1_000);
  recover = () => Promise.resolve(true);
  await clock.advance(2_000);
});

test('a level that answers, but slowly: looks are given up when their turn does not come in time, writes wait', async () => {
  const answers: (() => void)[] = [];
  const slow = () => new Promise<string>((resolve) => answers.push(() => resolve('answer')));
  const answerAll = (): void => answers.splice(0).forEach((answer) => answer());
  const ends: Record<string, [end: unknown, at: number][]> = { run: [], ask: [] };
  const note = (kind: 'run' | 'ask', promise: Promise<unknown>): void => {
    promise.then(
      (value) => ends[kind]!.push([value, clock.now()]),
      (error: Error) => ends[kind]!.push([error.message, clock.now()]),
    );
  };
  for (let i = 0; i < 300; i++) {
    note('run', gate.run(slow));
    note('ask', gate.ask(slow));
  }
  // Each hundred takes 30 ms: the first 50 looks are answered at 30 ms and as many at 60, which were asked at 30.
  for (let i = 0; i < 12; i++) {
    await clock.advance(30);
    answerAll();
    await clock.advance(0);
  }
  const answered = ends.ask!.filter(([end]) => end === 'answer').map(([, at]) => at);
  const refused = ends.ask!.filter(([end]) => end !== 'answer');
  expect([answered.length, Math.max(...answered)]).toEqual([100, 60]);
  expect(new Set(refused.map(String))).toEqual(new Set(['Level l2 is busy: no turn within 50 ms,50']));
  expect([refused.length, ends.run!.length]).toEqual([200, 300]);
  expect(ends.run!.every(([end]) => end === 'answer')).toBe(true);
  expect([changes, gate.errors, gate.up, clock.timers]).toEqual([[], 200, true, 0]);
});

test('looks that wait for their turn when the process is blocked get their time once more', async () => {
  let answer!: () => void;
  const first = Array.from({ length: 100 }, () =>
    gate.run(() => new Promise<void>((resolve) => (answer = chain(answer, resolve)))),
  );
  const look = gate.ask(() => 'seen');
  await clock.advance(0);
  clock.stepNow(500);
  await clock.advance(1);
  answer();
  expect(await look).toBe('seen');
  await Promise.all(first);
  expect(gate.up).toBe(true);
});

test('places are given back, whatever calls end with', async () => {
  for (let i = 0; i < 250; i++) expect(await gate.run(() => i)).toBe(i);
  for (let i = 0; i < 250; i++) {
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow();
    await clock.advance(25);
  }
  const calls = Array.from({ length: 250 }, (_, i) => gate.run(() => Promise.resolve(i)));
  expect(await Promise.all(calls)).toHaveLength(250);
});

test('what was missed in the very turn of the recovery is made up for before the level is trusted', async () => {
  await took(hang, 51);
  complete = false;
  await clock.advance(10_000);
  expect([gate.up, changes]).toEqual([false, [false]]);
  expect(recoveries).toBeGreaterThan(1);
  complete = true;
  await clock.advance(1_000);
  expect([gate.up, changes]).toEqual([true, [false, true]]);
});

test('a client that is not connected is looked at, not asked; once it is ready the level is back within 25 ms', async () => {
  await took(hang, 51);
  ready = false;
  await clock.advance(600_000);
  const asked = recoveries;
  ready = true;
  await clock.advance(25);
  expect([gate.up, recoveries - asked, changes]).toEqual([true, 1, [false, true]]);
});

test('what fails to recover is tried again, at least once in a second', async () => {
  recover = () => (recoveries < 8 ? Promise.reject(new Error('not yet')) : Promise.resolve(true));
  await took(hang, 51);
  await clock.advance(25);
  let before = recoveries;
  while (!gate.up) {
    await clock.advance(1_000);
    expect(gate.up || recoveries > before).toBe(true);
    before = recoveries;
  }
  expect(recoveries).toBe(8);
});

test('a reply that is there when the timer is late counts', async () => {
  let answer!: (value: number) => void;
  const call = gate.run(() => new Promise<number>((resolve) => (answer = resolve)));
  // The process was busy: the timer's turn comes before that of the socket.
  clock.advanceSync(50);
  answer(1);
  expect(await call).toBe(1);
  await clock.advance(1_000);
  expect(gate.up).toBe(true);
});

test('a process that was blocked for long gives a call its time once more, and only once', async () => {
  const ends: number[] = [];
  hang().catch(() => ends.push(clock.now()));
  await clock.advance(0);
  clock.stepNow(500);
  await clock.advance(49);
  expect([ends, gate.up]).toEqual([[], true]);
  clock.stepNow(500);
  await clock.advance(1);
  expect([ends, gate.up]).toEqual([[1_049], false]);
});

test('after close nothing is asked, and no timer is left', async () => {
  await took(hang, 51);
  gate.close();
  await expect(gate.run(() => 1)).rejects.toBeInstanceOf(LevelUnavailableError);
  await clock.advance(10_000);
  expect([clock.timers, recoveries]).toEqual([0, expect.any(Number)]);
});
