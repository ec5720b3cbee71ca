import { expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import { Fingerprints } from '../src/fingerprint.js';

const json = fakeContext({ method: 'POST', headers: { 'Content-Type': 'application/json' } });
const padding = (length: number): string => 'x'.repeat(length);

test.each([
  ['short', 10],
  ['long', 20_000],
])(
  'a %s JSON body has one fingerprint in all its spellings, however often and in whatever order they come',
  (_size, length) => {
    const fingerprints = new Fingerprints();
    const of = (text: string): string => fingerprints.ofBytes(json, Buffer.from(text));
    const spellings = [
      `{"a":1,"b":"${padding(length)}"}`,
      `{ "b": "${padding(length)}", "a": 1.0 }`,
      `{"\\u0061":1,"b":"${padding(length)}"}`,
    ];
    const found = [...spellings, ...spellings.reverse()].map(of);
    expect(new Set(found).size).toBe(1);
    expect(of(`{"a":2,"b":"${padding(length)}"}`)).not.toBe(found[0]);
  },
);

test.each([
  ['short', 10],
  ['long', 20_000],
])('a %s body that is no JSON is told by its bytes', (_size, length) => {
  const fingerprints = new Fingerprints();
  const of = (text: string): string => fingerprints.ofBytes(json, Buffer.from(text));
  const broken = `{"a":${padding(length)}`;
  expect(of(broken)).toBe(of(broken));
  expect(of(broken)).not.toBe(of(`${broken} `));
});

test('a long body of another JSON type, or of none, is another', () => {
  const fingerprints = new Fingerprints();
  const bytes = Buffer.from(`"${padding(20_000)}"`);
  const of = (type: string): string =>
    fingerprints.ofBytes(fakeContext({ method: 'POST', headers: { 'Content-Type': type } }), bytes);
  expect(new Set(['application/json', 'application/merge-patch+json', 'text/plain'].map(of)).size).toBe(3);
});
