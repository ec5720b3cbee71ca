import type { OuterLevels } from './levels/outer-levels.js';
import type { SharedLevel } from './levels/shared-level.js';
import { KeyWriter } from './key-writer.js';
import type { WriteOp } from './key-writer.js';

type SharedOutcome =
  | { readonly kind: 'written'; readonly generation: number; readonly start: number }
  /** Somebody has changed the key, or taken over the lease. */
  | { readonly kind: 'refused' }
  /** The level is down: noted in its journal. */
  | { readonly kind: 'missed' };

const DELETE: WriteOp = { kind: 'delete' };

/** Carries changes of keys to the levels outside this process. */
export class WritePath {
  readonly #outer: OuterLevels;
  readonly writer: KeyWriter;

  constructor(outer: OuterLevels) {
    this.#outer = outer;
    this.writer = new KeyWriter((key, op) => this.#perform(key, op));
  }

  async #perform(key: string, asked: WriteOp): Promise<boolean> {
    // It may have waited behind another write while one of its tags was invalidated.
    const op = this.#overtaken(asked) ? DELETE : asked;
    const shared = await this.#writeShared(key, op);
    if (shared.kind === 'refused') return false;
    if (op.kind === 'delete') {
      const deleted = await this.#outer.writeDatabase(key, undefined);
      if (!deleted) await this.#rememberDeletion(key);
      return true;
    }
    const generation = shared.kind === 'written' ? shared.generation : 0;
    if (this.#outer.l3 === undefined || (op.kind === 'fill' && op.promotion)) return true;
    const start = shared.kind === 'written' ? shared.start : op.entry.start;
    const stored = await this.#outer.writeDatabase(key, { ...op.entry, generation, start });
    if (stored && shared.kind === 'written') await this.#checkOrder(key, generation);
    return true;
  }

  async #writeShared(key: string, op: WriteOp): Promise<SharedOutcome> {
    const { l2 } = this.#outer;
    if (l2 === undefined)
      return { kind: 'written', generation: 0, start: op.kind === 'delete' ? 0 : op.entry.start };
    if (l2.gate.up) {
      try {
        return await this.#attempt(l2.level, key, op);
      } catch {
        // Told by the gate.
      }
    }
    if (op.kind === 'delete' || this.#overtaken(op)) this.#outer.miss('l2', key, { kind: 'delete' });
    else this.#outer.miss('l2', key, { kind: op.kind, entry: op.entry });
    return { kind: 'missed' };
  }

  async #attempt(level: SharedLevel, key: string, op: WriteOp): Promise<SharedOutcome> {
    const { gate } = this.#outer.l2!;
    const ttl = this.#outer.options.tombstoneTTL;
    if (op.kind === 'delete') {
      const generation = await gate.run(() => level.write({ key, body: undefined, ttl }));
      return { kind: 'written', generation, start: 0 };
    }
    if (op.kind === 'set') {
      // The version clock must be read after the call of `set`: what was invalidated before it must not concern it.
      // Two calls, each with its deadline: what is late must not send the second one after newer writes.
      const { clock, base } = await gate.run(() => level.versions([]));
      this.#outer.knownClock = clock;
      this.#outer.knownBase = base;
      op.entry = { ...op.entry, start: clock };
      const form = this.#outer.sharedForm(op.entry);
      const generation = await gate.run(() => level.write({ key, ...form }));
      return { kind: 'written', generation, start: clock };
    }
    const { entry, expected, token, promotion } = op;
    // Without having seen the generation nothing can be compared: only the journal knows how to go on.
    if (expected === undefined) return { kind: 'refused' };
    const form = this.#outer.sharedForm(entry);
    const generation = await gate.run(() =>
      level.fill({ key, ...form, expected, token, generation: promotion ? entry.generation : undefined }),
    );
    return generation === 0 ? { kind: 'refused' } : { kind: 'written', generation, start: entry.start };
  }

  #overtaken(op: WriteOp): boolean {
    return op.kind !== 'delete' && this.#outer.options.tags.changedSince(op.entry.tags, op.seq);
  }

  /**
   * The database has no compare-and-set. Whoever has written to it looks whether that is still the newest write, and
   * takes it back if not: of two writes that cross each other no older one stays.
   */
  async #checkOrder(key: string, generation: number): Promise<void> {
    const shared = this.#outer.shared;
    if (shared === undefined || generation === 0 || !shared.level.scripted) return;
    try {
      const { texts } = await shared.gate.run(() => shared.level.read([key], []));
      const stored = this.#outer.decode(texts[0]);
      if (stored.kind !== 'absent' && stored.generation !== generation)
        await this.#outer.writeDatabase(key, undefined);
    } catch {
      // Told by the gate.
    }
  }

  /** The database still has what was deleted: the tombstone must stay as long as that lives. */
  async #rememberDeletion(key: string): Promise<void> {
    const shared = this.#outer.shared;
    if (shared === undefined) return;
    const { l3TTL, tombstoneTTL } = this.#outer.options;
    try {
      await shared.gate.run(() =>
        shared.level.write({ key, body: undefined, ttl: l3TTL * 2 + tombstoneTTL }),
      );
    } catch {
      // Told by the gate.
    }
  }
}
