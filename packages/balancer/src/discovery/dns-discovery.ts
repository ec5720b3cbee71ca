import { lookup } from 'node:dns/promises';
import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { InvalidOptionError, numberOption, optionsObject, withDeadline } from '@spark-perf/core';
import type { ServerOptions } from '../servers/server-options.js';

/** A name whose addresses are servers. */
export interface DiscoverOptions extends ServerOptions {
  /** How often the name is resolved. @default 30,000 */
  readonly interval?: Milliseconds | undefined;
  /** Addresses to use. @default both */
  readonly family?: 4 | 6 | undefined;
  /** The addresses of a name. @default the system's resolver */
  readonly resolve?: ((hostname: string) => Promise<readonly string[]>) | undefined;
}

const RESOLVE_TIMEOUT: Milliseconds = 5_000;

/** Resolves a name (A and AAAA) again and again, and tells the servers behind it. */
export class DnsDiscovery {
  readonly #options: DiscoverOptions;
  readonly #server: ServerOptions;
  readonly #url: URL;
  readonly #interval: Milliseconds;
  readonly #clock: Clock;
  readonly #onServers: (servers: ServerOptions[]) => void;
  readonly #onError: (error: Error) => void;
  #timer: Timer | undefined;
  #closed = false;

  /** @throws InvalidOptionError */
  constructor(
    options: DiscoverOptions,
    clock: Clock,
    onServers: (servers: ServerOptions[]) => void,
    onError: (error: Error) => void,
  ) {
    const given = optionsObject<DiscoverOptions>('discover', options, [
      ...[
        'id',
        'url',
        'weight',
        'priority',
        'maxConnections',
        'tls',
        'host',
        'interval',
        'family',
        'resolve',
      ],
    ]);
    if (typeof given.url !== 'string' || !/^https?:\/\//.test(given.url) || !URL.canParse(given.url))
      throw new InvalidOptionError('url', 'an http: or https: URL with a name to resolve', given.url);
    const { interval, family: _family, resolve: _resolve, ...server } = options;
    this.#options = options;
    this.#server = server;
    this.#url = new URL(given.url);
    this.#interval = numberOption('interval', interval, 30_000, { min: 1 });
    this.#clock = clock;
    this.#onServers = onServers;
    this.#onError = onError;
  }

  /** Resolves now, and from now on at intervals. A failure leaves the servers as they were. */
  async run(): Promise<void> {
    this.#timer?.cancel();
    try {
      const addresses = await withDeadline(this.#clock, this.#resolve(), RESOLVE_TIMEOUT, {
        onTimeout: () => new Error(`${this.#url.hostname} was not resolved within ${RESOLVE_TIMEOUT} ms`),
        ref: false,
      });
      // An empty answer is a mistake more often than a farewell.
      if (addresses.length === 0) throw new Error(`${this.#url.hostname} has no addresses`);
      if (!this.#closed) this.#onServers(addresses.map((address) => this.#serverAt(address)));
    } catch (error) {
      if (!this.#closed) this.#onError(error as Error);
    }
    if (!this.#closed) this.#timer = this.#clock.setTimeout(() => void this.run(), this.#interval);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #resolve(): Promise<readonly string[]> {
    const { resolve, family } = this.#options;
    const { hostname } = this.#url;
    const found =
      resolve === undefined
        ? (await lookup(hostname, { all: true, family: family ?? 0 })).map(({ address }) => address)
        : await resolve(hostname);
    const wanted = found.filter(
      (address) => family === undefined || (address.includes(':') ? 6 : 4) === family,
    );
    return [...new Set(wanted)].sort();
  }

  /** The name stays in `Host` and in the TLS handshake. */
  #serverAt(address: string): ServerOptions {
    const { id, tls, host } = this.#server;
    const url = new URL(this.#url);
    url.hostname = address.includes(':') ? `[${address}]` : address;
    return {
      ...this.#server,
      id: `${id}@${address}`,
      url: url.href.replace(/\/$/, ''),
      host: host ?? this.#url.host,
      ...(this.#url.protocol === 'https:' ? { tls: { servername: this.#url.hostname, ...tls } } : {}),
    };
  }
}
