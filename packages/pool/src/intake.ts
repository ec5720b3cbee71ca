import { Dud } from './dud.js';
import type { Entry } from './entry.js';
import type { Stock } from './stock.js';

/** Gets entries out of the engine: new ones, or without the lane idle ones too. */
export class Intake<T> {
  /** Requests that the engine has not answered. */
  drawing = 0;
  // Of those, the ones for something new. The engine may begin such a creation a few microtasks later, and hands the
  // result over a few after its end: to whoever looks meanwhile, neither `creating` nor the registry shows it.
  #ordered = 0;

  constructor(
    private readonly stock: Stock<T>,
    private readonly receive: (entry: Entry<T>) => void,
    private readonly onChange: () => void,
  ) {}

  /** Asks for entries: `wanted` more for those who wait, and new ones until `floor` are alive. */
  order(wanted: number, floor: number): void {
    const { idle, options, registry, supplier } = this.stock;
    let unserved = wanted;
    for (; unserved > 0 && idle.drawable > 0; unserved--) this.#draw(false);
    const provided = registry.arrived + this.#ordered;
    const room = options.maxSize - provided;
    let missing = Math.max(unserved, floor - provided);
    if (supplier.state.kind !== 'flowing') {
      if (registry.size >= options.maxSize && supplier.creating === 0) supplier.resume();
      // Somebody must find out that the backend is back, or nobody ever would.
      else missing = Math.max(missing, 1);
    }
    if (missing <= 0) return;
    const unbegun = provided - registry.size - supplier.creating;
    const creations = Math.min(missing, room, supplier.allowance - unbegun);
    if (creations <= 0) return;
    idle.makeWay(this.onChange);
    for (let i = 0; i < creations; i++) this.#draw(true);
  }

  #draw(isOrder: boolean): void {
    const { engine } = this.stock;
    const settled = (): void => {
      this.drawing--;
      if (isOrder) this.#ordered--;
    };
    this.drawing++;
    if (isOrder) this.#ordered++;
    engine.draw().then((thing) => {
      settled();
      if (thing instanceof Dud) engine.drop(thing);
      else this.#arrive(thing);
      this.onChange();
    }, settled);
  }

  #arrive(entry: Entry<T>): void {
    const isNew = this.stock.registry.arrive(entry);
    this.receive(entry);
    if (!isNew) return;
    this.stock.events.emit('create', { connection: entry.resource, duration: entry.creationTook });
  }
}
