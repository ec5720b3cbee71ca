import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { RawHeader } from './captured-response.js';

/**
 * What a compression below a capture says of the bytes. It encodes what has been captured as it was, and names its
 * coding while it is handed the first of it: so that coding is not the capture's.
 */
export class OuterCoding {
  readonly #res: ServerResponse;
  readonly #encoding: OutgoingHttpHeader | undefined;
  readonly #length: OutgoingHttpHeader | undefined;
  readonly #tag: OutgoingHttpHeader | undefined;

  /** To be made before the first bytes are passed on. */
  constructor(res: ServerResponse) {
    this.#res = res;
    this.#encoding = res.getHeader('content-encoding');
    this.#length = res.getHeader('content-length');
    this.#tag = res.getHeader('etag');
  }

  /** The fields as they were for the captured bytes. */
  takeOff(headers: RawHeader[]): RawHeader[] {
    if (this.#res.getHeader('content-encoding') === this.#encoding) return headers;
    const before = new Map([
      ['content-encoding', this.#encoding],
      ['content-length', this.#length],
      ['etag', this.#tag],
    ]);
    const kept = headers.filter(([name]) => !before.has(name.toLowerCase()));
    for (const [name, value] of before) if (value !== undefined) kept.push([name, String(value)]);
    return kept;
  }
}
