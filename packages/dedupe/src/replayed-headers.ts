import type { RawHeader } from '@spark-perf/core';
import { HOP_BY_HOP } from '@spark-perf/core';

/** Which response fields are replayed; gets names in lower case. */
export type HeaderFilter = (name: string) => boolean;

/** Fields that belong to one answer and not to its content. */
const OF_ONE_ANSWER = new Set([
  'date',
  'set-cookie',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
]);

/** All but hop-by-hop fields, `Date`, `Set-Cookie` and those of rate limiters. */
export const defaultHeaderFilter: HeaderFilter = (name) =>
  !OF_ONE_ANSWER.has(name) && !name.startsWith('x-ratelimit-');

/** The fields that are kept. Hop-by-hop fields never are. */
export function replayedHeaders(headers: readonly RawHeader[], filter: HeaderFilter): RawHeader[] {
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && filter(lower);
  });
}
