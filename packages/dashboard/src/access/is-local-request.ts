import type { Context } from '@spark-perf/core';
import { canonicalAddress, forwardedAddresses, parseAddress } from '@spark-perf/core';

/**
 * Whether a request comes from this machine: the socket's peer, and whomever a proxy says it speaks for, are loopback
 * addresses, and the host asked for is one, too. The last keeps out a site that points its own name to 127.0.0.1.
 */
export function isLocalRequest({ req, headers }: Context): boolean {
  if (!isLoopback(req.socket.remoteAddress)) return false;
  if (!forwardedAddresses(headers).every(isLoopback)) return false;
  const host = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(headers.host ?? '')?.[1]?.toLowerCase() ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || isLoopback(host.replace(/^\[|\]$/g, ''));
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const bytes = parseAddress(address);
  return bytes?.length === 4 ? bytes[0] === 127 : canonicalAddress(address) === '::1';
}
