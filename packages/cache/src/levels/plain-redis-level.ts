import type { LocalVersions } from '../coherence/local-versions.js';
import type { PlainRedisClient } from './redis-commands.js';
import type {
  FillRequest,
  LeaseClaim,
  Reading,
  SharedLevel,
  Versions,
  WriteRequest,
} from './shared-level.js';

/** A client that has only `get`, `setex` and `del`: no compare-and-set, no leases, no messages; tags per process. */
export class PlainRedisLevel implements SharedLevel {
  readonly scripted = false;
  readonly ready = true;
  readonly seen = 0;
  readonly #versions: LocalVersions;
  readonly #client: PlainRedisClient;
  readonly #prefix: string;
  /** Sixteen digits and eight characters that stand where a script would put generation and writer. */
  readonly #head = `${'1'.padStart(16, '0')}${'-'.repeat(8)}`;

  constructor(client: PlainRedisClient, prefix: string, versions: LocalVersions) {
    this.#versions = versions;
    this.#client = client;
    this.#prefix = prefix;
  }

  async read(keys: readonly string[], tags: readonly string[]): Promise<Reading> {
    const texts = await Promise.all(keys.map((key) => this.#client.get(this.#prefix + key)));
    return { texts, versions: await this.versions(tags) };
  }

  versions(tags: readonly string[]): Promise<Versions> {
    return Promise.resolve(this.#versions.read(tags));
  }

  async write({ key, body, ttl }: WriteRequest): Promise<number> {
    if (body === undefined) await this.#client.del(this.#prefix + key);
    else await this.#client.setex(this.#prefix + key, seconds(ttl), `v${this.#head}${body}`);
    return 1;
  }

  fill(request: FillRequest): Promise<number> {
    return this.write(request);
  }

  time(): Promise<number> {
    return Promise.resolve(0);
  }

  replay(request: WriteRequest): Promise<number> {
    return this.write(request);
  }

  bump(): Promise<number> {
    return Promise.resolve(this.#versions.bump());
  }

  claim(): Promise<LeaseClaim> {
    return Promise.resolve({ acquired: true, text: null });
  }

  renew(): Promise<boolean> {
    return Promise.resolve(true);
  }

  surrender(): Promise<void> {
    return Promise.resolve();
  }
}

/** SETEX takes whole seconds, at least 1. The entry itself knows its end to the millisecond. */
const seconds = (ms: number): number => Math.max(1, Math.min(Math.ceil(ms / 1_000), 2 ** 31 - 1));
