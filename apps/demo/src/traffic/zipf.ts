import type { Random } from '@spark-perf/core';

/** Draws ranks from 0: rank r with a weight of 1 / (r + 1), as visits to cities by their size. O(log n) a draw. */
export class Zipf {
  readonly #cumulated: Float64Array;
  readonly #random: Random;

  constructor(size: number, random: Random) {
    this.#random = random;
    this.#cumulated = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank++) this.#cumulated[rank] = sum += 1 / (rank + 1);
  }

  draw(): number {
    const target = this.#random() * (this.#cumulated.at(-1) ?? 0);
    let low = 0;
    let high = this.#cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] ?? 0) < target) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
