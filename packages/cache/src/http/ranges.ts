import type { Bytes } from '@spark-perf/core';

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: Bytes;
  readonly end: Bytes;
}

/**
 * The one range that a `Range` field asks for, of `size` bytes (RFC 9110, section 14.1.2). `undefined`: answer with
 * everything, as for several ranges, other units and what can't be read. `unsatisfiable`: 416.
 */
export function parseRange(field: string | undefined, size: Bytes): ByteRange | 'unsatisfiable' | undefined {
  const match = field === undefined ? null : /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(field);
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return undefined;
    const length = Number(to);
    return length === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(from);
  if (to !== '' && Number(to) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
