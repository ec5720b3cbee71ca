import { fork } from 'node:child_process';
import path from 'node:path';
import type { Clock } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';
import type { TrafficResult } from './tally.js';

export interface Traffic {
  /** Ends the clients and gives what they met; `undefined` when they have died. Idempotent. */
  stop(): Promise<TrafficResult | undefined>;
}

/** Longest wait for the clients' last answers. */
const FAREWELL = 6_000;

/** Starts the clients. */
export function startTraffic(port: number, clock: Clock = systemClock): Traffic {
  const script = path.join(path.dirname(process.argv[1] ?? ''), 'traffic/traffic-main.js');
  const child = fork(script, [String(port)], { execArgv: [] });
  const result = new Promise<TrafficResult | undefined>((resolve) => {
    child.once('message', (message) => resolve(message as TrafficResult));
    child.once('exit', () => resolve(undefined));
    child.once('error', () => resolve(undefined));
  });
  let stopped = false;
  return {
    async stop() {
      if (!stopped && child.connected) child.send('stop');
      stopped = true;
      const timer = clock.setTimeout(() => child.kill('SIGKILL'), FAREWELL, { ref: true });
      const figures = await result;
      timer.cancel();
      return figures;
    },
  };
}
