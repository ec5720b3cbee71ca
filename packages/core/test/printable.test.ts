import { expect, test } from '@jest/globals';
import { printable } from '../src/index.js';

test('escapes what could forge a log line or drive a terminal', () => {
  expect(printable('a\r\nSLOW: fake\u001b[31m\u2028\u202e')).toBe(
    'a\\u000d\\u000aSLOW: fake\\u001b[31m\\u2028\\u202e',
  );
});

test('leaves ordinary text of any language', () => {
  expect(printable('São Paulo 東京 🎉')).toBe('São Paulo 東京 🎉');
});

test('cuts what is long', () => {
  expect(printable('x'.repeat(10_000))).toBe(`${'x'.repeat(200)}…`);
});
