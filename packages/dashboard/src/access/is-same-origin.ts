import type { Context } from '@spark-perf/core';

/** Whether a browser says that its own page sends this. What sends neither field is no browser of today. */
export function isSameOrigin({ headers }: Context): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  if (origin === undefined) return true;
  // Behind a proxy the host may be another; then `Sec-Fetch-Site` decides, or the token alone.
  return origin !== 'null';
}
