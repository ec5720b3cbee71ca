import type { SparkContext } from './spark-context.js';

/** The events of an application, with the arguments of their listeners. */
export interface SparkEvents {
  /** A handler or middleware threw; without `ctx` it was not about one request. */
  error: [error: unknown, ctx?: SparkContext];
  /** The server accepts connections. */
  listening: [];
  /** Everything is closed. */
  close: [];
}
