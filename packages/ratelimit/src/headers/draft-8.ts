import type { Field, RateLimitStatus } from '../rate-limit-headers.js';
import { deltaSeconds } from './delta-seconds.js';

/**
 * draft-ietf-httpapi-ratelimit-headers-08 to -11: lists of the policies by name, with quota (`q`) and window (`w`), and
 * what remains of each (`r`) until when (`t`).
 */
export function draft8Fields({ policies }: RateLimitStatus): Field[] {
  const quotas = policies.map(
    ({ name, limit, windowSize }) => `${quoted(name)};q=${limit};w=${deltaSeconds(windowSize)}`,
  );
  const limits = policies.map(
    ({ name, remaining, reset }) =>
      `${quoted(name)};r=${remaining}${reset === undefined ? '' : `;t=${deltaSeconds(reset)}`}`,
  );
  return [
    ['RateLimit-Policy', quotas.join(', ')],
    ['RateLimit', limits.join(', ')],
  ];
}

/** A string of a structured field (RFC 9651, section 3.3.3). Names are printable ASCII. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}
