const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = '\r\n0\r\n\r\n';
const EMPTY = Buffer.alloc(0);
/** Nothing that a benchmark asks for has a longer head. */
const MAX_HEAD = 64 * 1024;

/**
 * Finds where responses end in the bytes of one connection. As lean as possible: what the load client spends is
 * taken from what it can ask.
 */
export class ResponseCounter {
  #head: Buffer = EMPTY;
  /** Bytes of the body still to come; -1 while the head is being read, -2 in a chunked body. */
  #left = -1;
  #status = 0;
  #tail = '';
  readonly #onResponse: (status: number) => void;

  constructor(onResponse: (status: number) => void) {
    this.#onResponse = onResponse;
  }

  /** Whether the connection is between two responses. */
  get idle(): boolean {
    return this.#left === -1 && this.#head.length === 0;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === -1) rest = this.#readHead(rest);
      else if (this.#left === -2) rest = this.#readChunked(rest);
      else {
        const taken = Math.min(this.#left, rest.length);
        this.#left -= taken;
        rest = rest.subarray(taken);
        if (this.#left === 0) this.#done();
      }
    }
  }

  #readHead(bytes: Buffer): Buffer {
    const all = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = all.indexOf(HEAD_END);
    if (end === -1) {
      if (all.length > MAX_HEAD) throw new Error('The head of a response does not end');
      this.#head = all;
      return EMPTY;
    }
    const head = all.toString('latin1', 0, end + 2);
    this.#head = EMPTY;
    this.#status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length !== null) this.#left = Number(length[1]);
    else this.#left = /\r\ntransfer-encoding: *chunked/i.test(head) ? -2 : 0;
    this.#tail = '\r\n'; // the end of the head, before a body that is only a last chunk
    if (this.#left === 0 || this.#status === 204 || this.#status === 304) this.#done();
    return all.subarray(end + 4);
  }

  /** A body that holds the text of the last chunk itself would end early: benchmarks send none. */
  #readChunked(bytes: Buffer): Buffer {
    const text = this.#tail + bytes.toString('latin1');
    const found = text.indexOf(LAST_CHUNK);
    if (found === -1) {
      this.#tail = text.slice(1 - LAST_CHUNK.length);
      return EMPTY;
    }
    const end = found + LAST_CHUNK.length - this.#tail.length;
    this.#done();
    return bytes.subarray(end);
  }

  #done(): void {
    this.#left = -1;
    this.#onResponse(this.#status);
  }
}
