import type { IncomingMessage, ServerResponse } from 'node:http';

const PENDING = Symbol.for('@spark-perf/balancer.expect');

type Marked = IncomingMessage & { [PENDING]?: (() => void) | undefined };

/**
 * Marks a request whose client waits for `100 Continue` before it sends its body: whoever relays it must pass the
 * server's on. When somebody else reads the body, the client is asked for it then. One that is not asked may never
 * send it, and what it sends next could be taken for it: its connection ends with the answer.
 */
export function markExpect(req: IncomingMessage, res: ServerResponse): void {
  const marked = req as Marked;
  const { shouldKeepAlive } = res;
  res.shouldKeepAlive = false;
  marked[PENDING] = () => {
    if (res.headersSent) return;
    res.shouldKeepAlive = shouldKeepAlive;
    res.writeContinue();
  };
  // A body parser that asks for the body would wait for ever.
  const onRead = (): void => {
    req.removeListener('newListener', onListener);
    req.removeListener('resume', onRead);
    expectsContinue(req)?.();
  };
  const onListener = (event: string | symbol): void => {
    if (event === 'data' || event === 'readable') onRead();
  };
  req.on('newListener', onListener);
  req.on('resume', onRead);
}

/** What asks the client for its body, where it waits for that; from now on it is for the caller to do so. */
export function expectsContinue(req: IncomingMessage): (() => void) | undefined {
  const marked = req as Marked;
  const ask = marked[PENDING];
  marked[PENDING] = undefined;
  return ask;
}
