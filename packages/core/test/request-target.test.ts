import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { canonicalQuery, requestTarget } from '../src/index.js';
import { fakeContext } from '../src/testing/index.js';

describe('canonicalQuery', () => {
  test.each([
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1', 'a=2&a=1'],
    ['a=%41+b', 'a=A%20b'],
    ['a&b=', 'a=&b='],
    ['&&a=1&', 'a=1'],
    ['a=%2541', 'a=%2541'],
    ['a=%zz', 'a=%25zz'],
    ['a=b=c', 'a=b%3Dc'],
    ['', ''],
  ])('%s becomes %s', (query, canonical) => {
    expect(canonicalQuery(query)).toBe(canonical);
  });

  test('is idempotent and ignores the order of different names', () => {
    const pair = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: ([name]) => name }), (pairs) => {
        const encoded = pairs.map(([n, v]) => `${encodeURIComponent(n)}=${encodeURIComponent(v)}`);
        const canonical = canonicalQuery(encoded.join('&'));
        expect(canonicalQuery(encoded.reverse().join('&'))).toBe(canonical);
        expect(canonicalQuery(canonical)).toBe(canonical);
      }),
      { seed: testSeed(), numRuns: 500 },
    );
  });

  test('queries with different pairs never share a spelling', () => {
    const pairs = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 });
    const spell = (list: [string, string][]): string =>
      canonicalQuery(list.map(([n, v]) => `${encodeURIComponent(n)}=${encodeURIComponent(v)}`).join('&'));
    const sorted = (list: [string, string][]): string =>
      JSON.stringify([...list].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        fc.pre(sorted(a) !== sorted(b));
        expect(spell(a)).not.toBe(spell(b));
      }),
      { seed: testSeed(), numRuns: 500 },
    );
  });

  test('malformed escapes and lone surrogates do not throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => void canonicalQuery(query)),
      { seed: testSeed() },
    );
    expect(() => canonicalQuery('a=\ud800')).not.toThrow();
  });
});

describe('requestTarget', () => {
  test.each([
    ['/users?b=2&a=1', '/users', 'a=1&b=2'],
    ['/users', '/users', ''],
    ['/users?', '/users', ''],
    ['http://evil.example/users?a=1', '/users', 'a=1'],
    ['http://evil.example?a=1', '/', 'a=1'],
    ['http://evil.example', '/', ''],
    ['/a#frag?x=1', '/a', ''],
    ['//double/slash', '//double/slash', ''],
  ])('%s', (url, path, query) => {
    expect(requestTarget(fakeContext({ url }))).toEqual({ path, query });
  });

  test('is the original path, whatever a mounted middleware sees', () => {
    const ctx = fakeContext({ url: '/api/users' });
    ctx.path = '/users';
    expect(requestTarget(ctx).path).toBe('/api/users');
  });
});
