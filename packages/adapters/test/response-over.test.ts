import { expect, test } from '@jest/globals';
import { ServerResponse } from 'node:http';
import { fakeContext } from '@spark-perf/core/testing';
import { ResponseOver } from '../src/response-over.js';

test('tells each once, with one listener', () => {
  const { res } = fakeContext();
  const before = res.listenerCount('close');
  const over = new ResponseOver(res);
  const told: number[] = [];
  for (let i = 0; i < 20; i++) over.tell(() => told.push(i));
  expect(res.listenerCount('close') - before).toBe(1);
  res.emit('close');
  res.emit('close');
  expect(told).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('tells at once when it is over already', () => {
  const { req } = fakeContext();
  const res = new ServerResponse(req);
  res.destroy();
  let told = false;
  new ResponseOver(res).tell(() => (told = true));
  expect(told).toBe(true);
});
