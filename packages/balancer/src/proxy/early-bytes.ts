import type { Socket } from 'node:net';
import type { Bytes } from '@spark-perf/core';

/** Most of it that is kept; what is beyond waits on the wire, and the end behind it is not seen. */
const LIMIT: Bytes = 16_384;

/**
 * What a client sends ahead of the answer to its upgrade. It is read although nobody wants it yet: only a socket that is
 * read tells that its peer has closed, and Node's parser, which would, has left it.
 */
export class EarlyBytes {
  readonly #socket: Socket;
  readonly #chunks: Buffer[];
  readonly #onEnd: () => void;
  #size: Bytes;

  /** @param onEnd the client has closed its half, or all, of the connection; not after `take` */
  constructor(socket: Socket, head: Buffer, onEnd: () => void) {
    this.#socket = socket;
    this.#chunks = [head];
    this.#size = head.length;
    this.#onEnd = onEnd;
    socket.on('end', onEnd);
    socket.on('data', this.#keep);
    if (this.#size >= LIMIT) socket.pause();
  }

  /** All of them, in order. Whoever takes them reads on by himself. */
  take(): Buffer {
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('data', this.#keep);
    this.#socket.pause();
    return Buffer.concat(this.#chunks);
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= LIMIT) this.#socket.pause();
  };
}
