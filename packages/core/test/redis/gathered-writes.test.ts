import { expect, test } from '@jest/globals';
import { PassThrough, Writable } from 'node:stream';
import { GatheredWrites } from '../../src/redis/index.js';

/** A stream that notes each system call there would be. */
function notingStream() {
  const calls: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      calls.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join('+'));
      done();
    },
  });
  return { stream, calls };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is written in one turn leaves at its end, in one call', async () => {
  const { stream, calls } = notingStream();
  const writes = new GatheredWrites({ stream });
  const send = async (text: string) => {
    writes.gather();
    stream.write(text);
    await Promise.resolve();
    writes.gather();
    stream.write(`${text}!`);
  };
  void send('a');
  void send('b');
  expect(calls).toEqual([]);
  await turn();
  expect(calls).toEqual(['a+b+a!+b!']);
  expect(stream.writableCorked).toBe(0);
  void send('c');
  await turn();
  expect(calls).toEqual(['a+b+a!+b!', 'c+c!']);
});

test('the stream that was held back is let go, also when the client has another one by then', async () => {
  const [first, second] = [notingStream(), notingStream()];
  const client = { stream: first.stream };
  const writes = new GatheredWrites(client);
  writes.gather();
  first.stream.write('a');
  client.stream = second.stream;
  writes.gather();
  second.stream.write('b');
  await turn();
  expect([first.calls, second.calls]).toEqual([['a'], ['b']]);
  expect([first.stream.writableCorked, second.stream.writableCorked]).toEqual([0, 0]);
});

test('a stream that is destroyed meanwhile does no harm', async () => {
  const stream = new PassThrough();
  const writes = new GatheredWrites({ stream });
  writes.gather();
  stream.destroy();
  await turn();
  expect(() => writes.gather()).not.toThrow();
  await turn();
});

test.each([{}, { stream: null }, { stream: {} }])(
  'a client with %p for a stream writes as ever',
  async (client) => {
    expect(() => new GatheredWrites(client).gather()).not.toThrow();
    await turn();
  },
);
