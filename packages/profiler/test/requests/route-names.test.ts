import { expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import { RouteNames } from '../../src/requests/route-names.js';

const named = (names: RouteNames, originalUrl: string) => names.of({ ...fakeContext(), originalUrl });

test.each([
  ['/users/42?token=secret', '/users/:id'],
  ['http://example.com/users/42?x=1', '/users/:id'],
  ['HTTPS://example.com', '/'],
  ['*', '/*'],
])('%s is %s, also when it is met again', (url, name) => {
  const names = new RouteNames();
  expect([named(names, url), named(names, url)]).toEqual([name, name]);
});

test('without an original target the one of Node is taken', () => {
  const ctx = fakeContext({ url: '/b/7' });
  expect(new RouteNames().of({ ...ctx, originalUrl: undefined })).toBe('/b/:id');
});

test('more paths than are kept, and longer ones, have their names all the same', () => {
  const names = new RouteNames();
  for (let i = 0; i < 3_000; i++) expect(named(names, `/p/${i}`)).toBe('/p/:id');
  const long = `/${'word/'.repeat(60)}`;
  expect(named(names, long)).toBe(`/${'word/'.repeat(12)}*`);
});
