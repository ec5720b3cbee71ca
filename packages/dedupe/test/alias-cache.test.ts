import { expect, test } from '@jest/globals';
import { AliasCache } from '../src/alias-cache.js';

test('keeps what is asked for again through a flood, and forgets the rest', () => {
  const aliases = new AliasCache();
  aliases.set('kept', 'canonical');
  aliases.set('forgotten', 'canonical');
  for (let i = 0; i < 10_000; i++) {
    aliases.set(`flood${i}`, 'other');
    if (i % 100 === 0) expect(aliases.get('kept')).toBe('canonical');
  }
  expect(aliases.get('forgotten')).toBeUndefined();
  expect(aliases.get('flood9999')).toBe('other');
});
