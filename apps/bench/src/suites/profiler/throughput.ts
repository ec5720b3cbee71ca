import type { HttpFigures, HttpRaceOptions } from '../../http-race.js';
import { raceServers } from '../../http-race.js';
import type { Measured } from '../../measured.js';
import { measured } from '../../measured.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

/**
 * @spark-perf/server as it is; with a middleware that only calls `next`; with the least that tells a duration, two
 * readings of the clock and a listener; and with the profiler.
 */
const KINDS = ['plain', 'empty', 'least', 'profiled'] as const;
type Kind = (typeof KINDS)[number];

/**
 * V8 decides once in the life of a process how code is inlined and where objects are allocated: two processes of the
 * very same server differ by more than what is measured here, so that each kind gets several.
 */
const PROCESSES = 3;

/** Requests/s and CPU per request of each kind, of all its processes' rounds. */
export async function throughput(
  ctx: BenchContext,
  load: HttpRaceOptions,
): Promise<Record<Kind, Pick<HttpFigures, 'rps' | 'cpu'>>> {
  const servers: Record<string, ServerUnderTest> = {};
  for (let number = 0; number < PROCESSES; number++) {
    for (const kind of KINDS)
      servers[`${kind}${number}`] = await serve(ctx, new URL('./hosts/spark.js', import.meta.url), {
        argument: kind,
      });
  }
  const figures = await raceServers(ctx, servers, load);
  const pooled = (kind: Kind, which: 'rps' | 'cpu'): Measured => {
    const each = Array.from({ length: PROCESSES }, (_, number) => figures[`${kind}${number}`]![which]);
    const rounds = each.flatMap((one) => one.rounds);
    return measured(rounds, each[0]!.unit);
  };
  const of = (kind: Kind) => ({ rps: pooled(kind, 'rps'), cpu: pooled(kind, 'cpu') });
  return { plain: of('plain'), empty: of('empty'), least: of('least'), profiled: of('profiled') };
}
