import { expect, test } from '@jest/globals';
import { RequestLoad } from '../../src/leaks/request-load.js';

test('a running count becomes requests per second between two looks', () => {
  let served = 100;
  const load = new RequestLoad(() => served);
  expect(load.look(1_000)).toEqual({ count: 100, rate: undefined });
  served = 160;
  expect(load.look(3_000)).toEqual({ count: 160, rate: 30 });
  served = 161;
  expect(load.look(3_500)).toEqual({ count: 161, rate: 2 });
});

test('two looks at one time have no rate, and the next one counts from the later', () => {
  let served = 0;
  const load = new RequestLoad(() => (served += 10));
  load.look(1_000);
  expect(load.look(1_000)).toEqual({ count: 20, rate: undefined });
  expect(load.look(2_000)).toEqual({ count: 30, rate: 10 });
});

test('without a source nobody waits for requests', () => {
  const load = new RequestLoad(undefined);
  expect([load.look(0), load.look(1)]).toEqual(Array(2).fill({ count: Infinity, rate: undefined }));
});
