import type { Bytes, Context, Milliseconds } from '@spark-perf/core';
import { cacheStatus } from './cache-status.js';
import type { GroupedField } from './stored-fields.js';
import { groupFields, wholeFields } from './stored-fields.js';
import type { StoredResponse } from './stored-response.js';

/**
 * Bodies up to this go out as a string: Node then writes head and body as one piece, which is cheaper than two. A
 * longer one would cost more to copy.
 */
export const MAX_TEXT: Bytes = 8_192;

/** A kept response as fresh hits send it. What two hits have in common is made once. */
export class HitForm {
  readonly #stored: StoredResponse;
  readonly #fields: readonly GroupedField[];
  /** The bytes, each as one Latin-1 character. */
  readonly #text: string | undefined;
  readonly #name: string;
  #age = -1;
  #ageField = '';
  #ttl = -1;
  #status = '';

  /** @param name the cache's, in `Cache-Status` */
  constructor(stored: StoredResponse, name: string) {
    const { body } = stored;
    this.#stored = stored;
    this.#fields = groupFields(wholeFields(stored));
    this.#text = body.length <= MAX_TEXT ? body.toString('latin1') : undefined;
    this.#name = name;
  }

  /** Answers a GET with the whole response. By `setHeader`, so that middlewares outside can read the fields. */
  send(ctx: Context, age: Milliseconds, left: Milliseconds): void {
    const { res } = ctx;
    const { status, statusMessage, body } = this.#stored;
    this.#tick(Math.floor(age / 1_000), Math.floor(left / 1_000));
    ctx.statusCode = status;
    ctx.responded = true;
    res.statusCode = status;
    if (statusMessage !== undefined) res.statusMessage = statusMessage;
    for (const { name, value } of this.#fields) res.setHeader(name, value);
    res.setHeader('Age', this.#ageField);
    res.setHeader('X-Cache', 'HIT');
    res.setHeader('Cache-Status', this.#status);
    if (this.#text === undefined) res.end(body);
    else res.end(this.#text, 'latin1');
  }

  #tick(age: number, ttl: number): void {
    if (age !== this.#age) {
      this.#age = age;
      this.#ageField = String(age);
    }
    if (ttl !== this.#ttl) {
      this.#ttl = ttl;
      this.#status = cacheStatus(this.#name, { hit: true, ttl: ttl * 1_000 });
    }
  }
}
