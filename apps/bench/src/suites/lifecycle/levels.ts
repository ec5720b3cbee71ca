import { ResourceManager } from '@spark-perf/lifecycle';
import { measured } from '../../measured.js';
import type { Measured } from '../../measured.js';

const LEVELS = 10;
const PER_LEVEL = 100;
const CLEANUP = 20;
const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, CLEANUP));

/** ms to take down 1,000 resources in 10 levels, and one chain of 10 such cleanups, which is the critical path. */
export async function levels(rounds: number): Promise<{ all: Measured; chain: Measured }> {
  const all: number[] = [];
  const chain: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const resources = new ResourceManager({ signals: false, exit: false });
    let below: string[] = [];
    for (let level = 0; level < LEVELS; level++) {
      const ids = Array.from({ length: PER_LEVEL }, (_, index) => `${level}.${index}`);
      for (const id of ids) resources.register(id, {}, wait, { dependsOn: below });
      below = ids;
    }
    let begin = performance.now();
    await resources.close();
    all.push(performance.now() - begin);
    begin = performance.now();
    for (let level = 0; level < LEVELS; level++) await wait();
    chain.push(performance.now() - begin);
  }
  return { all: measured(all, 'ms'), chain: measured(chain, 'ms') };
}
