import { randomBytes } from 'node:crypto';
import type { OwnerToken } from './dedupe-state.js';

/** Names that nobody else uses: a count, and before it, where others use the same store, a random prefix. */
export class TokenSource {
  readonly #prefix: string;
  #count = 0;

  constructor(isShared: boolean) {
    this.#prefix = isShared ? `${randomBytes(12).toString('base64url')}.` : '';
  }

  next(): OwnerToken {
    return this.#prefix + String(++this.#count);
  }
}
