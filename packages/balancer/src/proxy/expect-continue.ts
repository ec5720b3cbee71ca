import type { IncomingMessage } from 'node:http';

const PENDING = Symbol.for('@spark-perf/balancer.expect');

type Marked = IncomingMessage & { [PENDING]?: boolean };

/**
 * Marks a request whose client waits for `100 Continue` before it sends its body: whoever relays it must pass the
 * server's on. When somebody else reads the body, `onRead` is called instead.
 */
export function markExpect(req: IncomingMessage, onRead: () => void): void {
  const marked = req as Marked;
  marked[PENDING] = true;
  // A body parser that asks for the body would wait for ever.
  const onListener = (event: string | symbol): void => {
    if (event !== 'data' && event !== 'readable') return;
    req.removeListener('newListener', onListener);
    if (marked[PENDING] === true) {
      marked[PENDING] = false;
      onRead();
    }
  };
  req.on('newListener', onListener);
}

/** Whether the client waits, and it is now for the caller to relay the interim answer. */
export function expectsContinue(req: IncomingMessage): boolean {
  const marked = req as Marked;
  const pending = marked[PENDING] === true;
  if (pending) marked[PENDING] = false;
  return pending;
}
