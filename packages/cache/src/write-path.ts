import type { Entry } from './entry.js';
import type { OuterLevels } from './levels/outer-levels.js';
import type { SharedLevel } from './levels/shared-level.js';
import { KeyWriter } from './key-writer.js';
import type { SetOp, WriteOp } from './key-writer.js';
import { checkOrder } from './levels/check-order.js';

type SharedOutcome =
  | { readonly kind: 'written'; readonly generation: number; readonly start: number }
  /** Somebody has changed the key, or taken over the lease. */
  | { readonly kind: 'refused' }
  /** The level is down: noted in its journal. */
  | { readonly kind: 'missed' };

/** So often a set is tried that others keep overtaking; it takes more than `levelTimeout` to do so. */
const SET_ATTEMPTS = 3;

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
    const memory = this.#outer.memoryOf(key);
    const shared = await this.#writeShared(key, op);
    if (shared.kind === 'refused') return false;
    if (op.kind === 'delete') {
      const deleted = await this.#outer.writeDatabase(key, undefined);
      if (!deleted && this.#outer.memoryOf(key) > memory) await this.#rememberDeletion(key);
      return true;
    }
    const generation = shared.kind === 'written' ? shared.generation : 0;
    if (this.#outer.l3 === undefined || (op.kind === 'fill' && op.promotion)) return true;
    const start = shared.kind === 'written' ? shared.start : op.entry.start;
    const stored = await this.#outer.writeDatabase(key, { ...op.entry, generation, start });
    if (shared.kind !== 'written') return true;
    if (stored) await checkOrder(this.#outer, key, generation);
    else if (op.kind === 'set' && this.#outer.memoryOf(key) > memory)
      await this.#rememberSet(key, op.entry, generation);
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
    this.#miss(key, op);
    return { kind: 'missed' };
  }

  #miss(key: string, op: WriteOp): void {
    const { kind } = op;
    if (kind === 'delete' || this.#overtaken(op)) this.#outer.miss('l2', key, { kind: 'delete' });
    else if (kind === 'set') this.#outer.miss('l2', key, { kind, entry: op.entry });
    else if (!op.promotion) {
      // The generation that stood when the fetch began must stand when it is replayed.
      const { at, seen } = op.since;
      this.#outer.miss('l2', key, { kind, entry: op.entry }, { at, seen: op.expected ?? seen });
    }
  }

  async #attempt(level: SharedLevel, key: string, op: WriteOp): Promise<SharedOutcome> {
    const { gate } = this.#outer.l2!;
    if (op.kind === 'delete') {
      const ttl = this.#outer.memoryOf(key);
      const generation = await gate.run(() => level.write({ key, body: undefined, ttl }));
      return { kind: 'written', generation, start: 0 };
    }
    if (op.kind === 'set') {
      for (let attempt = 1; ; attempt++) {
        const written = await this.#attemptSet(level, key, op, attempt === SET_ATTEMPTS);
        if (written !== undefined) return written;
      }
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

  /** `undefined`: somebody else has written since we looked at the clock; `last`: that does not matter any more. */
  async #attemptSet(
    level: SharedLevel,
    key: string,
    op: SetOp,
    last: boolean,
  ): Promise<SharedOutcome | undefined> {
    const { gate } = this.#outer.l2!;
    // The version clock must be read after the call of `set`: what was invalidated before it must not concern it.
    // Two calls, each with its deadline: what is late must not send the second one after newer writes.
    const [{ clock, base }, time] = await gate.run(() => Promise.all([level.versions([]), level.time(key)]));
    this.#outer.knownClock = clock;
    this.#outer.knownBase = base;
    op.entry = { ...op.entry, start: clock };
    const { body, ttl } = this.#outer.sharedForm(op.entry);
    const request = { key, body, ttl: Math.max(ttl, this.#outer.memoryOf(key)) };
    // When its connection breaks ioredis sends once more what has had no answer: long after we have given it up, and
    // after newer writes of others, which must stay.
    const until = time + this.#outer.options.levelTimeout * 1_000;
    const generation = await gate.run(() =>
      time === 0 || last ? level.write(request) : level.replay(request, until, true),
    );
    return generation === 0 ? undefined : { kind: 'written', generation, start: clock };
  }

  #overtaken(op: WriteOp): boolean {
    return op.kind !== 'delete' && this.#outer.options.tags.changedSince(op.entry.tags, op.seq);
  }

  /** The database still has what was deleted. */
  async #rememberDeletion(key: string): Promise<void> {
    const { shared } = this.#outer;
    if (shared === undefined) return;
    const ttl = this.#outer.memoryOf(key);
    try {
      await shared.gate.run(() => shared.level.write({ key, body: undefined, ttl }));
    } catch {
      // Told by the gate.
    }
  }

  /** The database still has what was overwritten. */
  async #rememberSet(key: string, entry: Entry, expected: number): Promise<void> {
    const { shared } = this.#outer;
    if (shared?.level.scripted !== true) return;
    const { body, ttl } = this.#outer.sharedForm(entry);
    const least = this.#outer.memoryOf(key);
    try {
      await shared.gate.run(() => shared.level.fill({ key, body, ttl: Math.max(ttl, least), expected }));
    } catch {
      // Told by the gate.
    }
  }
}
