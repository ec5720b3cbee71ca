import type { Milliseconds } from '@spark-perf/core';
import { InvalidFieldError } from './errors.js';

/** The attributes of a cookie. */
export interface CookieOptions {
  /** How long the client keeps it, in ms; 0 deletes it. @default until the client ends */
  readonly maxAge?: Milliseconds | undefined;
  /** @default '/' */
  readonly path?: string | undefined;
  /** @default this host only */
  readonly domain?: string | undefined;
  /** Kept from scripts. @default true */
  readonly httpOnly?: boolean | undefined;
  /** Over HTTPS only. @default false */
  readonly secure?: boolean | undefined;
  /** Whether requests from other sites carry it. @default 'lax' */
  readonly sameSite?: 'strict' | 'lax' | 'none' | undefined;
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const ATTRIBUTE = /^[\x20-\x3a\x3c-\x7e]*$/;

/** The `Set-Cookie` field of a cookie (RFC 6265, section 4.1). The value is escaped. @throws InvalidFieldError */
export function setCookieField(name: string, value: string, options: CookieOptions = {}): string {
  const { maxAge, path = '/', domain, httpOnly = true, secure = false, sameSite = 'lax' } = options;
  if (!NAME.test(name)) throw new InvalidFieldError('Set-Cookie', 'has a name that is not allowed');
  if (!ATTRIBUTE.test(path) || !ATTRIBUTE.test(domain ?? '')) {
    throw new InvalidFieldError('Set-Cookie', 'has an attribute that is not allowed');
  }
  let field = `${name}=${encodeURIComponent(value.toWellFormed())}; Path=${path}`;
  if (domain !== undefined) field += `; Domain=${domain}`;
  if (maxAge !== undefined) field += `; Max-Age=${Math.floor(maxAge / 1_000)}`;
  if (httpOnly) field += '; HttpOnly';
  if (secure) field += '; Secure';
  return `${field}; SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`;
}
