import { expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import type { NotableRequest } from '../../src/index.js';
import { errorName, NotableRequests, redactedUrl } from '../../src/requests/notable-requests.js';

const notable = (at: number): NotableRequest => ({
  ...{ reason: 'slow', route: 'GET:/a', method: 'GET', url: '/a', statusCode: 200, error: null },
  ...{ duration: at, at },
});

test.each([0, 1, 3])('of ten requests the last %d are kept, oldest first', (capacity) => {
  const ring = new NotableRequests(capacity);
  for (let i = 0; i < 10; i++) {
    ring.add(notable(i));
    const seen = Array.from({ length: i + 1 }, (_, at) => at);
    expect(ring.list().map(({ at }) => at)).toEqual(capacity === 0 ? [] : seen.slice(-capacity));
  }
});

test.each([
  ['/a', '/a'],
  ['/a?', '/a?'],
  ['/a?key=secret&page=2', '/a?key=…&page=…'],
  ['/a?secret', '/a?…'],
  ['/a?&&x=1&', '/a?x=…'],
  ['/a?x=a=b', '/a?x=…'],
  ['/a#token=secret', '/a'],
  ['/a?x=1#token=secret', '/a?x=…'],
  ['/a\u0000b', '/a\\u0000b'],
])('%j is kept as %j', (url, kept) => {
  expect(redactedUrl({ ...fakeContext(), originalUrl: url })).toBe(kept);
});

test('neither a long path nor many parameters make it long', () => {
  const of = (originalUrl: string) => redactedUrl({ ...fakeContext(), originalUrl });
  expect(of(`/${'a'.repeat(10_000)}`)).toHaveLength(257);
  expect(of(`/a?${'k=v&'.repeat(1_000)}`).match(/k/g)).toHaveLength(32);
});

test('where the host does not keep the original target, the one of Node is taken', () => {
  const ctx = fakeContext({ url: '/b?x=1' });
  expect(redactedUrl({ ...ctx, originalUrl: undefined })).toBe('/b?x=…');
});

test('an error is told by its class alone', () => {
  expect(errorName(new TypeError('secret'))).toBe('TypeError');
  expect(errorName('secret')).toBe('string');
  expect(errorName(Object.assign(new Error('x'), { name: 'E'.repeat(100) }))).toBe(`${'E'.repeat(64)}…`);
});
