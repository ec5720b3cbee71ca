/** The reference of the property tests: the time of every admitted unit, nothing cleverer. */
export class ExactLog {
  readonly #units: { time: number; units: number }[] = [];

  add(time: number, units: number): void {
    this.#units.push({ time, units });
  }

  /** Units in `(time − window, time]`; `time` is not before the newest. */
  inWindow(time: number, window: number): number {
    let sum = 0;
    for (let i = this.#units.length - 1; i >= 0; i--) {
      const one = this.#units[i] as { time: number; units: number };
      if (one.time <= time - window) break;
      sum += one.units;
    }
    return sum;
  }

  /** Takes the newest entry back. */
  removeLast(): void {
    this.#units.pop();
  }
}
