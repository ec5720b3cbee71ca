import type { LoadOptions } from './http-load.js';
import { loadHttp } from './http-load.js';
import type { Measured } from './measured.js';
import { measured } from './measured.js';
import type { ServerUnderTest } from './serve.js';
import type { BenchContext } from './suite.js';
import { hasWrk, wrkLoad } from './wrk-load.js';

export interface HttpRaceOptions extends Omit<LoadOptions, 'port' | 'duration'> {
  /** Rounds counted, after one of warm-up. @default 7; 3 quick; 1 as a probe */
  readonly rounds?: number;
  /** Length of one server's turn, in ms. @default 3,000; 1,000 quick; 200 as a probe */
  readonly duration?: number;
  /** `wrk` for plain GETs where it is installed; `node` for latencies. @default wrk when it can */
  readonly client?: 'wrk' | 'node';
}

export interface HttpFigures {
  readonly rps: Measured;
  /** CPU time of the server's process per answered request, in µs. */
  readonly cpu: Measured;
  /** 99th percentile in ms; NaN with wrk. */
  readonly p99: Measured;
}

/**
 * Loads several servers in turns and gives each one's figures. All run from the start; only one is loaded at a time.
 *
 * @throws when a server fails to answer, or answers with an error: such a figure would mean nothing
 */
export async function raceServers<Name extends string>(
  ctx: BenchContext,
  servers: Readonly<Record<Name, Pick<ServerUnderTest, 'port' | 'usage'>>>,
  options: HttpRaceOptions = {},
): Promise<Record<Name, HttpFigures>> {
  const { rounds = ctx.scale(7, 3, 1), duration = ctx.scale(3_000, 1_000, 200), client, ...load } = options;
  const plain = load.paths === undefined && load.body === undefined && (load.method ?? 'GET') === 'GET';
  const wrk = client === 'wrk' || (client === undefined && plain && ctx.effort !== 'probe' && hasWrk());
  const names = Object.keys(servers) as Name[];
  const rows = Object.fromEntries(
    names.map((name) => [name, { rps: [] as number[], cpu: [] as number[], p99: [] as number[] }]),
  ) as Record<Name, { rps: number[]; cpu: number[]; p99: number[] }>;
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + names.length) % names.length] as Name;
      const target = { ...load, port: servers[name].port, duration };
      const before = await servers[name].usage();
      const result = wrk ? { ...(await wrkLoad(target)), latency: { p99: NaN } } : await loadHttp(target);
      const after = await servers[name].usage();
      if (!(result.rps > 0) || result.non2xx > 0 || result.errors > 0) {
        throw new Error(`${name} failed under load: ${JSON.stringify(result)}`);
      }
      if (round < 0) continue;
      rows[name].rps.push(result.rps);
      rows[name].p99.push(result.latency.p99);
      rows[name].cpu.push(((after.cpu - before.cpu) * 1_000) / result.requests);
    }
    ctx.log(`round ${round + 1} of ${rounds}`);
  }
  const figures = {} as Record<Name, HttpFigures>;
  for (const name of names) {
    const { rps, cpu, p99 } = rows[name];
    figures[name] = { rps: measured(rps, 'req/s'), cpu: measured(cpu, 'µs/req'), p99: measured(p99, 'ms') };
    ctx.record(name, figures[name]);
  }
  return figures;
}
