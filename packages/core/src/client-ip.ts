import type { Context } from './context.js';
import { forwardedAddresses } from './forwarded-for.js';
import { canonicalAddress } from './ip-address.js';
import type { TrustCheck } from './trust-proxy.js';

/**
 * The client's address in its canonical form (IPv4-mapped IPv6 is IPv4, no zone id), or `undefined` when none
 * is known: then there is nothing to tell clients apart by, and no shared stand-in is made up.
 *
 * Without `trust` it is what the host says (`ctx.ip`, a property or a method), else the socket's peer. With
 * `trust` (from `trustCheck(trustProxy)`) only the socket and the forwarded header count, read from the right:
 * the first address that is not a trusted proxy is the client.
 */
export function clientIp(ctx: Context, trust?: TrustCheck): string | undefined {
  return trust === undefined ? hostIp(ctx) : trustedIp(ctx, trust);
}

function hostIp(ctx: Context): string | undefined {
  const { ip } = ctx;
  const told: unknown = typeof ip === 'function' ? ip.call(ctx) : ip;
  return (typeof told === 'string' ? canonicalAddress(told) : undefined) ?? peer(ctx);
}

function trustedIp(ctx: Context, trust: TrustCheck): string | undefined {
  const socket = peer(ctx);
  // A Unix socket has no address; only a hop count can trust it.
  if (!trust(socket ?? '', 0)) return socket;
  let nearest = socket;
  let hop = 0;
  for (const address of forwardedAddresses(ctx.req.headers)) {
    // Beyond an entry that is no address nothing can be believed.
    if (address === undefined) return nearest;
    nearest = address;
    hop++;
    if (!trust(address, hop)) return address;
  }
  return nearest;
}

function peer(ctx: Context): string | undefined {
  // The socket is gone from `req` in doubles and after some upgrades.
  const address = (ctx.req.socket as Context['req']['socket'] | undefined)?.remoteAddress;
  return address === undefined ? undefined : canonicalAddress(address);
}
