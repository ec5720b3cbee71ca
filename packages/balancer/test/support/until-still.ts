import { waitFor } from '@spark-perf/test-services';

/** Waits until `written` has begun to grow and has stopped: all buffers on the way are full. */
export async function untilStill(written: () => number): Promise<void> {
  let before = -1;
  let still = 0;
  await waitFor(
    () => {
      const now = written();
      still = now > 0 && now === before ? still + 1 : 0;
      before = now;
      return still === 3;
    },
    { interval: 100 },
  );
}
