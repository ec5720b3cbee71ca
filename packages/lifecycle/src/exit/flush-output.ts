import type { Clock, Milliseconds } from '@spark-perf/core';
import type { Writable } from 'node:stream';

/**
 * Resolves when everything written to stdout and stderr so far is with the operating system: `process.exit` drops what
 * a slow pipe has not taken yet. A reader that has stalled costs `timeout`. Never rejects.
 */
export function flushOutput(clock: Clock, timeout: Milliseconds): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, timeout, { ref: true });
    void Promise.all([flushed(process.stdout), flushed(process.stderr)]).then(() => {
      timer.cancel();
      resolve();
    });
  });
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) return resolve();
    // A reader that is gone: an unheard `error` would be a crash.
    stream.on('error', () => resolve());
    stream.write('', () => resolve());
  });
}
