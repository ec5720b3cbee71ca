import type { Context } from '@spark-perf/core';
import { requestTarget } from '@spark-perf/core';
import type { Fingerprint } from './fingerprint.js';
import { digest } from './fingerprint.js';

/** What makes two requests the same. */
export interface RequestIdentity {
  /** A digest: who asks, for what; for a request without a key also with what. */
  readonly id: string;
  /** With what, for comparison. */
  readonly fingerprint: Fingerprint;
  /** Whether it carries an `Idempotency-Key`. */
  readonly keyed: boolean;
}

/** Puts scope, method, host, path, query, and key or fingerprint, together. */
export function requestIdentity(
  ctx: Context,
  scope: string,
  fingerprint: Fingerprint,
  key: string | undefined,
): RequestIdentity {
  const { path, query } = requestTarget(ctx);
  const host = (ctx.req.headers.host ?? '').toLowerCase();
  if (key !== undefined) {
    // The query is part of the payload: the same key with another one is a mistake to be told.
    return {
      id: digest('key', scope, ctx.method, host, path, key),
      fingerprint: query === '' ? fingerprint : digest('query', query, fingerprint),
      keyed: true,
    };
  }
  return { id: digest('body', scope, ctx.method, host, path, query, fingerprint), fingerprint, keyed: false };
}
