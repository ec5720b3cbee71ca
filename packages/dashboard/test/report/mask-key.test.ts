import { expect, test } from '@jest/globals';
import { maskKey } from '../../src/report/mask-key.js';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:7:1::9', '2001:db8:7::/48'],
  ['2001:db8:7:1::/56', '2001:db8:7::/48'],
  ['user:1234567890', 'user…'],
  ['secret', 'se…'],
  ['ab', '…'],
  ['', '…'],
  ['👍👍👍👍👍👍', '👍👍…'],
])('%s is shown as %s', (key, shown) => expect(maskKey(key)).toBe(shown));
