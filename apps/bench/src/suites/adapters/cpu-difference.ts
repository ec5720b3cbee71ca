import type { Measured } from '../../measured.js';
import { measured } from '../../measured.js';
import type { ServerUnderTest } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

export interface CpuDifference {
  /** What the first costs more than the second, in µs of CPU time per request. */
  readonly difference: Measured;
  /** The whole of the second. */
  readonly base: Measured;
}

/** Starts a host in a process of its own. */
type Start = () => Promise<ServerUnderTest>;

/**
 * Two hosts in many short turns, one right after the other. In CPU time of their processes: a few µs can't be seen in the
 * time that passes on a machine with other work. And in several pairs of processes, for two that run the same code differ
 * by 2 µs of 50 as their memory and compiled code happen to lie, for as long as they live.
 */
export async function cpuDifference(ctx: BenchContext, first: Start, second: Start): Promise<CpuDifference> {
  const [differences, bases] = [[] as number[], [] as number[]];
  for (let pair = 0; pair < ctx.scale(7, 5, 1); pair++) {
    const hosts = [await first(), await second()] as const;
    const { difference, base } = await ofPair(ctx, ...hosts);
    for (const host of hosts) await host.stop();
    differences.push(difference.value);
    bases.push(base.value);
  }
  return { difference: measured(differences, 'µs'), base: measured(bases, 'µs') };
}

async function ofPair(
  ctx: BenchContext,
  first: ServerUnderTest,
  second: ServerUnderTest,
): Promise<CpuDifference> {
  const times = ctx.scale(3_000, 2_000, 20);
  const turn = async (host: ServerUnderTest): Promise<number> => (await host.ask(times)) as number;
  for (let warm = 0; warm < ctx.scale(12, 8, 2); warm++) await turn(warm % 2 === 0 ? first : second);
  const [differences, bases] = [[] as number[], [] as number[]];
  for (let round = 0; round < ctx.scale(15, 7, 2); round++) {
    const order = round % 2 === 0;
    const early = await turn(order ? first : second);
    const late = await turn(order ? second : first);
    differences.push(order ? early - late : late - early);
    bases.push(order ? late : early);
  }
  return { difference: measured(differences, 'µs'), base: measured(bases, 'µs') };
}
