import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { fieldOf } from './header-list.js';
import { parseHttpDate } from './http-date.js';
import type { StoredResponse } from './stored-response.js';

/** An entity tag of the bytes. */
export function makeEtag(body: Buffer, strength: 'weak' | 'strong'): string {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return strength === 'weak' ? `W/${tag}` : tag;
}

const ETAG = /(?:W\/)?"[^"]*"/g;
const opaque = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);

/** Whether the client has this answer already: 304 (RFC 9110, section 13.2.2; weak comparison). */
export function isNotModified(headers: IncomingHttpHeaders, stored: StoredResponse): boolean {
  if (stored.status !== 200) return false;
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return true;
    const etag = fieldOf(stored.headers, 'etag');
    return etag !== undefined && (noneMatch.match(ETAG) ?? []).some((tag) => opaque(tag) === opaque(etag));
  }
  const since = parseHttpDate(headers['if-modified-since']);
  if (since === undefined) return false;
  const modified = parseHttpDate(fieldOf(stored.headers, 'last-modified'));
  return modified !== undefined && modified <= since;
}

/** Whether `If-Range` lets the range be served (section 13.1.5): strong comparison, or the exact date. */
export function rangeApplies(headers: IncomingHttpHeaders, stored: StoredResponse): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  const text = Array.isArray(condition) ? String(condition[0]) : String(condition);
  if (text.startsWith('"')) return fieldOf(stored.headers, 'etag') === text;
  return !text.startsWith('W/') && fieldOf(stored.headers, 'last-modified') === text;
}

/** Whether `If-Match` or `If-Unmodified-Since` are there, which only the origin can judge. */
export function isPreconditioned(headers: IncomingHttpHeaders): boolean {
  return headers['if-match'] !== undefined || headers['if-unmodified-since'] !== undefined;
}
