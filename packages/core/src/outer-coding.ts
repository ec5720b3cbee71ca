import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { RawHeader } from './captured-response.js';

/** Fields that say something of the very bytes that are sent. */
const OF_THE_BYTES = ['content-encoding', 'content-length', 'etag'] as const;

/**
 * What a compression below a capture says of the bytes. It encodes what has been captured as it was, and names its
 * coding while it is handed the first of it: so that coding is not the capture's.
 */
export class OuterCoding {
  readonly #res: ServerResponse;
  readonly #before: ReadonlyMap<string, OutgoingHttpHeader | undefined>;

  /** To be made before the first bytes are passed on. */
  constructor(res: ServerResponse) {
    this.#res = res;
    this.#before = new Map(OF_THE_BYTES.map((name) => [name, res.getHeader(name)]));
  }

  /** The fields as they were for the captured bytes. */
  takeOff(headers: RawHeader[]): RawHeader[] {
    const before = this.#before;
    if (this.#res.getHeader('content-encoding') === before.get('content-encoding')) return headers;
    const kept = headers.filter(([name]) => !before.has(name.toLowerCase()));
    for (const [name, value] of before) if (value !== undefined) kept.push([name, String(value)]);
    return kept;
  }
}
