/** `HTTP/1.1 100`: what tells an interim answer from a final one. */
const STATUS_LINE = 12;
/** A longer interim head is none: the parser is to say so. */
const HEAD_LIMIT = 65_536;

/**
 * Takes `100 Continue` answers that nobody asked for out of what a server sends. They mean nothing (RFC 9110, section
 * 15.2.1), but undici takes one for a broken connection. Other interim answers stay.
 */
export class ContinueFilter {
  /** Whether the head of a final answer is still to come. */
  #armed = false;
  /** The beginning of a head that could be an interim one. */
  #held: Buffer | undefined;

  /** A request goes out: the next bytes are a head. */
  arm(): void {
    this.#armed = true;
    this.#held = undefined;
  }

  /** What is left of `chunk`; undefined while more is needed to tell. */
  filter(chunk: Buffer): Buffer | undefined {
    // A final answer in one piece, which nearly all are.
    if (!this.#armed) return chunk;
    if (this.#held === undefined && isFinal(chunk, 0)) {
      this.#armed = false;
      return chunk;
    }
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    return this.#withoutContinue(bytes);
  }

  #withoutContinue(bytes: Buffer): Buffer | undefined {
    const kept: Buffer[] = [];
    let at = 0;
    while (at < bytes.length && !isFinal(bytes, at)) {
      const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
      if (end === -1) {
        if (bytes.length - at > HEAD_LIMIT) break;
        this.#held = Buffer.from(bytes.subarray(at));
        return kept.length === 0 ? undefined : Buffer.concat(kept);
      }
      if (!isContinue(bytes, at)) kept.push(bytes.subarray(at, end + 4));
      at = end + 4;
    }
    if (at < bytes.length) {
      this.#armed = false;
      kept.push(bytes.subarray(at));
    }
    return kept.length === 0 ? undefined : Buffer.concat(kept);
  }
}

/** Whether what begins at `at` is no interim answer, as far as it has come. 101 ends HTTP, so it is none. */
function isFinal(bytes: Buffer, at: number): boolean {
  const whole = bytes.length - at >= STATUS_LINE;
  if (whole && bytes[at + 9] !== 0x31) return true;
  const start = bytes.toString('latin1', at, at + STATUS_LINE);
  return whole
    ? !/^HTTP\/1\.[01] 1(?!01)/.test(start)
    : !'HTTP/1.1 10'.startsWith(start.replace('/1.0', '/1.1').slice(0, 10));
}

const isContinue = (bytes: Buffer, at: number): boolean => bytes[at + 10] === 0x30 && bytes[at + 11] === 0x30;
