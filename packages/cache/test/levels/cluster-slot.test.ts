import { expect, test } from '@jest/globals';
import { clusterSlot } from '../../src/levels/cluster-slot.js';

// By CLUSTER KEYSLOT of a Redis.
test.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['bar', 5_061],
  ['', 0],
  ['{user1000}.following', 3_443],
  ['{user1000}.followers', 3_443],
  ['foo{bar}{zap}', 5_061],
])('%s: %i', (key, slot) => expect(clusterSlot(key)).toBe(slot));

test.each([
  ['an empty hash tag is none', 'foo{}{bar}', 'foo{}{bar}'],
  ['nor is one that is not closed', 'foo{bar', 'foo{bar'],
  ['nor one that is closed before it opens', '}{bar', '}{bar'],
  ['it ends with the first brace', 'foo{{bar}}zap', '{bar'],
])('%s', (_name, key, hashed) => {
  // The rest of the key does not matter where there is a tag, and does where there is none.
  const [same, other] = [clusterSlot(key), clusterSlot(`${key}x`)];
  if (key === hashed) expect(same).not.toBe(other);
  else expect([same, other]).toEqual([clusterSlot(hashed), clusterSlot(hashed)]);
});

test('letters of several bytes', () => expect(clusterSlot('ä')).toBe(clusterSlot('x{ä}')));
