import type { Measured } from './measured.js';
import { measured } from './measured.js';
import type { BenchContext } from './suite.js';

/** Does the thing `times` times. Makes its loop itself, so that no call per operation is measured with it. */
export type Contender = (times: number) => unknown;

/** A contender that calls a synchronous function. The results are kept from being optimised away. */
export function loop(operation: (index: number) => unknown): Contender {
  return (times) => {
    let last: unknown;
    for (let index = 0; index < times; index++) last = operation(index);
    return last;
  };
}

/** A contender that awaits each operation before the next one. */
export function asyncLoop(operation: (index: number) => unknown): Contender {
  return async (times) => {
    let last: unknown;
    for (let index = 0; index < times; index++) last = await operation(index);
    return last;
  };
}

export interface RaceOptions {
  /** Rounds counted. @default 11; 5 quick; 2 as a probe */
  readonly rounds?: number;
  /** How long one contender runs in one round, in ms. @default 200; 60 quick; 5 as a probe */
  readonly roundTime?: number;
  /** Operations per round, where the time must not decide (a table of a given size). @default by roundTime */
  readonly times?: number;
  /** Runs before each contender's turn, not timed: puts its state back. */
  readonly before?: () => unknown;
}

/**
 * Runs contenders in turns, in one process, and gives each one's ns/op. Each is warmed up until it has run for one
 * round's time; then every round runs all of them, starting with another one each time, so that whatever disturbs the
 * machine disturbs all alike.
 */
export async function race<Name extends string>(
  ctx: BenchContext,
  contenders: Readonly<Record<Name, Contender>>,
  options: RaceOptions = {},
): Promise<Record<Name, Measured>> {
  const rounds = options.rounds ?? ctx.scale(11, 5, 2);
  const roundTime = options.roundTime ?? ctx.scale(200, 60, 5);
  const names = Object.keys(contenders) as Name[];
  const times = {} as Record<Name, number>;
  const figures = {} as Record<Name, number[]>;
  for (const name of names) {
    times[name] = options.times ?? (await calibrate(contenders[name], roundTime, options.before));
    figures[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] as Name;
      await options.before?.();
      collectGarbage();
      figures[name].push(((await time(contenders[name], times[name])) / times[name]) * 1e6);
    }
  }
  const results = {} as Record<Name, Measured>;
  for (const name of names) {
    results[name] = measured(figures[name], 'ns/op');
    ctx.record(name, results[name]);
  }
  return results;
}

/** How long `times` operations take, in ms. A synchronous contender is not made to wait for a promise. */
async function time(contender: Contender, times: number): Promise<number> {
  const start = performance.now();
  const result = contender(times);
  if (result instanceof Promise) await result;
  return performance.now() - start;
}

async function calibrate(
  contender: Contender,
  roundTime: number,
  before: (() => unknown) | undefined,
): Promise<number> {
  for (let times = 1; ; times *= 2) {
    await before?.();
    const took = await time(contender, times);
    // Twice: the first run that is long enough was still being compiled.
    if (took >= roundTime / 2) {
      await before?.();
      return Math.max(1, Math.round((times * roundTime) / Math.max(await time(contender, times), 0.001)));
    }
  }
}

/** A full collection, where the process was started with `--expose-gc`, as main.ts does. */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
