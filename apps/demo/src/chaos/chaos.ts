import cluster from 'node:cluster';
import type { Clock, Random, Timer } from '@spark-perf/core';
import { every, systemClock, systemRandom } from '@spark-perf/core';
import type { SlowDownMessage } from './slow-down.js';

/** Kills one worker at random. Never the last one: somebody must answer. */
export function killWorker(random: Random = systemRandom): number | undefined {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true);
  const victim = workers[Math.floor(random() * workers.length)];
  const pid = victim?.process.pid;
  if (pid === undefined || workers.length < 2) return undefined;
  process.kill(pid, 'SIGKILL');
  return pid;
}

function slowWorker(random: Random): void {
  const workers = Object.values(cluster.workers ?? {});
  const order: SlowDownMessage = { demo: 'slow-down', by: 150, during: 1_500 };
  const chosen = workers[Math.floor(random() * workers.length)];
  if (chosen?.isConnected() === true) chosen.send(order, () => {}); // one that has just died hears nothing
}

export interface Chaos {
  readonly kills: number;
  readonly slowdowns: number;
  stop(): void;
}

/** Every few seconds a worker is killed, and another one slowed, while there are at least two. */
export function startChaos(clock: Clock = systemClock, random: Random = systemRandom): Chaos {
  let kills = 0;
  let slowdowns = 0;
  const timers: Timer[] = [
    every(clock, 4_000, () => {
      if (killWorker(random) !== undefined) kills++;
    }),
    every(clock, 3_000, () => {
      slowWorker(random);
      slowdowns++;
    }),
  ];
  return {
    get kills() {
      return kills;
    },
    get slowdowns() {
      return slowdowns;
    },
    stop: () => {
      for (const timer of timers) timer.cancel();
    },
  };
}
