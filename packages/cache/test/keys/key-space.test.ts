import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { InvalidKeyError } from '../../src/index.js';
import { KeySpace } from '../../src/keys/key-space.js';

const { root } = KeySpace;

test('keys of the root stand for themselves, up to 512 characters', () => {
  const longest = 'x'.repeat(512);
  expect([root.key('a:b'), root.key(''), root.key(longest)]).toEqual(['a:b', '', longest]);
  expect(root.key(`${longest}x`)).toMatch(/^~#[\w-]{43}$/);
  expect(root.key(`${longest}x`)).not.toBe(root.key(`${longest}y`));
  expect(root.child('n').key(`${longest}x`)).toMatch(/^~1:n\/~#[\w-]{43}$/);
});

test('a name is a string of 1 to 512 characters', () => {
  for (const name of ['a', 'x'.repeat(512)]) {
    expect(root.child(name).prefix).toContain(name);
    expect(root.tag(name)).toContain(name);
  }
  for (const name of ['', 'x'.repeat(513), 5, undefined, null]) {
    expect(() => root.child(name as string)).toThrow(InvalidKeyError);
    expect(() => root.tag(name as string)).toThrow(InvalidKeyError);
  }
  expect(() => root.key(5 as never)).toThrow(InvalidKeyError);
});

test('clear of a namespace is that of it and of all around it', () => {
  const inner = root.child('a').child('b');
  expect(inner.epochs).toEqual([root.epoch, root.child('a').epoch, inner.epoch]);
  expect(new Set(inner.epochs).size).toBe(3);
});

const name = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(...'~:/#1ab') });
const place = fc.record({
  path: fc.array(name, { maxLength: 3 }),
  key: fc.string({ unit: fc.constantFrom(...'~:/#1ab'), maxLength: 8 }),
});

test('two places never share a key, a tag or an epoch', () => {
  const of = ({ path, key }: { path: string[]; key: string }) => {
    const space = path.reduce((outer, one) => outer.child(one), root);
    return { key: space.key(key), tag: space.tag(`${key}.`), epoch: space.epoch };
  };
  fc.assert(
    fc.property(place, place, (a, b) => {
      const same = { path: a.path.join('\\0') === b.path.join('\\0'), key: a.key === b.key };
      const [one, other] = [of(a), of(b)];
      expect(one.key === other.key).toBe(same.path && same.key);
      expect(one.tag === other.tag).toBe(same.path && same.key);
      expect(one.epoch === other.epoch).toBe(same.path);
      expect(new Set([one.tag, one.epoch]).size).toBe(2);
    }),
    { seed: testSeed(), numRuns: soakCount(20_000) },
  );
});
