import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { canonicalJson } from '../src/canonical-json.js';

describe('the examples of RFC 8785', () => {
  test('section 3.2.2: literals, numbers and escapes', () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalJson(JSON.parse(text))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('section 3.2.3: names are sorted by their UTF-16 code units', () => {
    const text = String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const values = Object.values(JSON.parse(canonicalJson(JSON.parse(text))) as object);
    // JSON.parse puts the integer-like name first; it is second in the text.
    expect(canonicalJson(JSON.parse(text)).startsWith('{"\\r":"Carriage Return","1":"One"')).toBe(true);
    expect(values.filter((value) => value !== 'One')).toEqual([
      'Carriage Return',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [333333333.33333325, '333333333.33333325'],
  ])('appendix B: %p is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([NaN, Infinity, '\ud800', { a: '\udead' }, undefined, () => 1, 1n])('%p has no form', (value) => {
    expect(() => canonicalJson(value)).toThrow(RangeError);
  });
});

test('equal documents have one form, different ones never', () => {
  const value = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const shuffled = JSON.parse(JSON.stringify(a, reverseKeys)) as unknown;
      expect(canonicalJson(shuffled)).toBe(canonicalJson(a));
      expect(JSON.parse(canonicalJson(a))).toEqual(JSON.parse(JSON.stringify(a)));
      const same = JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
      expect(canonicalJson(a) === canonicalJson(b)).toBe(same);
    }),
    { seed: testSeed(), numRuns: 500 },
  );
});

function reverseKeys(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

/** Another spelling of equality: members by name, and objects told apart from lists. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { members: members.map(([name, member]) => [name, sortKeys(member)]) };
}

test('what never ends is nested too deeply, whichever way it goes on', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const endless = { toJSON: (): unknown => endless };
  const list: unknown[] = [];
  list.push(list);
  for (const value of [circle, endless, list])
    expect(() => canonicalJson(value)).toThrow('nested too deeply');
});
