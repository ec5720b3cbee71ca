// Runs one program of the corpus time-compressed: a step is a minute of its life, told to the detector by a clock that
// is moved by hand, and ends with a full collection. So a run takes a second and always comes to the same verdict.
// Needs --expose-gc. The last line on stdout is the verdict as JSON.
import { ManualClock } from '@spark-perf/core/testing';
import { MemoryLeakDetector } from '@spark-perf/profiler';
import { basename } from 'node:path';

const MINUTE = 60_000;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/**
 * @param {'leaking' | 'healthy'} label what the program is
 * @param {(minute: number) => unknown} step one minute of it
 * @param {{ minutes?: number, requests?: () => number }} [options]
 */
export async function program(label, step, { minutes = label === 'leaking' ? 42 : 54, requests } = {}) {
  const clock = new ManualClock();
  const detector = new MemoryLeakDetector({ clock, requests, minRequests: 0 });
  const history = [];
  detector.on('verdict', ({ to, evidence }) => {
    history.push({ minute: Math.round(clock.now() / MINUTE), verdict: to, reason: evidence.reason });
  });
  detector.start();
  for (let minute = 0; minute < minutes; minute++) {
    await step(minute);
    await settle();
    globalThis.gc();
    clock.advanceSync(MINUTE);
  }
  const { verdict, evidence } = detector.getStats();
  detector.stop();
  const alarm = history.some((one) => one.verdict === 'leaking');
  console.log(
    JSON.stringify({ program: basename(process.argv[1], '.mjs'), label, alarm, verdict, history, evidence }),
  );
  process.exit(0); // some leak what would keep the process alive
}

/** Objects that weigh about so many KB on the heap together. */
export function ballast(kilobytes) {
  return Array.from({ length: kilobytes * 8 }, (_, i) => ({
    i,
    text: `${i}-${kilobytes}`,
    next: [i, i + 1],
  }));
}

/** A reproducible sequence of numbers in [0, 1). */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
