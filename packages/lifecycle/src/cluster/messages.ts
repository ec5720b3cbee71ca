import type { Bytes } from '@spark-perf/core';

/** What a worker tells its primary. */
export type WorkerMessage =
  /** It listens to messages from now on: what was sent before is lost. */
  | { readonly type: 'hello' }
  /** `main` has resolved and every manager is ready. */
  | { readonly type: 'ready'; readonly report: unknown }
  | { readonly type: 'memory'; readonly rss: Bytes }
  /** It listens no more, and asks for the last connections that are on their way to it. */
  | { readonly type: 'closing' }
  /** The last message: written before the exit, so that whatever came before it is, too. */
  | { readonly type: 'bye' };

/** What a primary tells a worker. */
export type PrimaryMessage =
  | { readonly type: 'drain'; readonly reason: string }
  /** The answer to `closing`: no connection follows. */
  | { readonly type: 'closed' };

/** Marks our messages among those of the program. */
const TAG = '@spark-perf/lifecycle';

export function seal<M extends object>(message: M): M & { readonly [TAG]: 1 } {
  return { ...message, [TAG]: 1 };
}

/** The message, if it is one of ours. */
export function unseal<M>(value: unknown): M | undefined {
  return typeof value === 'object' && value !== null && TAG in value ? (value as M) : undefined;
}
