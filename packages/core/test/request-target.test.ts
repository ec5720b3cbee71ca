import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
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
    ['a=%zz', 'a=%zz'],
    ['a=%ff+%41', 'a=%ff+%41'],
    ['a=%FF', 'a=%FF'],
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

  test.each([
    ['a=%zz', 'a=%25zz'],
    ['a=%ff', 'a=%25ff'],
    ['a=%41%zz', 'a=%2541%25zz'],
    ['%ff=1', '%25ff=1'],
  ])('%s, which is malformed, is not %s', (malformed, wellFormed) => {
    expect(canonicalQuery(malformed)).not.toBe(canonicalQuery(wellFormed));
  });

  test('any two queries that URLSearchParams reads differently have two spellings', () => {
    const part = fc.array(
      fc.constantFrom('%', '%41', '%ff', '%FF', '%25', '2', '5', 'f', '+', '%20', '%C3%A9'),
      {
        maxLength: 4,
      },
    );
    const value = part.map((pieces) => `a=${pieces.join('')}`);
    const read = (query: string): string | null => new URLSearchParams(query).get('a');
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (canonicalQuery(a) === canonicalQuery(b)) expect(read(a)).toBe(read(b));
      }),
      { seed: testSeed(), numRuns: soakCount(20_000) },
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
