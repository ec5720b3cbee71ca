import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { canonicalJson } from '../src/canonical-json.js';
import { JsonCanonicalizer } from '../src/json-canonicalizer.js';

const canonicalizer = new JsonCanonicalizer();

/** One canonicalizer for all: what is left of a document must not show in the next one. */
function ofBytes(bytes: Buffer): string | undefined {
  const form = canonicalizer.formOf(bytes);
  return form === undefined ? undefined : Buffer.from(form).toString();
}

const canonicalJsonText = (text: string): string | undefined => ofBytes(Buffer.from(text));

describe('JsonCanonicalizer', () => {
  test('forgets the order of members, whitespace and escapes', () => {
    expect(canonicalJsonText('{"b":[1, 2],"a":"\\u0041"}')).toBe(
      canonicalJsonText(' { "a" : "A", "b" : [1.0,2] } '),
    );
  });

  test.each([
    '{"id":9007199254740993}', // a double can't tell it from …992
    '{"id":0.12345678901234567}',
    '{"a":1,"a":1}', // named twice: which one counts?
    '{"a":{"b":1,"b":2}}',
    '{',
    '',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    '["\\ud800"]',
    '[trXe]',
    '[truX]',
    '[nXll]',
    '[fXlse]',
    '[falsX]',
  ])('%s has none', (text) => {
    expect(canonicalJsonText(text)).toBeUndefined();
  });

  test('15 digits are what a double keeps of every number, 16 are not', () => {
    expect(canonicalJsonText('[12345678901234.50]')).toBeUndefined();
    expect(canonicalJsonText('[1234567890123.50]')).toBe('[1234567890123.5]');
    expect(canonicalJsonText('[999999999999999]')).toBe('[999999999999999]');
    expect(canonicalJsonText('[9999999999999999]')).toBeUndefined();
  });

  test('digits, commas and brackets inside of strings do not count', () => {
    expect(canonicalJsonText('{"card":"4111111111111111,[{","x":"\\"1234567890123456"}')).toBeDefined();
  });

  test('bytes that are no UTF-8 have none', () => {
    expect(ofBytes(Buffer.from('{"name":"é"}', 'latin1'))).toBeUndefined();
  });

  test('a hostile text costs linear time', () => {
    for (const text of [
      '1'.repeat(500_000),
      `"${'\\'.repeat(500_001)}`,
      '1.'.repeat(250_000),
      '['.repeat(500_000),
    ]) {
      expect(canonicalJsonText(text)).toBeUndefined();
    }
  });

  test.each([
    ['1.0', '1'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['0.10', '0.1'],
    ['10', '10'],
    ['-5', '-5'],
    ['9.99', '9.99'],
    ['0.0000001', '1e-7'],
    ['1E2', '100'],
    ['1e+2', '100'],
    ['1.5e-3', '0.0015'],
    [' \t\r\n1\n', '1'],
    ['[ ]', '[]'],
    ['{ }', '{}'],
    ['"\\u0061\\/"', '"a/"'],
    ['"\u007f\u2028é"', '"\u007f\u2028é"'],
    ['{"a!":1,"a":2," ":3}', '{" ":3,"a":2,"a!":1}'],
    ['{"__proto__":1,"2":2,"10":3}', '{"10":3,"2":2,"__proto__":1}'],
  ])('%j is %j', (text, canonical) => {
    expect(canonicalJsonText(text)).toBe(canonical);
  });

  test.each([
    ...['01', '-', '1.', '.5', '+1', '1e', '1e+', '0x1', 'NaN', 'nul', 'truex', '[1,]', '[,1]', '[1 2]', ']'],
    ...[
      '{"a"}',
      '{"a":}',
      '{a:1}',
      '{"a":1,}',
      '{,}',
      '{"a":1 "b":2}',
      "'a'",
      '"a',
      '"\\',
      '"\\x"',
      '"\u0001"',
    ],
    ...['1 1', '\u00a01', '\ufeff1', '//', '{"a":1}}'],
  ])('%j is no JSON', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(canonicalJsonText(text)).toBeUndefined();
  });

  test('is what the parser and the writer of values make of it, for every document', () => {
    const spaced = fc.tuple(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom('', ' ', '\n\t'));
    fc.assert(
      fc.property(spaced, ([value, space]) => {
        const text = JSON.stringify(value, undefined, space);
        const canonical = canonicalJsonText(text);
        // Without one: numbers with more digits than a double keeps for sure.
        if (canonical === undefined) expect(text).toMatch(/\d{3}/);
        else expect(canonical).toBe(canonicalJson(JSON.parse(text)));
      }),
      { seed: testSeed(), numRuns: soakCount(10_000) },
    );
  });

  test('takes no text that the parser refuses', () => {
    const piece = fc.constantFrom(...'{}[]:,"\\-+.eE019 atrufalsn', '"a"', 'true', 'null', '{"a":', '"b":1');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const canonical = canonicalJsonText(text);
        if (canonical !== undefined) expect(canonical).toBe(canonicalJson(JSON.parse(text)));
      }),
      { seed: testSeed(), numRuns: soakCount(100_000) },
    );
  });

  test('a document beyond what is kept for the next one, and numbers that grow', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => `{"z":${i},"ä":"\\u00e9","a":[1e20, 1.50]}`);
    const text = `[${rows.join()}]`;
    expect(canonicalJsonText(text)).toBe(canonicalJson(JSON.parse(text)));
    expect(canonicalJsonText(`[${'1e20,'.repeat(5_000)}0]`)?.length).toBe(22 * 5_000 + 3);
    expect(canonicalJsonText('{"b":1,"a":2}')).toBe('{"a":2,"b":1}');
  });

  test.each([
    // UTF-16 puts a character beyond the basic plane before U+E000 to U+FFFF, UTF-8 after them.
    '{"\ufb33":1,"\ud83d\ude00":2}',
    '{"x\ud83d\ude00":1,"x\ufb33":2,"x":3}',
    '{"b":1,"\\u0061":2}',
    '{"a\\n":1,"a\t":2,"a":3}'.replace('\t', '\\t'),
  ])('%j: names go by what they mean', (text) => {
    expect(canonicalJsonText(text)).toBe(canonicalJson(JSON.parse(text)));
  });

  test.each(['{"a":1,"\\u0061":2}', '{"\\u0061":1,"b":2,"a":3}'])('%j names a member twice', (text) => {
    expect(canonicalJsonText(text)).toBeUndefined();
  });

  test('many members out of order are sorted, and one that is named twice is found', () => {
    const members = Array.from({ length: 1_000 }, (_, i) => `"${(i * 7_919) % 1_000}":${i}`);
    const text = `{${members.join()}}`;
    expect(canonicalJsonText(text)).toBe(canonicalJson(JSON.parse(text)));
    expect(canonicalJsonText(`{${members.join()},"500":0}`)).toBeUndefined();
  });
});
