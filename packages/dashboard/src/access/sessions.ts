import type { Clock, Milliseconds } from '@spark-perf/core';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who sends a request: somebody who has logged in, or a browser that has seen the page. */
export interface Session {
  readonly id: string;
  readonly loggedIn: boolean;
}

/** Sessions that were ended before their time and are remembered: about 100 bytes each. */
const MOST_ENDED = 1_000;

/**
 * Sessions without memory, but for those that were ended: a cookie says until when it holds and who it is, and is
 * signed. The token that goes with actions is made from the session's id, so that no other site can know it.
 */
export class Sessions {
  /** Until when a session that was ended would have held at most, by its id, in the order of their ends. */
  readonly #ended = new Map<string, Milliseconds>();
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #ttl: Milliseconds;

  /** `password`: with another one, what was signed before is void, though the secret be the same. */
  constructor(clock: Clock, ttl: Milliseconds, secret: string | undefined, password = '') {
    this.#clock = clock;
    this.#ttl = ttl;
    this.#key = createHmac('sha256', secret ?? randomBytes(32))
      .update(password)
      .digest();
  }

  /** A new session, as the value of its cookie. */
  open(loggedIn: boolean): { readonly session: Session; readonly cookie: string } {
    const id = randomBytes(16).toString('base64url');
    const until = Math.floor(this.#clock.wallNow() + this.#ttl).toString(36);
    const facts = `${loggedIn ? 'in' : 'no'}.${until}.${id}`;
    return { session: { id, loggedIn }, cookie: `${facts}.${this.#sign(`session:${facts}`)}` };
  }

  /** From now on its cookie is nobody's, wherever a copy of it may be. Others of the same secret do not know of it. */
  end({ id }: Session): void {
    const now = this.#clock.wallNow();
    for (const [old, until] of this.#ended) {
      if (until > now && this.#ended.size < MOST_ENDED) break;
      this.#ended.delete(old);
    }
    this.#ended.set(id, now + this.#ttl);
  }

  /** The session of a cookie's value; `undefined` when it is forged or over. */
  read(cookie: string | undefined): Session | undefined {
    if (cookie === undefined || cookie.length > 256) return undefined;
    const [state = '', until = '', id = '', signature = ''] = cookie.split('.');
    if (!same(signature, this.#sign(`session:${state}.${until}.${id}`))) return undefined;
    if (!(Number.parseInt(until, 36) > this.#clock.wallNow()) || this.#ended.has(id)) return undefined;
    return { id, loggedIn: state === 'in' };
  }

  /** What an action of this session must bring along. */
  tokenOf({ id }: Session): string {
    return this.#sign(`token:${id}`);
  }

  isToken(session: Session, token: string | undefined): boolean {
    return token !== undefined && same(token, this.tokenOf(session));
  }

  /** Compares a password in constant time, whatever the lengths. */
  isPassword(given: string, password: string): boolean {
    return same(this.#sign(`password:${given}`), this.#sign(`password:${password}`));
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
