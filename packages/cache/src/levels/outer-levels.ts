import { createHash } from 'node:crypto';
import type { Bytes, Clock, Milliseconds, Random } from '@spark-perf/core';
import type { TagTable } from '../coherence/tag-table.js';
import { decodeText, encodeBody, encodeText } from '../envelope-codec.js';
import type { Stored } from '../envelope-codec.js';
import { capEntry } from '../cap-entry.js';
import type { Entry } from '../entry.js';
import type { Serializer } from '../values/serializer.js';
import type { DatabaseClient } from './database-client.js';
import type { MissedAt, MissedChange } from './journal.js';
import { Journal } from './journal.js';
import { LevelGate } from './level-gate.js';
import { recoverDatabase } from './recover-database.js';
import { replayJournal } from './replay-journal.js';
import type { SharedLevel } from './shared-level.js';

export interface OuterLevelsOptions {
  readonly shared: SharedLevel | undefined;
  readonly database: DatabaseClient | undefined;
  readonly serializer: Serializer;
  readonly tags: TagTable;
  readonly levelTimeout: Milliseconds;
  readonly l2TTL: Milliseconds;
  readonly l3TTL: Milliseconds;
  readonly tombstoneTTL: Milliseconds;
  readonly journalSize: number;
  readonly journalBytes: Bytes;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (level: 'l2' | 'l3', error: unknown) => void;
  readonly onChange: (level: 'l2' | 'l3', up: boolean) => void;
  readonly onOverflow: (level: 'l2' | 'l3') => void;
}

/** So few that each is answered long before its deadline; a database has fewer connections still. */
const MAX_CALLS = Object.freeze({ l2: 64, l3: 32 });

/** A level outside this process, its breaker, and what it has missed. */
export interface OuterLevel<L> {
  readonly level: L;
  readonly gate: LevelGate;
  readonly journal: Journal;
}

/** The second and third level. */
export class OuterLevels {
  readonly options: OuterLevelsOptions;
  readonly l2: OuterLevel<SharedLevel> | undefined;
  readonly l3: OuterLevel<DatabaseClient> | undefined;
  /** The version clock, as last heard of. */
  knownClock = 0;
  knownBase = 0;

  constructor(options: OuterLevelsOptions) {
    this.options = options;
    const { shared, database, journalSize, journalBytes } = options;
    if (shared !== undefined) {
      const journal = new Journal(journalSize, journalBytes);
      const gate = this.#gate(
        'l2',
        () => shared.ready,
        () => replayJournal(this),
        journal,
      );
      this.l2 = { level: shared, gate, journal };
    }
    if (database !== undefined) {
      const journal = new Journal(journalSize, journalBytes);
      this.l3 = {
        level: database,
        gate: this.#gate(
          'l3',
          () => true,
          () => recoverDatabase(this),
          journal,
        ),
        journal,
      };
    }
  }

  /** The shared level, when it can be asked. */
  get shared(): OuterLevel<SharedLevel> | undefined {
    return this.l2?.gate.up === true ? this.l2 : undefined;
  }

  /** The database, when it can be asked. */
  get database(): OuterLevel<DatabaseClient> | undefined {
    return this.l3?.gate.up === true ? this.l3 : undefined;
  }

  decode(text: unknown): Stored {
    return decodeText(text, this.options.serializer);
  }

  /**
   * How long Redis must remember a change of the key: as long as a fetch may take that began before it, or as long as the
   * database, which has missed the change, may have what was there before.
   */
  memoryOf(key: string): Milliseconds {
    const { tombstoneTTL, l3TTL } = this.options;
    const { l3 } = this;
    const missed = l3 !== undefined && (!l3.gate.up || l3.journal.concerns(key));
    return missed ? l3TTL * 2 + tombstoneTTL : tombstoneTTL;
  }

  /** What Redis keeps of an entry, and for how long: at least as long as a deletion is remembered. */
  sharedForm(entry: Entry): { readonly body: string; readonly ttl: Milliseconds } {
    const now = this.options.clock.wallNow();
    const capped = capEntry(entry, this.options.l2TTL, now);
    const body = encodeBody(capped, this.options.serializer);
    return { body, ttl: Math.max(capped.soft + capped.grace - now, this.options.tombstoneTTL) };
  }

  /** Writes to the database; a failure goes into its journal. */
  async writeDatabase(key: string, entry: Entry | undefined): Promise<boolean> {
    const { l3 } = this;
    if (l3 === undefined) return true;
    if (l3.gate.up) {
      try {
        await l3.gate.run(() => this.storeInDatabase(key, entry));
        return true;
      } catch {
        // Told by the gate.
      }
    }
    this.miss('l3', key, entry === undefined ? { kind: 'delete' } : { kind: 'set', entry });
    return false;
  }

  async storeInDatabase(key: string, entry: Entry | undefined): Promise<void> {
    const { clock, l3TTL, serializer } = this.options;
    if (entry === undefined) {
      await this.l3?.level.del(databaseKey(key));
      return;
    }
    const now = clock.wallNow();
    const { grace, ...rest } = capEntry(entry, l3TTL, now);
    // No row lives longer than Redis may remember that it is outdated.
    const capped = { ...rest, grace: Math.min(grace, l3TTL) };
    const ttl = capped.soft + capped.grace - now;
    if (ttl > 0) await this.l3?.level.set(databaseKey(key), encodeText(capped, serializer), { ttl });
    else await this.l3?.level.del(databaseKey(key));
  }

  /** Notes what a level has missed; `since`, where it does not stand for this moment. */
  miss(level: 'l2' | 'l3', key: string, write: MissedChange, since?: MissedAt): void {
    const { at, seen } = since ?? { at: this.options.clock.now(), seen: this.l2?.level.seen ?? 0 };
    this.#note(level, (journal) => journal.put(key, { ...write, at, seen }));
  }

  missTags(tags: readonly string[]): void {
    this.#note('l2', (journal) => journal.putTags(tags));
  }

  close(): void {
    this.l2?.gate.close();
    this.l3?.gate.close();
  }

  #note(level: 'l2' | 'l3', change: (journal: Journal) => void): void {
    const journal = this[level]?.journal;
    if (journal === undefined) return;
    const before = journal.overflowed;
    change(journal);
    if (journal.overflowed && !before) this.options.onOverflow(level);
  }

  #gate(
    name: 'l2' | 'l3',
    ready: () => boolean,
    recover: () => Promise<boolean>,
    journal: Journal,
  ): LevelGate {
    const { levelTimeout: timeout, clock, random, onError, onChange } = this.options;
    return new LevelGate({
      ...{ name, timeout, maxCalls: MAX_CALLS[name], clock, random, ready, recover },
      complete: () => journal.size === 0 && !journal.overflowed,
      onError: (error) => onError(name, error),
      onChange: (up) => onChange(name, up),
    });
  }

  /** Set by the cache: invalidates the root's epoch. */
  invalidateAll: () => Promise<boolean> = () => Promise.resolve(false);
}

/** The guide's form. PostgreSQL takes no NUL in a text, and a client may send one in a URL. */
export function databaseKey(key: string): string {
  return key.includes('\0')
    ? `cache:~0${createHash('sha256').update(key).digest('base64url')}`
    : `cache:${key}`;
}
