import type { ManualClock } from '@spark-perf/core/testing';
import type { FillRequest, LeaseClaim, SharedLevel, WriteRequest } from '../../src/levels/shared-level.js';

interface Row {
  readonly text: string;
  readonly until: number;
}

/** What the Redis of a fleet would do, on the clock of a test. */
export class SharedStore {
  readonly clock: ManualClock;
  readonly rows = new Map<string, Row>();
  #versions = new Map<string, number>();
  readonly #leases = new Map<string, string>();

  constructor(clock: ManualClock) {
    this.clock = clock;
    this.reset();
  }

  /** All data are lost, as by a restart. */
  reset(): void {
    this.rows.clear();
    this.#versions = new Map([
      ['c', this.now],
      ['b', this.now],
    ]);
  }

  /** Its time in µs. */
  get now(): number {
    return Math.floor(this.clock.wallNow() * 1_000);
  }

  text(key: string): string | null {
    const row = this.rows.get(key);
    if (row !== undefined && row.until <= this.clock.now()) this.rows.delete(key);
    return this.rows.get(key)?.text ?? null;
  }

  /** How long it will remember the key. */
  left(key: string): number {
    return (this.rows.get(key)?.until ?? 0) - this.clock.now();
  }

  put(
    key: string,
    kind: 'v' | 't',
    origin: string,
    { body = '', ttl }: Partial<WriteRequest>,
    wanted = 0,
  ): number {
    const generation = Math.max(wanted === 0 ? this.now : wanted, this.generation(key) + 1);
    const text = `${kind}${String(generation).padStart(16, '0')}${origin}${body}`;
    this.rows.set(key, { text, until: this.clock.now() + ttl! });
    return generation;
  }

  generation(key: string): number {
    return Number(this.text(key)?.slice(1, 17) ?? 0);
  }

  versions(tags: readonly string[]) {
    const of = (tag: string) => this.#versions.get(tag) ?? 0;
    return { clock: of('c'), base: of('b'), tags: tags.map((tag) => of(`t ${tag}`)) };
  }

  bump(tags: readonly string[]): number {
    const clock = this.#versions.get('c')! + 1;
    this.#versions.set('c', clock);
    for (const tag of tags) this.#versions.set(`t ${tag}`, clock);
    return clock;
  }

  claim(key: string, token: string): LeaseClaim {
    const acquired = !this.#leases.has(key);
    if (acquired) this.#leases.set(key, token);
    return { acquired, text: this.text(key) };
  }

  holder(key: string): string | undefined {
    return this.#leases.get(key);
  }

  surrender(key: string, token: string): void {
    if (this.holder(key) === token) this.#leases.delete(key);
  }
}

/** One instance's connection to it, which a test can cut. */
export class SharedConnection implements SharedLevel {
  readonly scripted = true;
  ready = true;
  seen = 0;
  /** The names of the calls that were made. */
  readonly calls: string[] = [];
  /** Called before each call takes effect. */
  before: (call: string) => void = () => {};

  constructor(
    readonly store: SharedStore,
    readonly origin: string,
  ) {}

  read(keys: readonly string[], tags: readonly string[]) {
    return this.#do('read', () => ({
      texts: keys.map((key) => this.store.text(key)),
      versions: this.store.versions(tags),
    }));
  }

  versions(tags: readonly string[]) {
    return this.#do(`versions ${tags.length}`, () => this.store.versions(tags));
  }

  write(request: WriteRequest) {
    return this.#do('write', () => this.#put(request));
  }

  fill({ expected, token, generation, ...request }: FillRequest) {
    return this.#do('fill', () => {
      if (this.store.generation(request.key) !== expected) return 0;
      const holder = this.store.holder(request.key);
      if (token !== undefined && holder !== undefined && holder !== token) return 0;
      return this.#put(request, generation);
    });
  }

  time() {
    return this.#do('time', () => this.store.now);
  }

  replay(request: WriteRequest, cutoff: number, soft: boolean) {
    return this.#do('replay', () => {
      const text = this.store.text(request.key);
      if (this.store.generation(request.key) > cutoff && text?.slice(17, 25) !== this.origin) {
        if (!soft) this.#put({ key: request.key, body: undefined, ttl: 60_000 });
        return 0;
      }
      return this.#put(request);
    });
  }

  bump(tags: readonly string[]) {
    return this.#do('bump', () => this.store.bump(tags));
  }

  claim(key: string, token: string) {
    return this.#do('claim', () => this.store.claim(key, token));
  }

  renew(key: string, token: string) {
    return this.#do('renew', () => this.store.holder(key) === token);
  }

  surrender(key: string, token: string) {
    return this.#do('surrender', () => this.store.surrender(key, token));
  }

  #put(request: WriteRequest, wanted?: number): number {
    const generation = this.store.put(
      request.key,
      request.body === undefined ? 't' : 'v',
      this.origin,
      request,
      wanted,
    );
    this.seen = Math.max(this.seen, generation);
    return generation;
  }

  #do<T>(name: string, act: () => T): Promise<T> {
    if (!this.ready) return Promise.reject(new Error('down'));
    this.calls.push(name);
    this.before(name);
    return Promise.resolve(act());
  }
}
