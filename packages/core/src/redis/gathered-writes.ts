/** The part of a socket that holds writes back. */
interface CorkableStream {
  cork(): void;
  uncork(): void;
}

/**
 * Lets what a client writes in one turn of the event loop leave in one system call, at the end of the turn: on a busy
 * server a call for each command costs more than all else that is done for it. A client without a stream of its own, as a
 * cluster, writes as ever.
 */
export class GatheredWrites {
  readonly #client: { readonly stream?: unknown };
  #isGathering = false;

  constructor(client: object) {
    this.#client = client;
  }

  /** Call before each command. */
  gather(): void {
    if (this.#isGathering) return;
    const { stream } = this.#client;
    if (!isCorkable(stream)) return;
    this.#isGathering = true;
    stream.cork();
    // The very stream that was corked: the client may have another one by then.
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }
}

function isCorkable(stream: unknown): stream is CorkableStream {
  const { cork, uncork } = (stream ?? {}) as Partial<CorkableStream>;
  return typeof cork === 'function' && typeof uncork === 'function';
}
