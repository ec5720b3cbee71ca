import type { TrafficResult } from './tally.js';

interface ChaosFigures {
  readonly kills: number;
  readonly slowdowns: number;
}

/** What happened, in a few lines. */
export function summary(
  result: TrafficResult | undefined,
  chaos: ChaosFigures | undefined,
  restarts: number,
): string {
  const lines = ['', 'What happened'];
  const line = (name: string, value: string | number): void =>
    void lines.push(`  ${name.padEnd(14)}${value}`);
  if (result !== undefined) {
    const hits = result.cacheable === 0 ? 0 : (100 * result.cacheHits) / result.cacheable;
    line('requests', result.requests);
    line('failures', result.failures);
    for (const what of result.failed) line('', what);
    line('retries', result.retries);
    line('hit ratio', `${hits.toFixed(1)} %`);
    line('p50', `${result.p50.toFixed(1)} ms`);
    line('p99', `${result.p99.toFixed(1)} ms`);
    line('limited', result.limited);
    line('deduplicated', result.deduplicated);
  }
  if (chaos !== undefined) {
    line('killed', chaos.kills);
    line('slowed', chaos.slowdowns);
  }
  line('restarts', restarts);
  return lines.join('\n');
}
