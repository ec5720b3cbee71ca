/**
 * What must not come behind a body (RFC 9110, section 6.5.1), where a receiver may merge it into the head: framing,
 * routing, authentication, cookies, who the client is.
 */
const FORBIDDEN = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** Trailers as pairs, without those that may not be trailers. */
export function safeTrailers(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (!FORBIDDEN.has(name.toLowerCase())) pairs.push([name, raw[i + 1]!]);
  }
  return pairs;
}
