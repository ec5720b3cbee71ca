import { randomBytes } from 'node:crypto';
import { Emitter } from '@spark-perf/core';
import { Capture } from './capture.js';
import { newCounters } from './cache-counters.js';
import { KeyStates } from './coherence/key-states.js';
import { LocalVersions } from './coherence/local-versions.js';
import { TagTable } from './coherence/tag-table.js';
import type { Entry } from './entry.js';
import type { CacheEvents } from './events.js';
import { FirstLevel } from './first-level.js';
import type { HotPut } from './first-level.js';
import { Fleet } from './fleet.js';
import type { FlightPlan } from './flights/flight-plan.js';
import type { Landing } from './flights/flight.js';
import { Flights } from './flights/flights.js';
import { LeaseBell } from './flights/lease-bell.js';
import type { LeaseOptions } from './flights/lease.js';
import type { HotEntry } from './hot-entry.js';
import { makeEntry } from './keep-policy.js';
import type { KeepPolicy } from './keep-policy.js';
import { hotPut } from './hot-put.js';
import type { KeySpace } from './keys/key-space.js';
import { LruMemoryLevel } from './levels/lru-memory-level.js';
import type { OuterLevel } from './levels/outer-levels.js';
import { OuterLevels } from './levels/outer-levels.js';
import type { SharedLevel } from './levels/shared-level.js';
import type { NegativeResult } from './negative-results.js';
import { NegativeResults } from './negative-results.js';
import { ReadPath } from './read-path.js';
import type { Found } from './read-path.js';
import type { ResolvedCacheOptions } from './resolve-options.js';
import type { CopiedValue } from './values/copy-value.js';
import { WritePath } from './write-path.js';

/** The parts of a cache and how they are joined. Everything here speaks of keys and tags as the levels know them. */
export class CacheCore {
  readonly events = new Emitter<CacheEvents>();
  readonly counters = newCounters();
  readonly keys = new KeyStates();
  readonly flights = new Flights();
  readonly bell = new LeaseBell();
  readonly clock;
  readonly tags: TagTable;
  readonly negatives: NegativeResults;
  readonly first: FirstLevel;
  readonly outer: OuterLevels;
  readonly writes: WritePath;
  readonly reads: ReadPath;
  readonly fleet: Fleet;
  readonly local: LocalVersions;
  closed = false;
  readonly origin = randomBytes(6).toString('base64url');
  #tokens = 0;

  constructor(readonly options: ResolvedCacheOptions) {
    const { clock, maxTags, databaseClient, serializer } = options;
    this.clock = clock;
    this.tags = new TagTable(maxTags);
    this.local = new LocalVersions(clock);
    this.negatives = new NegativeResults(this.tags, clock);
    this.fleet = new Fleet(options, this.origin, this.local, this.events);
    const { shared } = this.fleet;
    const memory = new LruMemoryLevel<HotEntry>({
      maxSize: options.l1MaxSize,
      maxBytes: options.l1MaxBytes,
      clock,
      onEvict: () => {
        this.counters.evictions++;
        this.events.emit('evict', {});
      },
    });
    this.first = new FirstLevel(memory, this.tags, clock, !this.fleet.hasBus);
    const { levelTimeout, l2TTL, l3TTL, tombstoneTTL, journalSize, random } = options;
    this.outer = new OuterLevels({
      ...{ shared, database: databaseClient, serializer, tags: this.tags, clock, random },
      ...{ levelTimeout, l2TTL, l3TTL, tombstoneTTL, journalSize, journalBytes: options.l1MaxBytes },
      onError: (level, error) => this.events.emit('levelError', { level, error }),
      onChange: (level, up) => this.#levelChanged(level, up),
      onOverflow: (level) => this.events.emit('journalOverflow', { level }),
    });
    this.outer.invalidateAll = () => this.invalidateTags(['e']).then(() => true);
    this.writes = new WritePath(this.outer);
    this.reads = new ReadPath(this.outer, this.writes);
    this.fleet.listen({
      onKeys: (keys) => keys.forEach((key) => this.forget(key)),
      onTags: (changed, version) => {
        for (const tag of changed) this.tags.invalidate(tag, version);
        this.#clearIfRoot(changed);
      },
      onLease: (key) => this.bell.ring(key),
      onState: (state) => {
        this.first.distrust(this.fleet.trusted);
        this.negatives.hear(state);
        this.events.emit('bus', { state });
      },
      run: async (call) => this.outer.shared?.gate.run(call),
    });
  }

  get isolation() {
    return this.options.isolation;
  }

  /** What is so now; must be taken before anything is awaited. */
  capture(space: KeySpace, key: string): Capture {
    const start = this.outer.l2 === undefined ? this.local.read([]).clock : this.outer.knownClock;
    const { keys, tags, first } = this;
    const since = { stamp: first.stamp, at: this.clock.now(), seen: this.outer.l2?.level.seen ?? 0 };
    return new Capture(keys, tags, key, space.epochs, since, start);
  }

  handOut({ value, mutable }: Landing): unknown {
    return mutable ? this.isolation.handOut(value, true) : value;
  }

  /** Puts what was found further out into the first level, unless it has been overtaken. */
  promote(capture: Capture, found: Found): CopiedValue {
    return this.promoteAs(capture, found, this.isolation.adopt(found.entry.value, found.size));
  }

