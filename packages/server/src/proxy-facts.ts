import type { TrustCheck } from '@spark-perf/core';
import { canonicalAddress, clientIp, forwardedAddresses, trustCheck } from '@spark-perf/core';
import type { SparkContext } from './spark-context.js';
import type { SparkSettings, TrustProxySetting } from './settings.js';

/** Who and where the client is, as far as `settings.trustProxy` lets the proxies say. */
export class ProxyFacts {
  readonly #settings: SparkSettings;
  #setting: TrustProxySetting | undefined;
  #trust: TrustCheck | undefined;

  constructor(settings: SparkSettings) {
    this.#settings = settings;
    this.#check(); // a bad setting fails at construction
  }

  /** The check of the current setting, made once per value. @throws InvalidOptionError */
  #check(): TrustCheck | undefined {
    const { trustProxy } = this.#settings;
    if (trustProxy !== this.#setting) {
      this.#setting = trustProxy;
      if (trustProxy === undefined || trustProxy === false) this.#trust = undefined;
      else this.#trust = trustProxy === true ? () => true : trustCheck(trustProxy);
    }
    return this.#trust;
  }

  /** Empty when the socket has no address. */
  ip(ctx: SparkContext): string {
    const trust = this.#check();
    return (trust === undefined ? peer(ctx) : clientIp(ctx, trust)) ?? '';
  }

  /** The client first, then the proxies that are believed, nearest last. */
  ips(ctx: SparkContext): string[] {
    const trust = this.#check();
    const socket = peer(ctx) ?? '';
    if (trust === undefined || !trust(socket, 0)) return socket === '' ? [] : [socket];
    const believed: string[] = [];
    for (const address of forwardedAddresses(ctx.req.headers)) {
      if (address === undefined) break;
      believed.push(address);
      if (!trust(address, believed.length)) break;
    }
    if (believed.length === 0 && socket !== '') return [socket];
    return believed.reverse();
  }

  protocol(ctx: SparkContext): 'http' | 'https' {
    const told = this.#told(ctx, 'x-forwarded-proto')?.toLowerCase();
    if (told === 'http' || told === 'https') return told;
    return (ctx.req.socket as { encrypted?: boolean } | undefined)?.encrypted === true ? 'https' : 'http';
  }

  host(ctx: SparkContext): string {
    return this.#told(ctx, 'x-forwarded-host') ?? ctx.req.headers.host ?? '';
  }

  /** The first value of a field that only a believed proxy may set. */
  #told(ctx: SparkContext, field: 'x-forwarded-proto' | 'x-forwarded-host'): string | undefined {
    const trust = this.#check();
    if (trust === undefined || !trust(peer(ctx) ?? '', 0)) return undefined;
    const value = ctx.req.headers[field];
    const first = String(value ?? '')
      .split(',')[0]
      ?.trim();
    return first === '' ? undefined : first;
  }
}

function peer(ctx: SparkContext): string | undefined {
  // The socket is gone from `req` after some upgrades.
  const address = (ctx.req.socket as SparkContext['req']['socket'] | undefined)?.remoteAddress;
  if (address === undefined) return undefined;
  return address.includes(':') ? canonicalAddress(address) : address;
}
