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

  /** When at least `units` of what is in `(time − window, time]` are out of it. */
  whenGone(time: number, window: number, units: number): number {
    let left = units;
    for (const one of this.#units) {
      if (one.time <= time - window) continue;
      left -= one.units;
      if (left <= 0) return one.time + window;
    }
    return time;
  }

  /** Takes the newest entry back. */
  removeLast(): void {
    this.#units.pop();
  }
}
