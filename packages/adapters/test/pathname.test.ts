import { expect, test } from '@jest/globals';
import { pathname } from '../src/pathname.js';

test.each([
  ['/a/b?c=/d', '/a/b'],
  ['/', '/'],
  ['http://host:80/a/b?c', '/a/b'],
  ['HTTP://host', '/'],
  ['https://host?x=1', '/'],
  ['/a#b?c', '/a'],
  ['/a?b#c', '/a'],
  ['*', '*'],
  ['//host/a', '//host/a'],
  [undefined, '/'],
])('the path of %p is %p', (target, path) => {
  expect(pathname(target)).toBe(path);
});
