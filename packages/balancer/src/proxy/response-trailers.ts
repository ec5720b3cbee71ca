/** What must not come behind a body (RFC 9110, section 6.5.1): framing, routing, authentication, cookies. */
const FORBIDDEN = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
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
]);

/** Trailers as pairs, without those that may not be trailers. */
export function responseTrailers(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (!FORBIDDEN.has(name.toLowerCase())) pairs.push([name, raw[i + 1]!]);
  }
  return pairs;
}
