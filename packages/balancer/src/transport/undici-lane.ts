import type { Socket } from 'node:net';
import type { Bytes } from '@spark-perf/core';
import type { buildConnector } from 'undici';
import { Client } from 'undici';
import { ContinueFilter } from './continue-filter.js';
import type { SlabPool } from './slab-pool.js';

/** Below it a read is cheaper as a buffer of its own, most of them out of Node's pool. */
const LARGE: Bytes = 16_384;

const LANE = Symbol('lane');

type LaneSocket = Socket & { [LANE]?: UndiciLane };

/** The balancer's own deadlines cost no timer per request. */
const OPTIONS: Client.Options = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };

/** One connection to a server: an undici `Client` that carries one request at a time. */
export class UndiciLane {
  readonly client: Client;
  readonly #filter = new ContinueFilter();
  readonly #slabs: SlabPool;
  /** What the last large read is in. */
  #slab: Buffer | undefined;
  /** Whether the handler has not passed on all that it was given. */
  #waiting = false;
  #resume: (() => void) | undefined;
  #socket: Socket | undefined;
  readonly #secure: boolean;

  /**
   * @param connector shared by the lanes of a server, so that TLS sessions are resumed; reads by `onRead`
   * @param onGone the connection is closed; a client that is idle then is an empty shell
   */
  constructor(
    origin: string,
    connector: buildConnector.connector,
    slabs: SlabPool,
    onGone: (lane: UndiciLane) => void,
  ) {
    this.#slabs = slabs;
    this.#secure = origin.startsWith('https:');
    this.client = new Client(origin, {
      ...OPTIONS,
      // The name for TLS is the connector's own, not that of the request.
      connect: (target, callback) =>
        connector({ ...target, servername: '' }, (...result) => {
          const socket: LaneSocket | null | undefined = result[1];
          if (socket) {
            socket[LANE] = this;
            this.#socket = socket;
          }
          callback(...result);
        }),
    });
    this.client.on('disconnect', () => onGone(this));
  }

  /** A request is about to be written. */
  begin(): void {
    this.#filter.arm();
    this.#waiting = false;
  }

  /** An answer begins, which goes on by `resume`. */
  answer(resume: () => void): void {
    this.#resume = resume;
  }

  /** No more until `resume`: nothing is read meanwhile, so that a client that stalls holds one slab and no more. */
  wait(): void {
    this.#waiting = true;
    this.#socket?.pause();
  }

  readonly resume = (): void => {
    this.#waiting = false;
    this.#resume?.();
  };

  /**
   * Whether the bytes are written over later. Over TLS they count as such, so that none of them waits unseen: a pause
   * does not hold back what came with them and is deciphered already.
   */
  lends(chunk: Buffer): boolean {
    return this.#secure || (this.#slab !== undefined && chunk.buffer === this.#slab.buffer);
  }

  /** Somebody looks at what was read for longer. */
  keep(): void {
    this.#slab = undefined;
  }

  /** The answer is complete, and passed on. */
  end(): void {
    this.#resume = undefined;
    if (this.#slab !== undefined && !this.#waiting) this.#slabs.give(this.#slab);
    this.#slab = undefined;
  }

  /** @internal Takes in what has been read into `shared`. */
  receive(socket: Socket, shared: Buffer, length: Bytes): boolean {
    const bytes = this.#filter.filter(this.#copy(socket, shared, length));
    return bytes === undefined || socket.push(bytes);
  }

  #copy(socket: Socket, shared: Buffer, length: Bytes): Buffer {
    if (length < LARGE) return Buffer.from(shared.subarray(0, length));
    // In the slab of the read before, unless some of that is still to be parsed or passed on.
    if (this.#slab === undefined || this.#waiting || socket.readableLength > 0)
      this.#slab = this.#slabs.take();
    shared.copy(this.#slab, 0, 0, length);
    return this.#slab.subarray(0, length);
  }
}

/** Node calls it with what it has read into a buffer that all connections share: the next read overwrites it. */
export function onRead(this: LaneSocket, length: Bytes, shared: Uint8Array): boolean {
  return this[LANE]?.receive(this, shared as Buffer, length) ?? false;
}
