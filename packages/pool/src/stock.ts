import { Emitter } from '@spark-perf/core';
import { Counters } from './counters.js';
import { Destroyer } from './destroyer.js';
import { Dud } from './dud.js';
import { Engine } from './engine.js';
import type { DestroyReason } from './entry-state.js';
import type { Entry } from './entry.js';
import type { ConnectionPoolEvents } from './events.js';
import { Examiner } from './examiner.js';
import type { ConnectionFactory } from './factory.js';
import { EnginePlace } from './idle/engine-place.js';
import type { IdlePlace } from './idle/idle-place.js';
import { Lane } from './idle/lane.js';
import { Registry } from './registry.js';
import type { ResolvedOptions } from './resolve-options.js';
import { Supplier } from './supplier.js';
import { watchConnection } from './watch-connection.js';

/** The connections, from their creation to their end. Knows nothing of those who want one. */
export class Stock<T> {
  readonly counters = new Counters();
  readonly events: Emitter<ConnectionPoolEvents<T>>;
  readonly registry = new Registry<T>();
  readonly supplier: Supplier<T>;
  readonly destroyer: Destroyer<T>;
  readonly examiner: Examiner<T>;
  readonly engine: Engine<Entry<T> | Dud>;
  readonly idle: IdlePlace<T>;
  readonly #onChange: () => void;

  /** `onChange` is called when a connection is gone, and when one may be created again after a failure. */
  constructor(
    factory: ConnectionFactory<T>,
    readonly options: ResolvedOptions,
    withoutLane: boolean,
    onChange: () => void,
  ) {
    const { idleOrder, logger, name } = options;
    this.#onChange = onChange;
    this.events = new Emitter((error, event) =>
      logger.error(`pool ${name}: a listener of ${event} failed`, error),
    );
    this.destroyer = new Destroyer(factory, options, this.events);
    this.examiner = new Examiner(factory, options);
    const discard = (resource: T): void => void this.destroyer.destroy(resource);
    this.supplier = new Supplier(
      factory,
      options,
      this.registry,
      this.counters,
      this.events,
      discard,
      onChange,
    );
    this.engine = new Engine(
      () => this.#create(),
      (thing) => this.#end(thing),
      idleOrder,
    );
    this.idle = withoutLane ? new EnginePlace(this.engine, idleOrder) : new Lane(idleOrder);
  }

  /** Ends an entry that is drawn from the engine and not idle. Settles when it is over; never rejects. */
  destroy(entry: Entry<T>, reason: DestroyReason): Promise<void> {
    if (entry.state.kind !== 'destroyed') {
      entry.state = { kind: 'destroyed', reason };
      entry.unwatch?.();
      this.registry.remove(entry, reason);
      this.counters.destroyed++;
      this.engine.drop(entry);
      this.events.emit('destroy', { connection: entry.resource, reason });
      this.#onChange();
    }
    return entry.ended ?? Promise.resolve();
  }

  /** Sees to it that an entry is destroyed as soon as nobody has it. */
  retire(entry: Entry<T>, reason: DestroyReason): void {
    const { kind } = entry.state;
    if (kind === 'condemned' || kind === 'destroyed') return;
    if (kind === 'idle' && this.idle.remove(entry)) {
      void this.destroy(entry, reason);
      return;
    }
    entry.state = { kind: 'condemned', lent: kind === 'borrowed', reason };
    if (kind === 'idle') void this.sweep((other) => other.state.kind === 'condemned', reason);
  }

  /** Destroys the idle entries that `wanted` says yes to; returns how many. */
  async sweep(wanted: (entry: Entry<T>) => boolean, reason: DestroyReason): Promise<number> {
    const swept = this.idle.sweep(wanted);
    const entries = Array.isArray(swept) ? swept : await swept;
    for (const entry of entries) {
      void this.destroy(entry, entry.state.kind === 'condemned' ? entry.state.reason : reason);
    }
    return entries.length;
  }

  async #create(): Promise<Entry<T> | Dud> {
    const thing = await this.supplier.create();
    if (thing instanceof Dud) return thing;
    thing.unwatch = watchConnection(thing.resource, (error) => {
      this.events.emit('connectionError', { connection: thing.resource, error });
      this.retire(thing, 'broken');
    });
    return thing;
  }

  #end(thing: Entry<T> | Dud): Promise<void> {
    if (thing instanceof Dud) return Promise.resolve();
    return (thing.ended = this.destroyer.destroy(thing.resource));
  }
}
