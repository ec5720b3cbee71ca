import type { ServerResponse } from 'node:http';
import type { Bytes } from '@spark-perf/core';
import { responseFields } from './response-fields.js';

/** Most that a request's interim answers may amount to: nothing holds a server back from sending them for ever. */
const LIMIT: Bytes = 65_536;
/** Of a status line and the end of a head. */
const OVERHEAD: Bytes = 32;

/** `alive`: the server is at work, or it is the client's turn; `too-many`: it has sent more than anybody needs. */
export type InterimVerdict = 'alive' | 'nothing' | 'too-many';

/** The interim answers to one request, over all its attempts. */
export class InterimAnswers {
  #bytes: Bytes = 0;
  readonly #res: ServerResponse;
  #ask: (() => void) | undefined;

  /** @param ask asks the client for its body, where it waits for that */
  constructor(res: ServerResponse, ask: (() => void) | undefined) {
    this.#res = res;
    this.#ask = ask;
  }

  /** Relays one: 100 once, where the client waits for it. 102 alone is a sign of life, which is what it is for. */
  relay(status: number, rawHeaders: readonly string[]): InterimVerdict {
    this.#bytes += OVERHEAD;
    for (const text of rawHeaders) this.#bytes += text.length + 2;
    if (this.#bytes > LIMIT) return 'too-many';
    const res = this.#res;
    // HTTP/1.0 knows no interim answers (RFC 9110, section 15.2).
    const relays = !res.headersSent && res.req.httpVersionMinor >= 1;
    if (status === 100) {
      const ask = this.#ask;
      if (ask === undefined) return 'nothing';
      this.#ask = undefined;
      ask();
      return 'alive';
    }
    if (status === 102 && relays) res.writeProcessing();
    else if (status === 103 && relays) hint(res, rawHeaders);
    return status === 102 ? 'alive' : 'nothing';
  }
}

function hint(res: ServerResponse, rawHeaders: readonly string[]): void {
  const fields = responseFields(rawHeaders, 103, false, undefined);
  if (fields === undefined) return;
  const link: string[] = [];
  const others: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.raw.length; i += 2) {
    if (fields.raw[i]!.toLowerCase() === 'link') link.push(fields.raw[i + 1]!);
    else others[fields.raw[i]!] = fields.raw[i + 1]!;
  }
  if (link.length === 0) return; // says nothing a client could use
  try {
    res.writeEarlyHints({ ...others, link });
  } catch {
    // A Link that Node finds malformed: hints are optional.
  }
}
