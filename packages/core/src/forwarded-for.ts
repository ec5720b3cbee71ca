import type { IncomingHttpHeaders } from 'node:http';
import { canonicalAddress } from './ip-address.js';

/** More hops than any real chain of proxies has: what is further left is ignored. */
const MAX_HOPS = 64;

/**
 * The addresses that proxies have reported, nearest first. `Forwarded` (RFC 7239) is read only where there is no
 * `X-Forwarded-For`. An entry that is no address (`unknown`, an obfuscated name, garbage) is `undefined`.
 */
export function forwardedAddresses(headers: IncomingHttpHeaders): (string | undefined)[] {
  const list = headers['x-forwarded-for'];
  const entries = list === undefined ? forwardedNodes(headers.forwarded) : String(list).split(',');
  return entries.slice(-MAX_HOPS).reverse().map(nodeAddress);
}

/** The `for` of each element of a `Forwarded` field. */
function forwardedNodes(field: string | undefined): string[] {
  if (field === undefined) return [];
  return field.split(',').map((element) => {
    for (const pair of element.split(';')) {
      const equals = pair.indexOf('=');
      if (equals !== -1 && pair.slice(0, equals).trim().toLowerCase() === 'for')
        return pair.slice(equals + 1);
    }
    return '';
  });
}

/** `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`, each also in quotes. */
function nodeAddress(text: string): string | undefined {
  let node = text.trim();
  if (node.length > 80) return undefined;
  if (node.startsWith('"') && node.endsWith('"')) node = node.slice(1, -1);
  if (node.startsWith('[')) {
    const end = node.indexOf(']');
    return end === -1 ? undefined : canonicalAddress(node.slice(1, end));
  }
  const colon = node.indexOf(':');
  if (colon !== -1 && colon === node.lastIndexOf(':')) node = node.slice(0, colon);
  return canonicalAddress(node);
}
