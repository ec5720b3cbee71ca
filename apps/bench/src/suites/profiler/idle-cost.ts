import { RuntimeMonitor } from '@spark-perf/profiler';
import type { BenchContext } from '../../suite.js';

/** The share of a core that a running monitor takes in an idle process: CPU time over time passed. */
export async function idleCost(ctx: BenchContext): Promise<{ on: number; off: number }> {
  const period = ctx.scale(10_000, 3_000, 300);
  const idle = async (): Promise<number> => {
    const before = process.cpuUsage();
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, period));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / (performance.now() - start);
  };
  const off = await idle();
  const monitor = new RuntimeMonitor().start();
  const on = await idle();
  await monitor.close();
  return { on, off };
}
