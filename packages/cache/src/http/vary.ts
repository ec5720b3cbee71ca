import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RawHeader } from '@spark-perf/core';
import { listOf } from './header-list.js';

/** The request fields that a response varies by, sorted; `*` when by more than fields (RFC 9110, section 12.5.5). */
export function varyNames(headers: readonly RawHeader[]): readonly string[] | '*' {
  const field = listOf(headers, 'vary');
  if (field === undefined) return [];
  const names = new Set(field.split(',').map((name) => name.trim().toLowerCase()));
  names.delete('');
  return names.has('*') ? '*' : [...names].sort();
}

/**
 * What tells the variants of a resource apart (RFC 9111, section 4.1). Whitespace between list members does not count,
 * an absent field is not an empty one.
 */
export function variantHash(names: readonly string[], headers: IncomingHttpHeaders): string {
  const hash = createHash('sha256');
  for (const name of names) {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(',') : value;
    hash.update(text === undefined ? '-' : `+${text.trim().replace(/\s*,\s*/g, ',')}`).update('\n');
  }
  return hash.digest('base64url').slice(0, 27);
}
