import type { ServerResponse } from 'node:http';

/**
 * Whether a handler has begun to answer through `res` itself though nothing was sent yet: a stream that is piped into
 * it (`pipe`, `pipeline`) listens to these events.
 */
export function isStreaming(res: ServerResponse): boolean {
  return res.writableEnded || res.listenerCount('unpipe') > 0 || res.listenerCount('drain') > 0;
}
