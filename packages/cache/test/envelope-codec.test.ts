import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../src/entry.js';
import { decodeText, encodeText } from '../src/envelope-codec.js';
import { jsonSerializer } from '../src/index.js';

const entry: Entry = {
  value: { text: 'a b\n[1]' },
  ...{ created: 1_700_000_000_000, soft: 1_700_000_060_000, grace: 0, tags: ['e'] },
  ...{ start: 1_700_000_000_123_456, generation: 1_700_000_000_654_321 },
};
const decode = (text: unknown) => decodeText(text, jsonSerializer);

describe('what was written is read', () => {
  test.each<[string, Partial<Entry>]>([
    ['in the root', {}],
    ['with tags that look like the envelope', { tags: ['e', 't/a b', 't/[x]\n1 2', 't/"'] }],
    ['with grace', { grace: 5_000 }],
    ['without a generation', { generation: 0 }],
    ['a text with newlines', { value: '\n 1 2\n' }],
  ])('%s', (_name, change) => {
    const written = { ...entry, ...change };
    const text = encodeText(written, jsonSerializer);
    expect(decode(text)).toEqual({
      ...{ kind: 'value', generation: written.generation, entry: written, size: text.length },
    });
  });

  test('an endless time is a very long one, parts of milliseconds are dropped', () => {
    const written = { ...entry, soft: Infinity, created: 1.7 };
    const stored = decode(encodeText(written, jsonSerializer));
    expect(stored.kind === 'value' && [stored.entry.soft > 2 ** 50, stored.entry.created]).toEqual([true, 1]);
  });
});

describe('what was not written by this version', () => {
  const head = `v${'7'.padStart(16, '0')}${'-'.repeat(8)}`;
  test.each([null, undefined, 5, '', 'v12', `x${head.slice(1)}`, `vnonsense${head.slice(9)}1 2 3 4\nj1`])(
    '%p: absent',
    (text) => expect(decode(text)).toEqual({ kind: 'absent' }),
  );

  test.each([
    '',
    '1 2 3\nj1',
    '1 2 3 \nj1',
    'a 2 3 4\nj1',
    '1 2 3 4',
    '1 2 3 4 [\nj1',
    '1 2 3 4\njx',
    '1 2 3 4 5\nj1',
  ])('%p: its generation counts, its value does not', (body) =>
    expect(decode(head + body)).toEqual({ kind: 'tombstone', generation: 7 }),
  );

  test('a tombstone', () =>
    expect(decode(`t${head.slice(1)}`)).toEqual({ kind: 'tombstone', generation: 7 }));
});
