import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { parseIdempotencyKey } from '../src/idempotency-key.js';

test.each([
  ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['  "a b"  ', 'a b'],
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ['clkyoesmbgybucifusbbtdsbohtyuuwz', 'clkyoesmbgybucifusbbtdsbohtyuuwz'],
  [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ['x'.repeat(255), 'x'.repeat(255)],
])('%s is a key', (field, key) => {
  expect(parseIdempotencyKey(field)).toEqual({ kind: 'valid', key });
});

test('no field is no key', () => {
  expect(parseIdempotencyKey(undefined)).toEqual({ kind: 'absent' });
});

test.each([
  ['empty', ''],
  ['only spaces', '   '],
  ['an empty string', '""'],
  ['an open quote', '"abc'],
  ['a list', '"a", "b"'],
  ['a list of tokens', 'a, b'],
  ['an inner list', '(a)'],
  ['a parameter', '"a";p=1'],
  ['bytes', ':YWJj:'],
  ['a boolean', '?1'],
  ['too long', 'x'.repeat(256)],
  ['too long, quoted', `"${'x'.repeat(256)}"`],
  ['enormous', 'x'.repeat(1_000_000)],
  ['not ASCII', '"ä"'],
  ['a control character', '"a\u0001"'],
  ['a bad escape', '"a\\n"'],
  ['text after the string', '"a"b'],
])('%s is malformed', (_name, field) => {
  expect(parseIdempotencyKey(field).kind).toBe('malformed');
});

test('the field given twice is malformed', () => {
  expect(parseIdempotencyKey(['a', 'b']).kind).toBe('malformed');
});

describe('whatever comes', () => {
  test('it is read without a throw, and a valid key is 1 to 255 printable ASCII characters', () => {
    const field = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme-ascii' }).map((text) => `"${text}"`),
    );
    fc.assert(
      fc.property(field, (text) => {
        const result = parseIdempotencyKey(text);
        if (result.kind === 'valid') expect(result.key).toMatch(/^[\x20-\x7e]{1,255}$/);
      }),
      { seed: testSeed(), numRuns: 1_000 },
    );
  });

  test('a key survives being quoted', () => {
    const key = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(key, (text) => {
        const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`;
        expect(parseIdempotencyKey(quoted)).toEqual({ kind: 'valid', key: text });
      }),
      { seed: testSeed(), numRuns: 1_000 },
    );
  });
});
