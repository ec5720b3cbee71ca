import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** `x-forwarded`: X-Forwarded-For, -Host, -Proto. `rfc7239`: Forwarded. `false`: none, and the client's pass. */
export type ForwardedMode = 'x-forwarded' | 'rfc7239' | 'both' | false;

/**
 * Appends what tells the server about the client. What the peer sent in these fields is continued when it is a
 * trusted proxy, else dropped: the caller has left those fields out of `out`.
 */
export function appendForwarded(
  out: string[],
  req: IncomingMessage,
  mode: ForwardedMode,
  trusted: boolean,
): void {
  if (mode === false) return;
  const { headers, socket } = req;
  const peer = plainAddress(socket.remoteAddress);
  const proto = (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
  const host = headers.host;
  if (mode !== 'rfc7239') {
    const chain = trusted ? one(headers['x-forwarded-for']) : undefined;
    if (peer !== undefined) out.push('X-Forwarded-For', chain === undefined ? peer : `${chain}, ${peer}`);
    else if (chain !== undefined) out.push('X-Forwarded-For', chain);
    const outerHost = (trusted ? one(headers['x-forwarded-host']) : undefined) ?? host;
    if (outerHost !== undefined && outerHost !== '') out.push('X-Forwarded-Host', outerHost);
    out.push('X-Forwarded-Proto', (trusted ? one(headers['x-forwarded-proto']) : undefined) ?? proto);
  }
  if (mode !== 'x-forwarded') {
    const parts = [`for=${node(peer)}`];
    if (host !== undefined && host !== '') parts.push(`host=${quoted(host)}`);
    parts.push(`proto=${proto}`);
    const chain = trusted ? one(headers.forwarded) : undefined;
    const element = parts.join(';');
    out.push('Forwarded', chain === undefined ? element : `${chain}, ${element}`);
  }
}

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** IPv4 in IPv6 clothes is IPv4. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') === true && address.includes('.') ? address.slice(7) : address;
}

/** RFC 7239, section 6: IPv6 in brackets and quotes, nothing known is `unknown`. */
function node(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.includes(':') ? `"[${address}]"` : address;
}

const quoted = (text: string): string =>
  /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, (char) => `\\${char}`)}"`;
