import type { IncomingMessage } from 'node:http';
import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { ProxyEngine } from './proxy-engine.js';
import type { Sweepable } from './deadline-sweeper.js';

/** Most of a refused upload that is read to keep the client's connection; beyond it is cut. */
const LIMIT: Bytes = 1_048_576;

/** Reads the rest of an upload that was answered early, for as long as a connection may be silent and no longer. */
export class UploadDrain implements Sweepable {
  readonly deadline: Milliseconds;
  slot = -1;
  readonly #req: IncomingMessage;

  constructor({ options, sweeper }: ProxyEngine, req: IncomingMessage) {
    const { clock, timeouts } = options;
    this.#req = req;
    this.deadline = timeouts.idle > 0 ? clock.now() + timeouts.idle : Infinity;
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      if (bytes <= LIMIT && (bytes += chunk.length) > LIMIT) req.socket.destroySoon();
    });
    const over = (): void => sweeper.delete(this);
    req.on('end', over);
    req.on('close', over);
    sweeper.add(this);
    req.resume();
  }

  onDeadline(): void {
    this.#req.socket.destroy();
  }
}
