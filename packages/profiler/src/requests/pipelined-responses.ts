import type { ServerResponse } from 'node:http';

const WAITING = Symbol.for('@spark-perf/profiler/pipelined');

interface Waiting {
  readonly res: ServerResponse;
  readonly onLost: () => void;
}

/**
 * Calls `onLost` when the connection of a queued (pipelined) response goes before its turn has come: Node emits no
 * `close` on such a response. One listener per connection, however deep the pipeline.
 */
export function afterPipeline(res: ServerResponse, onLost: () => void): void {
  const socket = res.req.socket as ServerResponse['req']['socket'] & { [WAITING]?: Waiting[] };
  let waiting = socket[WAITING];
  if (waiting === undefined) {
    const list: Waiting[] = [];
    socket[WAITING] = waiting = list;
    socket.once('close', () => {
      for (const one of list.splice(0)) if (!one.res.writableFinished) one.onLost();
    });
  }
  // Those at the front are over: a connection kept for days must not gather them.
  while (waiting.length > 0 && waiting[0]!.res.writableFinished) waiting.shift();
  waiting.push({ res, onLost });
}
