import type { CaptureStart } from './capture.js';
import type { Entry } from './entry.js';

/** A change of one key in the levels outside this process. */
export type WriteOp = SetOp | { readonly kind: 'delete' } | FillOp;

/** A caller's value. */
export interface SetOp {
  readonly kind: 'set';
  entry: Entry;
  /** The moment of the call, for the tag table. */
  readonly seq: number;
}

/** A fetched value, or one that the third level has already: only if the generation still stands. */
export type FillOp = {
  readonly kind: 'fill';
  readonly entry: Entry;
  readonly seq: number;
  readonly expected: number | undefined;
  readonly token?: string | undefined;
} & (
  | { readonly promotion: true }
  /** `since`: the start of the fetch. */
  | { readonly promotion: false; readonly since: CaptureStart }
);

interface Slot {
  running: WriteOp;
  next: WriteOp | undefined;
  /** Resolves when `running` is done, and what `next` waits for. */
  done: Promise<unknown>;
  nextDone: Promise<boolean> | undefined;
}

/**
 * Writes of one process to one key take effect in call order, one after the other. Of those that wait only the newest
 * is carried out; whoever asked for an older one waits for it too.
 */
export class KeyWriter {
  readonly #perform: (key: string, op: WriteOp) => Promise<boolean>;
  readonly #slots = new Map<string, Slot>();

  /** @param perform never rejects; tells whether the value was kept. */
  constructor(perform: (key: string, op: WriteOp) => Promise<boolean>) {
    this.#perform = perform;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The newest `set` or `delete` that is not through yet. */
  pending(key: string): WriteOp | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    const op = slot.next ?? slot.running;
    return op.kind === 'fill' ? undefined : op;
  }

  /** Resolves when everything asked for so far is through. */
  settled(key: string): Promise<unknown> | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : (slot.nextDone ?? slot.done);
  }

  submit(key: string, op: WriteOp): Promise<boolean> {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      const done = this.#perform(key, op);
      const created: Slot = { running: op, next: undefined, done, nextDone: undefined };
      this.#slots.set(key, created);
      void done.then(() => this.#advance(key, created));
      return done;
    }
    if (op.kind === 'fill' && slot.next !== undefined) return Promise.resolve(false);
    slot.next = op;
    slot.nextDone ??= slot.done.then(() => slot.done as Promise<boolean>);
    return slot.nextDone;
  }

  #advance(key: string, slot: Slot): void {
    if (slot.next === undefined) {
      this.#slots.delete(key);
      return;
    }
    slot.running = slot.next;
    slot.next = undefined;
    slot.nextDone = undefined;
    const done = this.#perform(key, slot.running);
    slot.done = done;
    void done.then(() => this.#advance(key, slot));
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.#slots.size > 0) await Promise.all(Array.from(this.#slots.values(), (slot) => slot.done));
  }
}
