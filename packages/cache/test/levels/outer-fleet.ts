import { ManualClock } from '@spark-perf/core/testing';
import type { Entry } from '../../src/entry.js';
import { TagTable } from '../../src/coherence/tag-table.js';
import { jsonSerializer } from '../../src/index.js';
import type { MissedAt } from '../../src/levels/journal.js';
import { OuterLevels } from '../../src/levels/outer-levels.js';
import { WritePath } from '../../src/write-path.js';
import { SharedConnection, SharedStore } from './shared-store.js';

export const TOMBSTONE = 60_000;
export const L3_TTL = 1_000_000;

/** The levels outside of one process, on a store that it shares with others. */
export class OuterInstance {
  readonly connection: SharedConnection;
  readonly outer: OuterLevels;
  readonly writes: WritePath;
  readonly tags = new TagTable(1_000);
  databaseDown = false;
  readonly events: string[] = [];

  constructor(store: SharedStore, rows: Map<string, string>, origin: string, journalSize = 1_000) {
    const { clock } = store;
    this.connection = new SharedConnection(store, origin);
    const act = <T>(work: () => T): T => {
      if (this.databaseDown) throw new Error('database down');
      return work();
    };
    this.outer = new OuterLevels({
      shared: this.connection,
      database: {
        get: (key) => act(() => rows.get(key) ?? null),
        set: (key, value) => act(() => void rows.set(key, value)),
        del: (key) => act(() => void rows.delete(key)),
      },
      ...{ serializer: jsonSerializer, tags: this.tags, clock, random: () => 0.5 },
      ...{ levelTimeout: 50, l2TTL: 100_000, l3TTL: L3_TTL, tombstoneTTL: TOMBSTONE, journalSize },
      journalBytes: 1_000_000,
      onError: () => {},
      onChange: (level, up) => this.events.push(`${level} ${up ? 'up' : 'down'}`),
      onOverflow: (level) => this.events.push(`${level} overflow`),
    });
    this.writes = new WritePath(this.outer);
  }

  set(key: string, value: unknown, tags: readonly string[] = ['e']): Promise<boolean> {
    const entry = { ...this.entry(value), tags };
    return this.writes.writer.submit(key, { kind: 'set', entry, seq: this.tags.seq });
  }

  /** A fetch that ends when `meanwhile` has. `expected`: the generation that it saw at its start, where it could look. */
  async fetch(
    key: string,
    value: unknown,
    meanwhile: () => unknown = () => {},
    expected?: number,
  ): Promise<boolean> {
    const { seq } = this.tags;
    const since = this.now;
    await meanwhile();
    const op = { kind: 'fill', entry: this.entry(value), seq, expected, promotion: false } as const;
    return this.writes.writer.submit(key, { ...op, since });
  }

  delete(key: string): Promise<boolean> {
    return this.writes.writer.submit(key, { kind: 'delete' });
  }

  get now(): MissedAt & { readonly stamp: number } {
    return { stamp: 0, at: this.connection.store.clock.now(), seen: this.connection.seen };
  }

  /** Cuts it off from Redis, as it would notice with its next call. */
  async cutOff(): Promise<void> {
    this.connection.ready = false;
    await this.outer.l2!.gate.run(() => this.connection.time()).catch(() => {});
  }

  /** The connection is back, and what was missed is made up for. */
  async reconnect(): Promise<void> {
    this.connection.ready = true;
    await this.connection.store.clock.advance(3_000);
  }

  entry(value: unknown): Entry {
    const now = this.connection.store.clock.wallNow();
    const start = this.outer.knownClock;
    return { value, created: now, soft: now + 10_000_000, grace: 0, tags: ['e'], start, generation: 0 };
  }
}

/** A fleet of two on one store and one database. */
export function outerFleet() {
  const clock = new ManualClock();
  const store = new SharedStore(clock);
  const rows = new Map<string, string>();
  const [a, b] = [new OuterInstance(store, rows, 'a-------'), new OuterInstance(store, rows, 'b-------')];
  /** What stands in the shared level: the value, `null` for a tombstone, `undefined` for nothing. */
  const shared = (key: string): unknown => valueOf(a, store.text(key));
  const database = (key: string): unknown => valueOf(a, rows.get(`cache:${key}`));
  const close = (): void => [a, b].forEach(({ outer }) => outer.close());
  return { clock, store, rows, a, b, shared, database, close };
}

function valueOf({ outer }: OuterInstance, text: string | null | undefined): unknown {
  const stored = outer.decode(text);
  return stored.kind === 'value' ? stored.entry.value : stored.kind === 'tombstone' ? null : undefined;
}
