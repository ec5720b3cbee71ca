import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { PathPrefix } from '../src/index.js';

const segment = fc.stringMatching(/^[a-z0-9._~-]{1,6}$/);
const escaped = (text: string, mask: number): string =>
  [...text]
    .map((char, index) =>
      (mask >> index) & 1 ? `%${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char,
    )
    .join('');

test('covers its own segments however they are escaped, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 3 }),
      fc.array(segment, { maxLength: 2 }),
      fc.nat(63),
      fc.string({ minLength: 1, maxLength: 3 }),
      (prefix, rest, mask, tail) => {
        const mounted = new PathPrefix(`/${prefix.join('/')}`);
        const sent = `/${prefix.map((one) => escaped(one, mask)).join('/')}`;
        const path = [sent, ...rest].join('/');
        expect(mounted.lengthIn(path)).toBe(sent.length);
        const letters = tail.replace(/[^a-z]/g, '');
        if (letters !== '') expect(mounted.lengthIn(sent + letters)).toBe(-1);
        expect(mounted.lengthIn(`/${prefix.slice(1).join('/')}`) === -1 || prefix[0] === prefix[1]).toBe(
          true,
        );
      },
    ),
    { seed: testSeed(), numRuns: soakCount(5_000) },
  );
});
