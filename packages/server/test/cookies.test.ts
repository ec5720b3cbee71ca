import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { parseCookies } from '../src/cookies.js';
import { setCookieField } from '../src/set-cookie.js';

test.each([
  [undefined, {}],
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b="2" ;c = 3', { a: '1', b: '2', c: '3' }],
  ['a=1; a=2', { a: '1' }],
  ['novalue; =x; b=', { b: '' }],
  ['a=%20%C3%A9; b=%zz; c=a=b', { a: ' é', b: '%zz', c: 'a=b' }],
  ['constructor=1; toString=2', { constructor: '1', toString: '2' }],
])('%j', (field, cookies) => {
  expect({ ...parseCookies(field) }).toEqual(cookies);
});

test('a cookie named __proto__ is a name like any other', () => {
  const cookies = parseCookies('__proto__=1');
  expect([Object.getPrototypeOf(cookies), Object.keys(cookies)]).toEqual([null, ['__proto__']]);
});

test('what setCookieField writes is read back', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/), fc.string({ unit: 'binary' }), (name, value) => {
      const field = setCookieField(name, value);
      expect(field).toMatch(/^[\x20-\x7e]*$/);
      expect(parseCookies(field)[name]).toBe(value);
    }),
    { seed: testSeed(), numRuns: soakCount(2_000) },
  );
});

test('attributes', () => {
  const field = setCookieField('a', 'b', {
    maxAge: 90_500,
    path: '/x',
    domain: 'example.org',
    httpOnly: false,
    secure: true,
    sameSite: 'strict',
  });
  expect(field).toBe('a=b; Path=/x; Domain=example.org; Max-Age=90; Secure; SameSite=Strict');
});

test.each([
  ['a b', {}],
  ['a', { path: '/;Domain=evil' }],
  ['a', { domain: 'x\r\ny' }],
])('%j %j is refused', (name, options) => {
  expect(() => setCookieField(name, '', options)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_FIELD' }),
  );
});
