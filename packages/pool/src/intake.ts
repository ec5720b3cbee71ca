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

  /** Asks for up to `need` more entries, as far as there is room and the backend gives. */
  order(need: number): void {
    const { idle, options, registry, supplier } = this.stock;
    let wanted = need;
    for (; wanted > 0 && idle.drawable > 0; wanted--) this.#draw();
    const room = options.maxSize - registry.size - supplier.creating;
    if (supplier.state.kind !== 'flowing') {
      if (room <= 0 && supplier.creating === 0) supplier.resume();
      // Somebody must find out that the backend is back, or nobody ever would.
      else if (this.drawing === 0) wanted = Math.max(wanted, 1);
    }
    if (wanted <= 0) return;
    for (let n = Math.min(wanted, room, supplier.allowance); n > 0; n--) this.#draw();
  }

  #draw(): void {
    this.drawing++;
    this.stock.engine.draw().then(
      (thing) => {
        this.drawing--;
        if (thing instanceof Dud) this.stock.engine.drop(thing);
        else this.receive(thing);
        this.onChange();
      },
      () => this.drawing--,
    );
  }
}
