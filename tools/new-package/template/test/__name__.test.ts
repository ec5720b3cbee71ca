import { expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { __Name__ } from '../src/index.js';

test('counts the requests that pass', async () => {
  const clock = new ManualClock();
  await using engine = new __Name__({ clock });
  await engine.middleware()(fakeContext(), async () => {});
  expect(engine.getStats()).toEqual({ requests: 1, lastRequestAt: clock.now() });
});
