import type { MetricSample } from '@spark-perf/core';
import type { LazyFamily } from './lazy-family.js';
import { SeriesOwners } from './series-owners.js';

const IN_ITS_PLACE: MetricSample = Object.freeze({ labels: {}, value: NaN });

/**
 * Leaves out the samples whose series another contributor of their family has written. A renderer must write a line for
 * each sample before it asks for the next one: the line of a refused one becomes empty, so that whoever joins the lines
 * may pause in a long run of them.
 */
export class RefusedSeries {
  readonly #onFirst: (family: LazyFamily) => void;
  #count = 0;
  #isRefused = false;

  /** `onFirst` is told of each family that has refused samples, once. */
  constructor(onFirst: (family: LazyFamily) => void) {
    this.#onFirst = onFirst;
  }

  /** Samples refused so far: what was rendered counts. */
  get count(): number {
    return this.#count;
  }

  /** The samples of families of one name and type in turn. */
  *samplesOf(families: readonly LazyFamily[]): Generator<MetricSample> {
    const owners = new SeriesOwners(families[0]!.type);
    let isTold = false;
    for (const [contributor, family] of families.entries()) {
      for (const sample of family.samples) {
        if (owners.admits(contributor, sample)) {
          yield sample;
          continue;
        }
        if (!isTold) this.#onFirst(family);
        isTold = true;
        this.#count++;
        this.#isRefused = true;
        yield IN_ITS_PLACE;
      }
    }
  }

  /** What the renderer made of the samples. */
  *linesOf(rendered: Iterable<string>): Generator<string> {
    for (const line of rendered) {
      yield this.#isRefused ? '' : line;
      this.#isRefused = false;
    }
  }
}
