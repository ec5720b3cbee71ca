import type { Milliseconds } from '@spark-perf/core';
import { enumOption, numberOption, optionsObject, withDeadline } from '@spark-perf/core';
import type { Dispatcher } from './dispatcher.js';
import { PoolClosedError } from './errors.js';

/** How `close` goes about it. */
export interface CloseOptions {
  /** How long borrowed connections may take to come back before they are destroyed; at least 0. @default 10_000 */
  readonly deadline?: Milliseconds | undefined;
  /** What happens to those who wait: refused at once, or served until the deadline. @default 'reject' */
  readonly waiters?: 'reject' | 'serve' | undefined;
}

const CLOSE_DEADLINE: Milliseconds = 10_000;
/** On top of deadlines that others keep, for these to be heard of. */
const GRACE: Milliseconds = 100;

/** @throws InvalidOptionError */
export function resolveCloseOptions(raw: CloseOptions | undefined): {
  deadline: Milliseconds;
  waiters: 'reject' | 'serve';
} {
  const options = optionsObject('options', raw, ['deadline', 'waiters']);
  return {
    deadline: numberOption('deadline', options.deadline, CLOSE_DEADLINE),
    waiters: enumOption<'reject' | 'serve'>('waiters', options.waiters, 'reject', ['reject', 'serve']),
  };
}

/**
 * Ends a pool: nobody new gets in, those who wait go, idle connections are closed, borrowed ones when they come back,
 * what is still out at the deadline by force. Resolves to the number of the latter once every connection has been
 * destroyed or has used up its `destroyTimeout`.
 */
export async function shutDown<T>(
  pool: Dispatcher<T>,
  deadline: Milliseconds,
  waiters: 'reject' | 'serve',
): Promise<number> {
  const { stock, options } = pool;
  const quiet = new Promise<void>((resolve) => (pool.onQuiet = resolve));
  if (waiters === 'reject') refuseWaiters(pool);
  else pool.closing = 'serving';
  void stock.sweep(() => true, 'close');
  pool.adjust();
  let forced = 0;
  if (!(await within(pool, quiet, deadline))) {
    refuseWaiters(pool);
    for (const entry of [...stock.registry]) {
      if (!entry.lent) stock.retire(entry, 'close');
      else {
        forced++;
        void pool.scrap(entry, 'forced');
      }
    }
    pool.adjust();
    await within(pool, quiet, Math.max(options.validateTimeout, options.resetTimeout) + GRACE);
  }
  await within(pool, stock.destroyer.settled(), options.destroyTimeout + GRACE);
  await within(pool, stock.engine.close(), GRACE);
  pool.waiters.rest();
  pool.coarse.stop();
  return forced;
}

function refuseWaiters<T>(pool: Dispatcher<T>): void {
  pool.closing = 'rejecting';
  pool.waiters.rejectAll(() => new PoolClosedError());
  pool.stock.supplier.close();
}

/** Whether `promise` settled in time. */
function within<T>(pool: Dispatcher<T>, promise: Promise<unknown>, ms: Milliseconds): Promise<boolean> {
  const timeout = new Error();
  return withDeadline(pool.options.clock, promise, ms, { onTimeout: () => timeout }).then(
    () => true,
    (error: unknown) => error !== timeout,
  );
}
