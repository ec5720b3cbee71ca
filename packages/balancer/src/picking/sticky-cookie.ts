import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock, Milliseconds } from '@spark-perf/core';
import { InvalidOptionError, numberOption, optionsObject, stringOption } from '@spark-perf/core';

export interface StickyOptions {
  /** Signs the cookie; the same in every process. @default random, so that a restart forgets */
  readonly secret?: string | undefined;
  /** @default 'spark_lb' */
  readonly name?: string | undefined;
  /** How long a client stays with its server. 0: until the browser ends. @default 0 */
  readonly ttl?: Milliseconds | undefined;
}

/** Cookies of our name that are looked at in one request. */
const MOST = 4;

/**
 * The cookie `token.expiry.signature`. The token is a keyed hash of the server's id, so that it shows neither id nor
 * address; the signature covers token and expiry.
 */
export class StickyCookie {
  readonly #key: Buffer;
  readonly #name: string;
  readonly #ttl: Milliseconds;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, string>();

  /** @throws InvalidOptionError */
  constructor(options: StickyOptions | boolean, clock: Clock) {
    const given = optionsObject<StickyOptions>('sticky', options === true ? {} : (options as StickyOptions), [
      'secret',
      'name',
      'ttl',
    ]);
    const secret = stringOption('sticky.secret', given.secret, undefined);
    this.#key = secret === undefined ? randomBytes(32) : Buffer.from(secret);
    this.#name = stringOption('sticky.name', given.name, 'spark_lb');
    if (!/^[\w-]+$/.test(this.#name))
      throw new InvalidOptionError('sticky.name', 'a cookie name of letters, digits, _ and -', given.name);
    this.#ttl = numberOption('sticky.ttl', given.ttl, 0);
    this.#clock = clock;
  }

  /** Tells which server a token stands for. */
  enroll(id: string): void {
    this.#tokens.set(this.#mac(`id:${id}`), id);
  }

  forget(id: string): void {
    this.#tokens.delete(this.#mac(`id:${id}`));
  }

  /** The id that the client's cookie names, when it is one of ours, in date and unforged. */
  read(header: string | undefined): string | undefined {
    if (header === undefined) return undefined;
    let read = 0;
    for (const pair of header.split(';')) {
      const equals = pair.indexOf('=');
      if (equals === -1 || pair.slice(0, equals).trim() !== this.#name) continue;
      // Each costs a hash: nobody has more than one per path.
      if (++read > MOST) return undefined;
      const id = this.#verify(pair.slice(equals + 1).trim());
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** The value of `Set-Cookie` that keeps a client on the server `id`. */
  write(id: string, secure: boolean): string {
    const token = this.#mac(`id:${id}`);
    const expiry =
      this.#ttl === 0 ? '0' : Math.floor((this.#clock.wallNow() + this.#ttl) / 1_000).toString(36);
    const value = `${token}.${expiry}.${this.#mac(`${token}.${expiry}`)}`;
    const age = this.#ttl === 0 ? '' : `; Max-Age=${Math.ceil(this.#ttl / 1_000)}`;
    return `${this.#name}=${value}; Path=/${age}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  }

  #verify(value: string): string | undefined {
    const [token, expiry, signature, ...rest] = value.split('.');
    if (token === undefined || expiry === undefined || signature === undefined || rest.length > 0)
      return undefined;
    const expected = Buffer.from(this.#mac(`${token}.${expiry}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    if (expiry !== '0' && parseInt(expiry, 36) * 1_000 <= this.#clock.wallNow()) return undefined;
    return this.#tokens.get(token);
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest().subarray(0, 16).toString('base64url');
  }
}
