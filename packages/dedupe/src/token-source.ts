import { randomBytes } from 'node:crypto';
import type { OwnerToken } from './dedupe-state.js';

/** Names that nobody else uses: a random prefix of this instance, and a count. */
export class TokenSource {
  readonly #prefix = randomBytes(12).toString('base64url');
  #count = 0;

  next(): OwnerToken {
    return `${this.#prefix}.${++this.#count}`;
  }
}
