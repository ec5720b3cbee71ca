import { PROBE_CASES, RawUpstream, runProbeCase } from '@spark-perf/balancer/testing';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { startProxies } from './proxies.js';

/** The wire probe: 22 cases, raw bytes on both sides of each proxy. `--probe` prints the table. */
export async function* probeRows(ctx: BenchContext): AsyncGenerator<Row> {
  const upstream = await RawUpstream.start();
  ctx.defer(() => upstream.close());
  const proxies = await startProxies(ctx, upstream.port);
  const table: Record<string, Record<string, string>> = {};
  const passed: Record<string, number> = {};
  for (const [name, { port }] of Object.entries(proxies)) {
    if (name === 'http-proxy') continue; // the agent makes no difference here
    passed[name] = 0;
    for (const one of PROBE_CASES) {
      const verdict = await runProbeCase(one, port, upstream);
      (table[one.name] ??= {})[name] = verdict;
      if (verdict === 'ok') passed[name]++;
    }
  }
  ctx.record('wire probe', table);
  if (ctx.effort === 'probe') console.table(table);
  const { ours = 0, ...peers } = passed;
  yield row({
    claim: 'Wire probe: cases passed, of 22',
    ours,
    peers,
    unit: 'cases',
    target: `>= ${PROBE_CASES.length}`,
    note: 'peers as their documentation starts them',
  });
}
