import type { Dispatcher } from './dispatcher.js';
import type { DestroyReason } from './entry-state.js';
import type { Entry } from './entry.js';
import { isFatal } from './fatal-error.js';

/** Why a connection that has just come back is not lent again, if it isn't. */
export function retirementOf<T>(
  pool: Dispatcher<T>,
  entry: Entry<T>,
  error: unknown,
): DestroyReason | undefined {
  const { state } = entry;
  const { options } = pool;
  if (state.kind === 'condemned') return state.reason;
  if (error !== undefined && isFatal(options.isFatal, error)) return 'fatal';
  if (pool.closing !== undefined && pool.waiters.size === 0) return 'close';
  if (pool.stock.registry.size > options.maxSize) return 'shrink';
  if (entry.uses >= options.maxUses) return 'uses';
  if (pool.coarse.now >= entry.expiresAt && mayRetire(pool)) return 'lifetime';
  return undefined;
}

/**
 * Whether one more connection may go for its age. A leap of the clock makes all of them old at once, so they go in small
 * numbers, only while new ones can be had, and never so that fewer than `minSize` are left: the caretaker has asked for
 * the replacement first. Where there is no room for it (all of `maxSize` alive), one at a time goes before its replacement.
 */
export function mayRetire<T>(pool: Dispatcher<T>): boolean {
  const { minSize, maxSize } = pool.options;
  const live = pool.stock.registry.size;
  if (pool.retirements <= 0 || pool.stock.supplier.state.kind !== 'flowing') return false;
  const replaceable = live > minSize || (live >= maxSize && pool.intake.drawing === 0);
  if (replaceable) pool.retirements--;
  return replaceable;
}
