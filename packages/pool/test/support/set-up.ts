import { EventEmitter } from 'node:events';
import { seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { testSeed } from '@spark-perf/test-services';
import type { ConnectionFactory, ConnectionPoolOptions } from '../../src/index.js';
import { ConnectionPool } from '../../src/index.js';

export class Conn extends EventEmitter {
  constructor(readonly id: number) {
    super();
  }
}

/** A pool on a manual clock, and a backend that can be switched off. */
export function setUp(options: ConnectionPoolOptions = {}, factory: Partial<ConnectionFactory<Conn>> = {}) {
  const clock = new ManualClock();
  const backend = { down: false, creates: 0, destroyed: [] as number[], reasons: [] as string[] };
  const pool = new ConnectionPool<Conn>(
    {
      create: () => {
        backend.creates++;
        if (backend.down) throw new Error('down');
        return new Conn(backend.creates);
      },
      destroy: (one) => void backend.destroyed.push(one.id),
      ...factory,
    },
    { clock, random: seededRandom(testSeed()), minSize: 0, maxSize: 3, ...options },
  );
  pool.on('destroy', ({ reason }) => backend.reasons.push(reason));
  return { clock, pool, backend };
}

/** What became of a promise: `ok`, or the error's code or message. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'ok',
    (error: { code?: unknown; message?: unknown }) => error.code ?? error.message,
  );
