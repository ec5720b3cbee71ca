import type { CapturedHead, Milliseconds, RawHeader } from '@spark-perf/core';
import { HOP_BY_HOP } from '@spark-perf/core';
import type { CacheControl } from './cache-control.js';
import { deltaSeconds, isUnqualified, listedFields, parseCacheControl } from './cache-control.js';
import { explicitLifetime, HEURISTICALLY_CACHEABLE, heuristicLifetime, initialAge } from './freshness.js';
import { fieldOf, listOf, without } from './header-list.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';
import type { StoredResponse } from './stored-response.js';
import { varyNames } from './vary.js';

/** What is asked about a response: how it was asked for. */
export interface StoreRequest {
  readonly options: ResolvedHttpOptions;
  /** The request's directives. */
  readonly directives: CacheControl;
  /** Whether it carried `Authorization` or `Cookie`, and `varyBy` does not tell whose it is. */
  readonly credentials: boolean;
  /** Wall time when the handler was called. */
  readonly asked: Milliseconds;
}

/** All that is kept of a head; the body comes later. */
export type StorableHead = Omit<StoredResponse, 'kind' | 'body'> & {
  readonly vary: readonly string[];
  /** Fields that are for nobody but who has asked. */
  readonly own: readonly RawHeader[];
};

const UNDERSTOOD = new Set([...HEURISTICALLY_CACHEABLE, 302, 303, 307, 400, 401, 403, 406, 409, 422, 429]);

/** Whether a response may be kept (RFC 9111, section 3), and what of it. The reason where it may not. */
export function storeDecision(
  head: CapturedHead,
  { options, directives: request, credentials, asked }: StoreRequest,
  now: Milliseconds,
): StorableHead | { readonly refused: string } {
  const { status, headers } = head;
  const directives = parseCacheControl(listOf(headers, 'cache-control'));
  const refusal = refuse(status, headers, directives, request, options);
  if (refusal !== undefined) return { refused: refusal };
  const shared = directives.has('public') || directives.has('s-maxage') || directives.has('must-revalidate');
  if (credentials && !shared) return { refused: 'credentials' };
  const vary = varyNames(headers);
  if (vary === '*') return { refused: 'vary-any' };
  const lifetime = lifetimeOf(status, headers, directives, options, now);
  if (lifetime === undefined) return { refused: 'no-freshness' };
  const always = isUnqualified(directives, 'no-cache');
  const validator = hasValidator(headers) || options.etag !== false;
  if ((always || lifetime === 0) && !validator) return { refused: 'no-validator' };
  const strict =
    directives.has('must-revalidate') || directives.has('proxy-revalidate') || directives.has('s-maxage');
  return {
    status,
    statusMessage: head.statusMessage,
    ...keptFields(headers, directives, options),
    time: now,
    initialAge: initialAge(headers, now, Math.max(0, now - asked)),
    lifetime,
    whileRevalidate: window(directives, 'stale-while-revalidate', options.staleWhileRevalidate),
    ifError: window(directives, 'stale-if-error', options.staleIfError),
    validate: always ? 'always' : strict ? 'stale' : 'no',
    shared,
    vary,
  };
}

function refuse(
  status: number,
  headers: readonly RawHeader[],
  directives: CacheControl,
  request: CacheControl,
  { setCookie, maxBodySize }: ResolvedHttpOptions,
): string | undefined {
  if (status < 200 || status === 206 || status === 304) return 'status';
  if (request.has('no-store')) return 'request-no-store';
  const understood = UNDERSTOOD.has(status) || status >= 500;
  if (directives.has('must-understand')) {
    // no-store is for caches that do not know must-understand (section 5.2.2.3).
    if (!understood) return 'not-understood';
  } else if (directives.has('no-store')) return 'no-store';
  if (isUnqualified(directives, 'private')) return 'private';
  if (setCookie === 'refuse' && fieldOf(headers, 'set-cookie') !== undefined) return 'set-cookie';
  if (fieldOf(headers, 'content-range') !== undefined) return 'partial';
  if (Number(fieldOf(headers, 'content-length') ?? 0) > maxBodySize) return 'too-large';
  // It has no end that anybody could wait for.
  if (/^text\/event-stream\b/i.test(fieldOf(headers, 'content-type') ?? '')) return 'event-stream';
  return undefined;
}

/** `undefined`: nothing says how long it is fresh. */
function lifetimeOf(
  status: number,
  headers: readonly RawHeader[],
  directives: CacheControl,
  options: ResolvedHttpOptions,
  now: Milliseconds,
): Milliseconds | undefined {
  const explicit = explicitLifetime(headers, directives, now);
  if (explicit !== undefined) return explicit;
  const heuristic =
    HEURISTICALLY_CACHEABLE.has(status) && status < 500 && options.heuristic > 0
      ? heuristicLifetime(headers, options.heuristic, now)
      : 0;
  if (heuristic > 0) return heuristic;
  if (isUnqualified(directives, 'no-cache')) return status < 500 ? 0 : undefined;
  const silent = fieldOf(headers, 'cache-control') === undefined;
  return status === 200 && silent && options.ttl > 0 ? options.ttl : undefined;
}

function window(directives: CacheControl, name: string, fallback: Milliseconds): Milliseconds {
  const seconds = deltaSeconds(directives, name);
  return seconds === undefined ? fallback : seconds * 1_000;
}

function hasValidator(headers: readonly RawHeader[]): boolean {
  return fieldOf(headers, 'etag') !== undefined || fieldOf(headers, 'last-modified') !== undefined;
}

/** The fields that go on to clients: none of the connection, and none that a cache writes anew. */
export function endToEnd(headers: readonly RawHeader[]): RawHeader[] {
  const dropped = new Set<string>([...HOP_BY_HOP, 'age', 'x-cache', 'cache-status']);
  for (const token of (listOf(headers, 'connection') ?? '').split(','))
    dropped.add(token.trim().toLowerCase());
  return without(headers, dropped);
}

/** What is kept of them; `own`: those that `private` and `no-cache` name, and cookies that are to be stripped. */
function keptFields(
  headers: readonly RawHeader[],
  directives: CacheControl,
  { setCookie }: ResolvedHttpOptions,
): { readonly headers: RawHeader[]; readonly own: RawHeader[] } {
  const personal = new Set<string>([
    ...(listedFields(directives, 'private') ?? []),
    ...(listedFields(directives, 'no-cache') ?? []),
    ...(setCookie === 'strip' ? ['set-cookie'] : []),
  ]);
  const all = endToEnd(headers);
  return { headers: without(all, personal), own: all.filter(([name]) => personal.has(name.toLowerCase())) };
}
