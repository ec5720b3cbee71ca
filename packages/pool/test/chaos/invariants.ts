import type { PoolStats } from '../../src/index.js';
import { MAX_WAITERS } from './scenario.js';

/** A pool and its surroundings between two steps, when nothing moves. */
export interface Sight {
  readonly now: number;
  readonly stats: PoolStats;
  readonly maxSize: number;
  /** Connections that the backend has open, now and after the step before. */
  readonly live: number;
  readonly liveBefore: number;
  /** The deadlines of unsettled acquires, by their number. */
  readonly deadlines: ReadonlyMap<number, number>;
  readonly held: number;
  readonly closed: boolean;
}

/** What must hold between any two steps, and does not. */
export function broken(sight: Sight): string[] {
  const { now, stats, maxSize, live, liveBefore, deadlines, held, closed } = sight;
  const { poolSize, activeSize, totalSize, creatingSize, waitingSize } = stats;
  const violations: string[] = [];
  const must = (holds: boolean, otherwise: string): void => {
    if (!holds) violations.push(otherwise);
  };
  for (const [id, deadline] of deadlines) {
    must(deadline + 1 >= now, `acquire ${id} is unsettled ${now - deadline} ms after its deadline`);
  }
  must(live <= Math.max(maxSize, liveBefore), `${live} alive, ${maxSize} allowed`);
  must(live === totalSize, `${live} alive, ${totalSize} known`);
  must(
    totalSize > maxSize || totalSize + creatingSize <= maxSize,
    `${totalSize} alive and ${creatingSize} being created, ${maxSize} allowed`,
  );
  must(
    poolSize + activeSize === totalSize && poolSize >= 0,
    `${poolSize} idle and ${activeSize} borrowed are not ${totalSize}`,
  );
  must(activeSize === held || closed, `${held} held, ${activeSize} borrowed`);
  must(waitingSize === deadlines.size, `${deadlines.size} unsettled, ${waitingSize} waiting`);
  must(waitingSize <= MAX_WAITERS, `${waitingSize} waiters`);
  return violations;
}
