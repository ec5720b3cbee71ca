import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { SchedulerWait } from './scheduler-wait.js';

const HELD = 1_000;
const LIMIT = 100;
const MAX_MEMORY = 64 * 2 ** 20;
const BATCH = 100;

/** Distinct keys without end within one window, while a thousand keys are at their limit. */
export async function* flood(ctx: BenchContext): AsyncGenerator<Row> {
  const count = ctx.scale(10_000_000, 2_000_000, 20_000);
  const limiter = new SlidingWindowRateLimiter({
    maxRequests: LIMIT,
    windowSize: 24 * 3_600_000,
    precision: 2.4 * 3_600_000,
    maxMemory: MAX_MEMORY,
  });
  for (let held = 0; held < HELD; held++) limiter.check(`held:${held}`, LIMIT);
  let passed = 0;
  let admitted = 0;
  let longest = 0;
  const others = new SchedulerWait();
  const started = performance.now();
  for (let done = 0; done < count; done += BATCH) {
    const waited = others.read();
    const wall = performance.now();
    const cpu = process.cpuUsage();
    for (let i = done; i < done + BATCH; i++) if (limiter.check(`flood:${i}`).allowed) admitted++;
    if (limiter.check(`held:${(done / BATCH) % HELD}`).allowed) passed++;
    const { user, system } = process.cpuUsage(cpu);
    const took = performance.now() - wall - (others.read() - waited);
    // What other processes take from us is no pause of ours; nor can a batch have paused for more than it computed.
    longest = Math.max(longest, Math.min(took, (user + system) / 1_000));
  }
  const each = ((performance.now() - started) / count) * 1e6;
  others.close();
  for (let held = 0; held < HELD; held++) if (limiter.check(`held:${held}`).allowed) passed++;
  const { memory = NaN, evictions = NaN } = limiter.getStats();
  const name = `flood of ${count.toLocaleString('en-US')} keys`;
  const note = `${Math.round(each)} ns per key, ${evictions} displaced`;
  yield row({ claim: `${name}: keys at their limit let through`, ours: passed, target: '<= 0', note });
  yield row({ claim: `${name}: table`, ours: memory / 2 ** 20, unit: 'MiB', target: '<= 64' });
  yield row({
    claim: `${name}: longest pause`,
    ours: longest,
    unit: 'ms',
    target: '<= 10',
    note: `of ${BATCH + 1} checks: CPU time, or wall time less waits for a core, whichever is less`,
  });
  yield row({ claim: `${name}: newcomers admitted`, ours: (admitted / count) * 100, unit: '%' });
  await limiter.close();
}
