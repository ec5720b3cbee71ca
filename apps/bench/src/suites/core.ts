import { captureResponse, CircuitBreaker, Emitter, LatencyHistogram, Semaphore } from '@spark-perf/core';
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import { measured } from '../measured.js';
import { asyncLoop, loop, race } from '../measure.js';
import { row } from '../row.js';
import type { Suite } from '../suite.js';

/** Enough of a request for a response without a socket. */
const REQUEST = {
  method: 'GET',
  httpVersionMajor: 1,
  httpVersionMinor: 1,
  headers: {},
  socket: { destroyed: false },
} as unknown as IncomingMessage;

/** Small responses, prepared outside of the measurement. */
const BATCH = 200;

function batch(): ServerResponse[] {
  return Array.from({ length: BATCH }, () => new ServerResponse(REQUEST));
}

function answerAll(responses: readonly ServerResponse[], capture: boolean): void {
  for (const response of responses) {
    if (capture) captureResponse(response, { maxBytes: 1_000_000 });
    response.setHeader('Content-Type', 'text/plain');
    response.end('hello world');
  }
}

export const suite: Suite = {
  name: 'core',
  title: 'Core: what the shared mechanisms cost',
  async *run(ctx) {
    const rounds = ctx.scale(600, 200, 10);
    const added: number[] = [];
    for (let round = 0; round < rounds + 50; round++) {
      const [bare, captured] = [batch(), batch()];
      const start = performance.now();
      answerAll(bare, false);
      const between = performance.now();
      answerAll(captured, true);
      const end = performance.now();
      // The first rounds are being compiled.
      if (round >= 50) added.push((1e6 * (end - between - (between - start))) / BATCH);
      await new Promise(setImmediate);
    }
    yield row({
      claim: 'captureResponse: what it adds to a small response',
      ours: measured(added, 'ns'),
      target: '<= 2000',
    });

    const emitter = new Emitter<{ hit: { n: number } }>();
    const histogram = new LatencyHistogram();
    const breaker = new CircuitBreaker();
    const semaphore = new Semaphore(1);
    const figures = await race(ctx, {
      emit: loop((n) => emitter.emit('hit', { n })),
      record: loop((n) => histogram.record(n / 1_000)),
      breaker: loop(() => {
        const ticket = breaker.enter();
        if (ticket !== undefined) breaker.succeed(ticket);
      }),
      semaphore: asyncLoop(async () => (await semaphore.acquire())()),
      await: asyncLoop(() => undefined),
    });
    yield row({ claim: 'An event that nobody listens to', ours: figures.emit });
    yield row({ claim: 'LatencyHistogram.record', ours: figures.record });
    yield row({ claim: 'CircuitBreaker enter and succeed', ours: figures.breaker });
    yield row({
      claim: 'Semaphore acquire and release',
      ours: figures.semaphore,
      peers: { await: figures.await },
    });
  },
};
