import { RequestProfiler } from '@spark-perf/profiler';
import { collectGarbage } from '../../measure.js';
import { standIn } from './stand-ins.js';

const done = Promise.resolve();

function inUse(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function serve(
  profiler: RequestProfiler,
  count: number,
  urlOf: (index: number) => string,
): Promise<void> {
  const middleware = profiler.middleware();
  for (let index = 0; index < count; index++) {
    const { ctx, res } = standIn(urlOf(index), undefined);
    void middleware(ctx, () => {
      res.end();
      return done;
    });
    res.finish();
    // Promises of the middleware settle before the next thousand.
    if (index % 1_000 === 999) await done;
  }
}

/** Bytes held after `count` distinct URLs, and how many requests the rows add up to. */
export async function heldByDistinctUrls(
  count: number,
): Promise<{ bytes: number; total: number; rows: number }> {
  await serve(new RequestProfiler(), 1_000, (index) => `/warm/${index}`);
  const before = inUse();
  const profiler = new RequestProfiler();
  const letters = (index: number) =>
    index.toString(36).replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
  await serve(profiler, count, (index) => `/${letters(index)}/${letters(index * 7)}`);
  const bytes = inUse() - before;
  const rows = Object.values(profiler.getReport());
  return { bytes, total: rows.reduce((sum, row) => sum + row.count, 0), rows: rows.length };
}

/** Growth of the memory in use over `count` requests to fifty routes, after as many tenths have gone before. */
export async function growthOver(count: number): Promise<number> {
  const profiler = new RequestProfiler();
  const urlOf = (index: number): string => `/resource-${index % 50}/list`;
  await serve(profiler, count / 10, urlOf);
  const before = inUse();
  await serve(profiler, count, urlOf);
  const growth = inUse() - before;
  return profiler.getTotals().count === count + count / 10 ? growth : NaN;
}
