import { fakeContext } from '@spark-perf/core/testing';
import { findBinary } from '@spark-perf/test-services';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { MetricsOptions } from '../../src/index.js';
import { metrics } from '../../src/index.js';

export const OPEN = 'application/openmetrics-text';

/** What a scrape of the sources answers, and what the logger was told. */
export async function scraped(
  sources: MetricsOptions['sources'],
  accept: string,
): Promise<{ text: string; errors: string[] }> {
  const errors: string[] = [];
  const logger = { info() {}, warn() {}, error: (line: string) => errors.push(line) };
  const ctx = fakeContext({ headers: { accept } });
  ctx.req.socket.on('drain', () => ctx.res.emit('drain')); // as Node's server does
  const closed = once(ctx.res, 'close');
  await metrics({ sources, logger })(ctx, () => Promise.resolve());
  await closed;
  const chunked = ctx.sent().slice(ctx.sent().indexOf('\r\n\r\n') + 4);
  return { text: chunked.replace(/(?:^|\r\n)[0-9a-f]+\r\n/g, '').replace(/\r\n$/, ''), errors };
}

/** What promtool says of a text: nothing, at best. */
export function promtool(input: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(findBinary('promtool'), ['check', 'metrics'], {
    input,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
