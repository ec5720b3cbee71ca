import type { Milliseconds } from '@spark-perf/core';
import {
  booleanOption,
  enumOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  stringOption,
} from '@spark-perf/core';
import type { ConnectionFactory } from '../factory.js';

/** Options of `middleware()`. */
export interface PoolMiddlewareOptions {
  /**
   * What `ctx.db` is. `facade`: the connection's methods, each asynchronous; a connection is taken when the first is
   * called. `eager`: the bare connection, taken for every request. `lease`: a function that resolves to the connection,
   * taken when it is first called. @default 'facade'
   */
  readonly mode?: 'facade' | 'eager' | 'lease' | undefined;
  /** The context's property. @default 'db' */
  readonly property?: string | undefined;
  /**
   * Wraps what a request does in a transaction, begun with its first use of the connection: committed before a 2xx or
   * 3xx response ends, rolled back otherwise. The factory needs `begin`, `commit` and `rollback`. @default false
   */
  readonly transaction?: boolean | undefined;
  /** How long work that is pending when the response is over may go on before its connection is destroyed. @default 1_000 */
  readonly settleTimeout?: Milliseconds | undefined;
  /** Priority of requests in the queue; 0 to 9, lower goes first. @default 0 */
  readonly priority?: number | undefined;
}

export interface ResolvedMiddlewareOptions {
  readonly mode: 'facade' | 'eager' | 'lease';
  readonly property: string;
  readonly transaction: boolean;
  readonly settleTimeout: Milliseconds;
  readonly priority: number;
}

const KNOWN = ['mode', 'property', 'transaction', 'settleTimeout', 'priority'];

/** @throws InvalidOptionError */
export function resolveMiddlewareOptions<T>(
  factory: ConnectionFactory<T>,
  raw: PoolMiddlewareOptions | undefined,
): ResolvedMiddlewareOptions {
  const options = optionsObject('options', raw, KNOWN);
  const transaction = booleanOption('transaction', options.transaction, false);
  if (transaction && !(factory.begin && factory.commit && factory.rollback)) {
    throw new InvalidOptionError('transaction', 'false: the factory lacks begin, commit or rollback', true);
  }
  return {
    mode: enumOption<'facade' | 'eager' | 'lease'>('mode', options.mode, 'facade', [
      'facade',
      'eager',
      'lease',
    ]),
    property: stringOption('property', options.property, 'db'),
    transaction,
    settleTimeout: numberOption('settleTimeout', options.settleTimeout, 1_000),
    priority: numberOption('priority', options.priority, 0, { max: 9, integer: true }),
  };
}
