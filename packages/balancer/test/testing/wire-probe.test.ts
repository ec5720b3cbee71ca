import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROBE_CASES, RawUpstream, runProbeCase } from '../../src/testing/index.js';
import type { Front } from '../support/front.js';
import { startFront } from '../support/front.js';

let upstream: RawUpstream;
let front: Front;

beforeAll(async () => {
  upstream = await RawUpstream.start();
  front = await startFront([upstream.port], { outlier: false });
});

afterAll(async () => {
  await front.close();
  await upstream.close();
});

test('there are 22 cases', () => expect(PROBE_CASES).toHaveLength(22));

test.each(PROBE_CASES)('$name', async (one) => {
  expect(await runProbeCase(one, front.port, upstream, 10)).toBe('ok');
});

test('nothing is left under way', () => {
  expect(front.balancer.getStats().activeConnections).toBe(0);
});
