import type { Context } from './context.js';

/** The parts of a request target, as they identify a resource. */
export interface RequestTarget {
  /** The original pathname, whatever prefix a mounted middleware sees cut off. */
  readonly path: string;
  /** The canonical query, without `?`; empty when there is none. */
  readonly query: string;
}

/** The original path and canonical query of a request. */
export function requestTarget(ctx: Context): RequestTarget {
  const raw = ctx.originalUrl ?? ctx.req.url ?? '/';
  const start = originLength(raw);
  const hash = raw.indexOf('#', start);
  const end = hash === -1 ? raw.length : hash;
  const mark = raw.indexOf('?', start);
  if (mark === -1 || mark > end) return { path: raw.slice(start, end) || '/', query: '' };
  return { path: raw.slice(start, mark) || '/', query: canonicalQuery(raw.slice(mark + 1, end)) };
}

/** The length of `http://host` in an absolute-form target. */
function originLength(raw: string): number {
  if (raw.startsWith('/')) return 0;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(raw);
  return scheme === null ? 0 : scheme[0].length;
}

/**
 * One spelling for all queries that mean the same: names sorted by code unit, repeated names in their order,
 * everything decoded once and encoded again. Two queries with different pairs never share a spelling: a part that
 * can't be decoded stands as it is, and no encoded part looks like it.
 */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = spelling(equals === -1 ? pair : pair.slice(0, equals));
      return [name, equals === -1 ? '' : spelling(pair.slice(equals + 1))] as const;
    });
  // Array sort is stable: repeated names keep their order.
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/** Servers differ in what they make of a malformed escape or of bytes that are no UTF-8, so neither means anything else. */
function spelling(part: string): string {
  try {
    // Both throw: on a malformed escape, on a lone surrogate.
    return encodeURIComponent(decodeURIComponent(part.replaceAll('+', ' ')));
  } catch {
    return part;
  }
}
