import { expect, test } from '@jest/globals';
import { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { fakeContext } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { ResponseOver } from '../src/response-over.js';
import { listen } from './listen.js';

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

test('tells of a pipelined response whose client has left before its turn came, also those who ask later', async () => {
  const told: string[] = [];
  const overs = new Map<string, ResponseOver>();
  const server = await listen((req, res) => {
    const path = req.url!;
    overs.set(path, new ResponseOver(res));
    overs.get(path)!.tell(() => told.push(path));
    if (path !== '/1') res.end('waits for the first one');
  });
  try {
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    client.on('error', () => {});
    client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await waitFor(() => overs.size === 3);
    expect(told).toEqual([]);
    client.destroy();
    await waitFor(() => told.length === 3);
    overs.get('/3')!.tell(() => told.push('later'));
    expect(told.sort()).toEqual(['/1', '/2', '/3', 'later']);
  } finally {
    await server.close();
  }
});
