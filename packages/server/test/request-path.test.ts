import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { requestPath } from '../src/request-path.js';

test.each([
  ['/', '/'],
  ['/a/b?c=/../d', '/a/b'],
  ['/a#b', '/a'],
  ['/a/./b/../c', '/a/c'],
  ['/a/%2e%2E/b', '/b'],
  ['/.well-known/x', '/.well-known/x'],
  ['/a\\b', '/a/b'],
  ['//evil/x', '//evil/x'],
  ['/%E4%BD%A0', '/%E4%BD%A0'],
  ['/a%2Fb', '/a%2Fb'],
  ['http://host:80/a?b', '/a'],
  ['HTTPS://host', '/'],
  ['*', '*'],
  ['/%zz', ''],
  ['/%', ''],
  ['/%ff', ''],
  ['/?%zz', '/'],
  ['', ''],
  ['x', ''],
  ['ftp://host/a', ''],
  ['http://[::1/a', ''],
])('%s → "%s"', (target, path) => {
  expect(requestPath(target)).toBe(path);
});

test('is what URL says, or empty where an escape is malformed', () => {
  const part = fc.oneof(
    fc.constantFrom('.', '..', '%2e', '%', '%25', '/', '\\', '?', '#', ';', '%2f', '%c3%a9', '|', '"'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const target = `/${parts.join('').replace(/\s/g, '')}`;
      const path = requestPath(target);
      const { pathname } = new URL(`http://host${target}`);
      let decodes = true;
      try {
        decodeURIComponent(pathname);
      } catch {
        decodes = false;
      }
      expect(path).toBe(decodes ? pathname : '');
    }),
    { seed: testSeed(), numRuns: soakCount(20_000) },
  );
});
