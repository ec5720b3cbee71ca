import { describe, expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import type { HeadFields } from '../../src/requests/head-fields.js';
import { headField } from '../../src/requests/head-fields.js';
import { isLongLived, isMarked, markLongLived } from '../../src/requests/long-lived.js';

test.each<[string, unknown]>([
  ['an object', { A: '1', 'CONTENT-type': 'x' }],
  ['a flat list', ['A', 'content-type', 'Content-type', 'x']],
  [
    'a list of pairs',
    [
      ['A', 'content-type'],
      ['content-Type', 'x'],
    ],
  ],
])('a field is found in %s, whatever its spelling', (_name, fields) => {
  expect(headField(fields as HeadFields, 'Content-Type')).toBe('x');
  expect(headField(fields as HeadFields, 'Content-Typo')).toBeUndefined();
  expect(headField(fields as HeadFields, 'A')).toBeDefined();
});

test('a value of that name is no field', () => {
  expect(headField(['X-Kind', 'Content-Type'], 'Content-Type')).toBeUndefined();
  expect(headField([], 'Content-Type')).toBeUndefined();
  expect(headField({}, 'Content-Type')).toBeUndefined();
});

describe('what is long-lived', () => {
  test.each([
    ['text/event-stream', true],
    ['TEXT/EVENT-STREAM', true],
    ['text/event-stream; charset=utf-8', true],
    ['text/event-stream ;x', true],
    ['multipart/x-mixed-replace; boundary=b', true],
    ['Multipart/X-Mixed-Replace', true],
    ['text/event-streams', false],
    ['text/eventual', false],
    ['text/html', false],
    ['multipart/x-mixed', false],
    ['multipart/form-data', false],
    ['application/json', false],
    ['', false],
  ])('%j: %s', (type, expected) => {
    expect(isLongLived(fakeContext(), 200, { 'content-type': type })).toBe(expected);
    const set = fakeContext();
    set.res.setHeader('Content-Type', type);
    expect(isLongLived(set, 200, undefined)).toBe(expected);
  });

  test('what is given to writeHead goes before what was set', () => {
    const ctx = fakeContext();
    ctx.res.setHeader('Content-Type', 'text/event-stream');
    expect(isLongLived(ctx, 200, { 'Content-Type': 'text/html' })).toBe(false);
    expect(isLongLived(ctx, 200, { 'X-Other': '1' })).toBe(true);
  });

  test('an upgrade, and what was marked', () => {
    expect(isLongLived(fakeContext(), 101, undefined)).toBe(true);
    const ctx = fakeContext();
    expect([isMarked(ctx), isLongLived(ctx, 200, undefined)]).toEqual([false, false]);
    markLongLived(ctx);
    expect([isMarked(ctx), isLongLived(ctx, 200, undefined)]).toEqual([true, true]);
  });
});
