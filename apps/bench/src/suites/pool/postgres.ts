import { ConnectionPool } from '@spark-perf/pool';
import { pgFactory } from '@spark-perf/pool/pg';
import { startPostgres } from '@spark-perf/test-services';
import pg from 'pg';
import { measured } from '../../measured.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';

const SIZE = 10;
const CALLERS = 20;

/** CPU time of this process per query, over loopback. */
export async function* onPostgres(ctx: BenchContext): AsyncIterable<Row> {
  const service = await startPostgres();
  ctx.defer(() => service.stop());
  const ours = new ConnectionPool(pgFactory(service.connectionString), { minSize: SIZE, maxSize: SIZE });
  ctx.defer(() => ours.close());
  await ours.ready();
  const theirs = new pg.Pool({ connectionString: service.connectionString, max: SIZE });
  ctx.defer(() => theirs.end());
  const contenders = {
    ours: () => ours.use((client) => client.query('SELECT 1')),
    'pg-pool': () => theirs.query('SELECT 1'),
  };
  const queries = ctx.scale(20_000, 4_000, 200);
  const figures: Record<keyof typeof contenders, number[]> = { ours: [], 'pg-pool': [] };
  const names = Object.keys(contenders) as (keyof typeof contenders)[];
  for (let round = -1; round < ctx.scale(15, 7, 1); round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + 1) % names.length]!;
      const before = process.cpuUsage();
      await Promise.all(
        Array.from({ length: CALLERS }, async () => {
          for (let i = 0; i < queries / CALLERS; i++) await contenders[name]();
        }),
      );
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) figures[name].push((user + system) / queries);
    }
  }
  yield row({
    claim: `use(SELECT 1) on Postgres over loopback, ${CALLERS} callers on ${SIZE} connections: CPU time of the process`,
    ours: measured(figures.ours, 'µs/query'),
    peers: { 'pg-pool': measured(figures['pg-pool'], 'µs/query') },
    target: '<= 1x',
  });
}
