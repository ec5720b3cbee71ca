import type { Milliseconds } from '@spark-perf/core';
import type { Capture } from './capture.js';
import type { Entry } from './entry.js';
import type { Stored, StoredValue } from './envelope-codec.js';
import type { OuterLevels } from './levels/outer-levels.js';
import { databaseKey } from './levels/outer-levels.js';
import type { Versions } from './levels/shared-level.js';
import type { WritePath } from './write-path.js';

/** What the levels outside this process have of a key. */
export interface Found {
  readonly entry: Entry;
  readonly level: 'l2' | 'l3';
  readonly stale: boolean;
  /** Rough size of the value in bytes; `undefined` where it was never a text. */
  readonly size: number | undefined;
}

/** Looks into the levels outside this process. What it gives out is valid, fresh or within its grace. */
export class ReadPath {
  readonly #outer: OuterLevels;
  readonly #writes: WritePath;

  constructor(outer: OuterLevels, writes: WritePath) {
    this.#outer = outer;
    this.#writes = writes;
  }

  /** One key. Notes in `capture` what the shared level knew before anything is fetched. */
  async read(capture: Capture): Promise<Found | undefined> {
    const { key } = capture;
    const pending = this.#pending(key);
    if (pending !== undefined) return pending;
    // A deletion or an older fill is under way: what is read must come after it.
    await this.#writes.writer.settled(key);
    const shared = await this.readShared([capture]);
    return this.#fromDatabase(capture, shared[0]);
  }

  /** Several keys that no writes are under way for: one round trip for all that have no tags of their own. */
  async readMany(captures: readonly Capture[]): Promise<(Found | undefined)[]> {
    const shared = await this.readShared(captures);
    return Promise.all(captures.map((capture, index) => this.#fromDatabase(capture, shared[index])));
  }

  /** Resolves when the writes of these keys that are under way are through. */
  async settled(keys: readonly string[]): Promise<void> {
    const { writer } = this.#writes;
    if (writer.size > 0) await Promise.all(keys.map(async (key) => writer.settled(key)));
  }

  /** What the shared level has. An empty list of results where it can't be asked. */
  readShared(captures: readonly Capture[]): Promise<(Found | undefined)[]> {
    const keys = captures.map(({ key }) => key);
    return this.readBatch(keys, captures[0]?.epochs ?? [], captures);
  }

  /** The same for keys of one namespace. `captures`, where given, learn what stands there when a fetch may begin. */
  async readBatch(
    keys: readonly string[],
    epochs: readonly string[],
    captures: readonly Capture[] = [],
  ): Promise<(Found | undefined)[]> {
    const { shared } = this.#outer;
    if (shared === undefined || keys.length === 0) return keys.map(() => undefined);
    try {
      const { texts, versions } = await shared.gate.ask(() => shared.level.read(keys, epochs));
      const stored = texts.map((text) => this.#outer.decode(text));
      this.#hear(versions);
      for (let i = 0; i < captures.length; i++) noteIn(captures[i]!, stored[i]!, versions);
      return await this.judge(stored, epochs, versions);
    } catch {
      return keys.map(() => undefined); // told by the gate
    }
  }

  /** Writes down what stands in the shared level when a fetch may begin. */
  note(capture: Capture, text: string | null | undefined, versions: Versions): Stored {
    const stored = this.#outer.decode(text);
    this.#hear(versions);
    noteIn(capture, stored, versions);
    return stored;
  }

  #hear({ clock, base }: Versions): void {
    this.#outer.knownClock = Math.max(this.#outer.knownClock, clock);
    this.#outer.knownBase = base;
  }

  /** Which of the stored are valid by the versions of their tags; asks for those that are not known yet. */
  async judge(
    stored: readonly Stored[],
    epochs: readonly string[],
    versions: Versions,
  ): Promise<(Found | undefined)[]> {
    const known = new Map(epochs.map((tag, index) => [tag, versions.tags[index]!] as const));
    const unknown = new Set<string>();
    for (const one of stored)
      // Nothing at all has been invalidated since the clock stood where it stands: no tag need be looked at.
      if (one.kind === 'value' && one.entry.start < versions.clock)
        for (const tag of one.entry.tags) if (!known.has(tag)) unknown.add(tag);
    if (unknown.size > 0) {
      const tags = [...unknown];
      const { shared } = this.#outer;
      if (shared === undefined) return stored.map(() => undefined);
      const more = await shared.gate.ask(() => shared.level.versions(tags));
      if (more.base !== versions.base) return stored.map(() => undefined);
      tags.forEach((tag, index) => known.set(tag, more.tags[index]!));
    }
    const now = this.#outer.options.clock.wallNow();
    return stored.map((one) => {
      if (one.kind !== 'value') return undefined;
      const { entry } = one;
      const { start } = entry;
      if (start < versions.base) return undefined;
      if (start < versions.clock && entry.tags.some((tag) => known.get(tag)! > start)) return undefined;
      return this.#found(one, 'l2', now);
    });
  }

  async #fromDatabase(capture: Capture, before: Found | undefined): Promise<Found | undefined> {
    const { database } = this.#outer;
    const { key } = capture;
    if (database === undefined || before?.stale === false || database.journal.concerns(key)) return before;
    // A look at the shared level was given up, and what the database has can't be told from what is outdated.
    if (capture.shared === undefined && this.#outer.shared !== undefined) return before;
    let stored: Stored;
    try {
      stored = this.#outer.decode(await database.gate.ask(() => database.level.get(databaseKey(key))));
    } catch {
      return before; // told by the gate
    }
    if (stored.kind !== 'value') return before;
    const { entry } = stored;
    // The shared level has seen a newer write, or a deletion.
    if (capture.shared !== undefined && entry.generation < capture.shared) return before;
    if (!(await this.#versionsAllow(entry))) return before;
    const found = this.#found(stored, 'l3', this.#outer.options.clock.wallNow());
    if (found === undefined || (found.stale && before !== undefined)) return before;
    if (!found.stale && capture.shared !== undefined && this.#outer.shared !== undefined) {
      const { shared: expected, seq } = capture;
      const op = { kind: 'fill', entry, seq, expected, promotion: true } as const;
      // Refused: somebody has changed the key since we looked at the shared level.
      if (!capture.current(entry.tags) || !(await this.#writes.writer.submit(key, op))) return before;
    }
    return found;
  }

  async #versionsAllow(entry: Entry): Promise<boolean> {
    const { shared, knownBase } = this.#outer;
    if (shared === undefined) return entry.start >= knownBase;
    try {
      const { base, tags } = await shared.gate.ask(() => shared.level.versions(entry.tags));
      return entry.start >= base && tags.every((version) => version <= entry.start);
    } catch {
      return false;
    }
  }

  #pending(key: string): Found | undefined {
    const op = this.#writes.writer.pending(key);
    if (op?.kind !== 'set' || this.#outer.options.tags.changedSince(op.entry.tags, op.seq)) return undefined;
    const { entry } = op;
    const now: Milliseconds = this.#outer.options.clock.wallNow();
    return now < entry.soft ? { entry, level: 'l2', stale: false, size: undefined } : undefined;
  }

  #found({ entry, size }: StoredValue, level: 'l2' | 'l3', now: Milliseconds): Found | undefined {
    if (now >= entry.soft + entry.grace || !this.#outer.options.tags.allows(entry.tags, entry.start))
      return undefined;
    return { entry, level, stale: now >= entry.soft, size };
  }
}

function noteIn(capture: Capture, stored: Stored, { clock }: Versions): void {
  capture.shared = stored.kind === 'absent' ? 0 : stored.generation;
  capture.start = clock;
}
