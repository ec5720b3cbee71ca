import { expect, test } from '@jest/globals';
import {
  deltaSeconds,
  isUnqualified,
  listedFields,
  parseCacheControl,
} from '../../src/http/cache-control.js';

const entries = (field: string | readonly string[] | undefined) => [...parseCacheControl(field)];

test.each<[string | readonly string[] | undefined, [string, string | true][]]>([
  [undefined, []],
  ['', []],
  [' , ,', []],
  ['No-Store', [['no-store', true]]],
  [
    'max-age=5, public',
    [
      ['max-age', '5'],
      ['public', true],
    ],
  ],
  ['max-age = "5"', [['max-age', '5']]],
  [
    'private="a, b\\"c", max-age=1',
    [
      ['private', 'a, b"c'],
      ['max-age', '1'],
    ],
  ],
  ['max-age=1, max-age=2', [['max-age', '1']]],
  ['max-age=', [['max-age', '']]],
  [
    ['public', 'max-age=1'],
    [
      ['public', true],
      ['max-age', '1'],
    ],
  ],
])('RFC 9111, 5.2: %p', (field, expected) => expect(entries(field)).toEqual(expected));

test('a field too long to be read forbids to store', () => {
  expect(entries(`max-age=60, ${'x, '.repeat(2_000)}private`)).toEqual([['no-store', true]]);
  expect(parseCacheControl(`max-age=60${' '.repeat(4_086)}`).get('max-age')).toBe('60');
});

test.each<[string, number | undefined]>([
  ['max-age=60', 60],
  ['max-age=0', 0],
  ['max-age=-1', 0],
  ['max-age=1.5', 0],
  ['max-age=soon', 0],
  ['max-age', 0],
  ['max-age=99999999999999999999', 2 ** 31],
  ['public', undefined],
])('RFC 9111, 1.2.2 and 4.2.1: %s', (field, seconds) =>
  expect(deltaSeconds(parseCacheControl(field), 'max-age')).toBe(seconds),
);

test.each<[string, boolean, string[] | undefined]>([
  ['private', true, undefined],
  ['private=""', true, undefined],
  ['private="A, b "', false, ['a', 'b']],
  ['public', false, undefined],
])('RFC 9111, 5.2.2.7: %s', (field, unqualified, listed) => {
  const directives = parseCacheControl(field);
  expect([isUnqualified(directives, 'private'), listedFields(directives, 'private')]).toEqual([
    unqualified,
    listed,
  ]);
});
