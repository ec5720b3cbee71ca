import type { Milliseconds, RawHeader, Ratio } from '@spark-perf/core';
import type { CacheControl } from './cache-control.js';
import { deltaSeconds } from './cache-control.js';
import { fieldOf } from './header-list.js';
import { parseHttpDate } from './http-date.js';
import type { StoredResponse } from './stored-response.js';

/** Statuses that may be kept without explicit freshness (RFC 9110, section 15.1). */
export const HEURISTICALLY_CACHEABLE: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
]);

/** The explicit freshness lifetime for a shared cache (RFC 9111, section 4.2.1): `s-maxage`, `max-age`, `Expires`. */
export function explicitLifetime(
  headers: readonly RawHeader[],
  directives: CacheControl,
  now: Milliseconds,
): Milliseconds | undefined {
  const seconds = deltaSeconds(directives, 's-maxage') ?? deltaSeconds(directives, 'max-age');
  if (seconds !== undefined) return seconds * 1_000;
  const expires = fieldOf(headers, 'expires');
  if (expires === undefined) return undefined;
  const date = parseHttpDate(fieldOf(headers, 'date')) ?? now;
  // What is no date, `0` above all, has passed (section 5.3).
  return Math.max(0, (parseHttpDate(expires) ?? date) - date);
}

/** A share of the time since `Last-Modified`, at most a day (section 4.2.2). */
export function heuristicLifetime(
  headers: readonly RawHeader[],
  share: Ratio,
  now: Milliseconds,
): Milliseconds {
  const modified = parseHttpDate(fieldOf(headers, 'last-modified'));
  if (modified === undefined) return 0;
  const date = parseHttpDate(fieldOf(headers, 'date')) ?? now;
  return Math.min(Math.max(0, date - modified) * share, 86_400_000);
}

/** The age at the moment of reception (section 4.2.3): `took` is how long the answer was under way. */
export function initialAge(
  headers: readonly RawHeader[],
  now: Milliseconds,
  took: Milliseconds,
): Milliseconds {
  const date = parseHttpDate(fieldOf(headers, 'date'));
  const apparent = date === undefined ? 0 : Math.max(0, now - date);
  const field = (fieldOf(headers, 'age') ?? '').split(',')[0]!.trim();
  const aged = /^\d+$/.test(field) ? Math.min(Number(field), 2 ** 31) * 1_000 + took : 0;
  return Math.max(apparent < 1_000 ? 0 : apparent, aged);
}

/** The age now (section 4.2.3). */
export function currentAge(stored: StoredResponse, now: Milliseconds): Milliseconds {
  return stored.initialAge + Math.max(0, now - stored.time);
}

/** How a stored response may be used for a request. */
export type Usability = 'fresh' | 'revalidating' | 'stale';

/**
 * `fresh`: as it is. `revalidating`: stale, but at once while another request revalidates. `stale`: only after
 * validation, or when that fails. By the response (section 4.2) and the request's directives (section 5.2.1).
 */
export function usability(stored: StoredResponse, request: CacheControl, now: Milliseconds): Usability {
  const age = currentAge(stored, now);
  const left = stored.lifetime - age;
  if (stored.validate === 'always' || request.has('no-cache')) return 'stale';
  const maxAge = deltaSeconds(request, 'max-age');
  const minFresh = deltaSeconds(request, 'min-fresh') ?? 0;
  if (maxAge !== undefined && age > maxAge * 1_000) return 'stale';
  if (left > minFresh * 1_000) return 'fresh';
  if (request.has('min-fresh') || stored.validate === 'stale') return 'stale';
  const maxStale = request.get('max-stale');
  if (maxStale === true || (maxStale !== undefined && -left <= deltaSeconds(request, 'max-stale')! * 1_000))
    return 'fresh';
  return -left < stored.whileRevalidate ? 'revalidating' : 'stale';
}

/** Whether a stale answer may stand in for a failed one (RFC 5861, section 4). */
export function standsInForError(stored: StoredResponse, request: CacheControl, now: Milliseconds): boolean {
  if (stored.validate !== 'no' || request.has('no-cache')) return false;
  const over = currentAge(stored, now) - stored.lifetime;
  return over < Math.max(stored.ifError, (deltaSeconds(request, 'stale-if-error') ?? 0) * 1_000);
}
