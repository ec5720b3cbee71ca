import * as v8 from 'node:v8';
import type { CountedClass } from './options.js';

type Query = (constructor: CountedClass, options: { format: 'count' }) => number;

/** Instances of a class, now and when the baseline was taken. */
export interface GrowingConstructor {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** Counts the instances of classes, where this Node can (`v8.queryObjects`, 20.13 and later). Each count walks the heap. */
export class GrowingConstructors {
  #before: readonly number[] = [];

  constructor(readonly classes: readonly CountedClass[]) {}

  takeBaseline(): void {
    this.#before = this.#count();
  }

  /** Those with more instances than at the baseline, the most grown first. */
  grown(): GrowingConstructor[] {
    const now = this.#count();
    return this.classes
      .map((one, i) => ({ name: one.name, before: this.#before[i] ?? 0, now: now[i] ?? 0 }))
      .filter(({ before, now }) => now > before)
      .sort((a, b) => b.now - b.before - (a.now - a.before));
  }

  #count(): number[] {
    const query = (v8 as { queryObjects?: Query }).queryObjects;
    if (query === undefined) return [];
    return this.classes.map((one) => query(one, { format: 'count' }));
  }
}