  /** The same for a value that is kept as it is. */
  promoteAs(capture: Capture, found: Found, copied: CopiedValue): CopiedValue {
    this.countHit(capture.key, found);
    this.first.commit(capture, this.hotPut(copied, copied.bytes, found.entry));
    return copied;
  }

  countHit(key: string, { level }: Found): void {
    this.counters[level === 'l2' ? 'l2Hits' : 'l3Hits']++;
    if (this.events.has('hit')) this.events.emit('hit', { key, level, stale: false });
  }

  /** Keeps what was fetched, in all levels, unless it has been overtaken. Tells whether it was kept. */
  async commit(capture: Capture, copied: CopiedValue, policy: KeepPolicy, token?: string): Promise<boolean> {
    const { tags } = policy;
    const kept =
      policy.ttl > 0 &&
      capture.current(tags) &&
      // A deletion that came after the start may have been forgotten by now.
      this.clock.now() - capture.since.at < this.options.tombstoneTTL;
    if (!kept || this.closed) {
      this.counters.discarded++;
      return false;
    }
    this.negatives.delete(capture.key);
    const entry = makeEntry(copied, policy, capture.start, this.options);
    if (this.outer.l2 !== undefined || this.outer.l3 !== undefined) {
      const { key, seq, since, shared: expected } = capture;
      const op = { kind: 'fill', entry, seq, expected, token, since, promotion: false } as const;
      if (!(await this.writes.writer.submit(key, op))) {
        this.counters.discarded++;
        return false;
      }
    }
    return this.first.commit(capture, this.hotPut(copied, policy.size ?? copied.bytes, entry));
  }

  /** A caller's write: at once in the first level, then further out. */
  set(key: string, copied: CopiedValue, policy: KeepPolicy): Promise<unknown> {
    this.counters.sets++;
    if (!(policy.ttl > 0)) return this.invalidate([key]);
    this.keys.bump(key);
    this.negatives.delete(key);
    const { seq } = this.tags;
    const start = this.outer.l2 === undefined ? this.local.read([]).clock : this.outer.knownClock;
    const entry = makeEntry(copied, policy, start, this.options);
    this.first.put(key, this.hotPut(copied, policy.size ?? copied.bytes, entry), seq, this.first.stamp);
    if (this.outer.l2 === undefined && this.outer.l3 === undefined) return Promise.resolve();
    return this.writes.writer.submit(key, { kind: 'set', entry, seq });
  }

  invalidate(keys: readonly string[]): Promise<unknown> {
    this.counters.invalidations += keys.length;
    const outer = this.outer.l2 !== undefined || this.outer.l3 !== undefined;
    for (const key of keys) this.forget(key);
    if (!outer) return Promise.resolve();
    return Promise.all(keys.map((key) => this.writes.writer.submit(key, { kind: 'delete' })));
  }

  /** Invalidates all entries with one of the tags: one write, however many there are. */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.counters.invalidations += tags.length;
    const { shared, l2 } = this.outer;
    if (l2 === undefined) {
      const version = this.local.bump();
      for (const tag of tags) this.tags.invalidate(tag, version);
      this.#clearIfRoot(tags);
      return;
    }
    for (const tag of tags) this.tags.invalidate(tag);
    const moment = this.tags.seq;
    this.#clearIfRoot(tags);
    if (shared !== undefined) {
      try {
        const version = await shared.gate.run(() => shared.level.bump(tags));
        for (const tag of tags) this.tags.settleUpTo(tag, moment, version);
        this.outer.knownClock = Math.max(this.outer.knownClock, version);
        return;
      } catch {
        // Told by the gate.
      }
    }
    this.outer.missTags(tags);
  }

  /** The key has changed, here or elsewhere. */
  forget(key: string): void {
    this.keys.bump(key);
    this.negatives.delete(key);
    this.first.delete(key);
  }

  /** Remembers that there is no value, unless the key has changed since. */
  remember(capture: Capture, result: NegativeResult, { negativeTTL, tags }: FlightPlan): void {
    if (!capture.current(tags)) return;
    // What an error leaves unknown may still be given out within its grace.
    if (result.kind === 'nothing') this.first.delete(capture.key);
    this.negatives.put(capture.key, result, negativeTTL, tags, capture.seq);
  }

  leaseOptions(shared: OuterLevel<SharedLevel>, key: string): LeaseOptions {
    const { lockLease: lease, lockTimeout: timeout } = this.options;
    const token = `${this.origin}.${++this.#tokens}`;
    const onError = (error: unknown): void => this.events.emit('leaseError', { key, error });
    return { shared, key, token, lease, timeout, clock: this.clock, bell: this.bell, onError };
  }

  hotPut(copied: CopiedValue, bytes: number, entry: Entry): HotPut {
    return hotPut(copied, bytes, entry, this.options.l1TTL, { wall: this.clock.wallNow() });
  }

  #clearIfRoot(tags: readonly string[]): void {
    if (!tags.includes('e')) return;
    this.first.clear();
    this.negatives.clear();
  }

  #levelChanged(level: 'l2' | 'l3', up: boolean): void {
    if (level === 'l2') {
      this.first.lenient = !up;
      // What others have changed meanwhile was not heard.
      if (up && this.fleet.hasBus) {
        this.first.distrust(this.fleet.trusted);
        this.negatives.clear();
      }
    }
    this.events.emit(up ? 'levelUp' : 'levelDown', { level });
  }
}
