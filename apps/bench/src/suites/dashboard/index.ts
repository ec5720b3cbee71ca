import type { Measured } from '../../measured.js';
import { measured } from '../../measured.js';
import { row } from '../../row.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext, Suite } from '../../suite.js';
import { viewers } from './viewers.js';

/** CPU of the server for each second of a round, in ms. */
async function cpu(ctx: BenchContext, server: ServerUnderTest): Promise<number> {
  const length = ctx.scale(10_000, 3_000, 1_000);
  const [before, start] = [await server.usage(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, length));
  const [after, end] = [await server.usage(), performance.now()];
  return (after.cpu - before.cpu) / ((end - start) / 1_000);
}

/** The size of what the page loads, compressed. */
async function assetBytes(port: number): Promise<number> {
  const base = `http://127.0.0.1:${port}/admin/`;
  const page = await (await fetch(base)).text();
  const files = new Set([...page.matchAll(/"(assets\/[\w.-]+)"/g)].map(([, file]) => file));
  let sum = 0;
  for (const file of files) {
    const reply = await fetch(base + file, { headers: { 'Accept-Encoding': 'gzip' } });
    sum += Number(reply.headers.get('content-length'));
  }
  return sum;
}

export const suite: Suite = {
  name: 'dashboard',
  title: 'Dashboard: what watching costs the server',
  async *run(ctx) {
    const server = await serve(ctx, new URL('./hosts/page.js', import.meta.url));
    const rounds = ctx.scale(5, 3, 1);
    const figures: Record<'none' | 'one' | 'twenty', number[]> = { none: [], one: [], twenty: [] };
    const unwatched = async (): Promise<number> =>
      ((await server.ask('stats')) as { snapshots: number }).snapshots;
    let idleSnapshots = 0;
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const before = await unwatched();
      figures.none.push(await cpu(ctx, server));
      idleSnapshots += (await unwatched()) - before;
      for (const [name, count] of [
        ['one', 1],
        ['twenty', 20],
      ] as const) {
        const watching = await viewers(server.port, count);
        const got = watching.bytes();
        const start = performance.now();
        figures[name].push(await cpu(ctx, server));
        if (name === 'one') bytes = (watching.bytes() - got) / ((performance.now() - start) / 1_000);
        watching.leave();
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
    const beyond = (name: 'one' | 'twenty'): Measured =>
      measured(
        figures[name].map((value, i) => Math.max(0, value - (figures.none[i] ?? 0))),
        'ms/s',
      );
    yield row({
      claim: 'CPU of 20 viewers, beyond that of none (20 routes, 40,000 requests counted)',
      ours: beyond('twenty'),
      target: '<= 5 ms/s',
    });
    yield row({ claim: 'CPU of one viewer', ours: beyond('one') });
    yield row({
      claim: 'Snapshots made while nobody watches',
      ours: idleSnapshots,
      unit: 'snapshots',
      target: '<= 0',
    });
    yield row({ claim: 'What one viewer gets', ours: bytes, unit: 'bytes/s' });
    yield row({
      claim: 'Script, style and icon, with gzip',
      ours: await assetBytes(server.port),
      unit: 'bytes',
      target: '<= 61440',
    });
  },
};
