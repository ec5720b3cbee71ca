import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { ResponseCounter } from '../src/response-counter.js';

const BYTES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 503 Busy\r\nContent-Length: 12\r\n\r\nabcdefghijkl',
].join('');

test('finds every response, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
      const statuses: number[] = [];
      const counter = new ResponseCounter((status) => statuses.push(status));
      const bytes = Buffer.from(BYTES);
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length]!;
        counter.push(bytes.subarray(at, at + size));
        at += size;
      }
      expect(statuses).toEqual([200, 204, 200, 404, 200, 503]);
      expect(counter.idle).toBe(true);
    }),
    { seed: testSeed() },
  );
});

test('a head that does not end is an error, not a full memory', () => {
  const counter = new ResponseCounter(() => {});
  expect(() => {
    for (let index = 0; index < 200; index++) counter.push(Buffer.alloc(1_024, 'x'));
  }).toThrow('does not end');
});
