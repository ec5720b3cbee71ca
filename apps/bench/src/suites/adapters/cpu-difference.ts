import type { Measured } from '../../measured.js';
import { measured, quantile } from '../../measured.js';
import type { BenchContext } from '../../suite.js';

export interface CpuDifference {
  /** What the first costs more than the second, in µs of CPU time per operation. */
  readonly difference: Measured;
  /** The whole of the second. */
  readonly base: number;
}

/**
 * Two contenders in many short turns, one right after the other. In CPU time of this process: a few µs can't be seen in
 * the time that passes on a machine with other work.
 */
export async function cpuDifference(
  ctx: BenchContext,
  first: () => Promise<void>,
  second: () => Promise<void>,
): Promise<CpuDifference> {
  const times = ctx.scale(500, 300, 20);
  const rounds = ctx.scale(101, 41, 2);
  const turn = async (operation: () => Promise<void>): Promise<number> => {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) await operation();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / times;
  };
  for (let warm = 0; warm < ctx.scale(40, 20, 1); warm++) await turn(warm % 2 === 0 ? first : second);
  const [differences, bases] = [[] as number[], [] as number[]];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0;
    const early = await turn(order ? first : second);
    const late = await turn(order ? second : first);
    differences.push(order ? early - late : late - early);
    bases.push(order ? late : early);
  }
  const base = quantile(
    bases.sort((a, b) => a - b),
    0.5,
  );
  return { difference: measured(differences, 'µs'), base };
}
