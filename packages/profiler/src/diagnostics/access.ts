import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { canonicalAddress, withDeadline } from '@spark-perf/core';

export interface AccessRule {
  readonly authorize: ((ctx: Context) => boolean | Promise<boolean>) | undefined;
  readonly authorizeTimeout: Milliseconds;
  readonly clock: Clock;
}

/** Whether the request may be answered. An `authorize` that fails or takes too long refuses. */
export async function isAllowed(ctx: Context, rule: AccessRule): Promise<boolean> {
  const { authorize, authorizeTimeout, clock } = rule;
  if (authorize === undefined) return process.env['NODE_ENV'] !== 'production' && isLocal(ctx);
  try {
    const asked = Promise.resolve(authorize(ctx));
    const onTimeout = (): Error => new Error('authorize took too long');
    return (await withDeadline(clock, asked, authorizeTimeout, { onTimeout })) === true;
  } catch {
    return false;
  }
}

/** By the connection alone: fields such as X-Forwarded-For are the client's word. A proxy's requests are not local. */
function isLocal({ req }: Context): boolean {
  if (req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined) return false;
  const address = canonicalAddress(req.socket.remoteAddress ?? '') ?? '';
  return address === '::1' || address.startsWith('127.');
}
