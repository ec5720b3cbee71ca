import { Dud } from './dud.js';
import type { Entry } from './entry.js';
import type { Stock } from './stock.js';

/** Gets entries out of the engine: new ones, or without the lane idle ones too. */
export class Intake<T> {
  /** Requests that the engine has not answered. */
  drawing = 0;

  constructor(
    private readonly stock: Stock<T>,
    private readonly receive: (entry: Entry<T>) => void,
    private readonly onChange: () => void,
  ) {}

  /** Asks for entries: `wanted` more for those who wait, and new ones until `floor` are alive. */
  order(wanted: number, floor: number): void {
    const { idle, options, registry, supplier } = this.stock;
    let unserved = wanted;
    for (; unserved > 0 && idle.drawable > 0; unserved--) this.#draw();
    const room = options.maxSize - registry.size - supplier.creating;
    let missing = Math.max(unserved, floor - registry.size - supplier.creating);
    if (supplier.state.kind !== 'flowing') {
      if (room <= 0 && supplier.creating === 0) supplier.resume();
      // Somebody must find out that the backend is back, or nobody ever would.
      else missing = Math.max(missing, 1);
    }
    if (missing <= 0) return;
    let creations = Math.min(missing, room, supplier.allowance);
    if (creations <= 0) return;
    // The engine creates only when there is nothing left to draw.
    for (let idleOnes = idle.drawable; idleOnes > 0; idleOnes--) this.#draw();
    for (; creations > 0; creations--) this.#draw();
  }

  #draw(): void {
    this.drawing++;
    this.stock.engine.draw().then(
      (thing) => {
        this.drawing--;
        if (thing instanceof Dud) this.stock.engine.drop(thing);
        else this.#arrive(thing);
        this.onChange();
      },
      () => this.drawing--,
    );
  }

  #arrive(entry: Entry<T>): void {
    const isNew = !entry.arrived;
    entry.arrived = true;
    this.receive(entry);
    if (!isNew) return;
    this.stock.events.emit('create', { connection: entry.resource, duration: entry.creationTook });
  }
}
