import { expect, test } from '@jest/globals';
import { readSettings } from '../src/settings.js';

test('has defaults that need nothing installed', () => {
  expect(readSettings({}, 'data')).toMatchObject({
    host: 'localhost',
    port: 3000,
    databaseUrl: undefined,
    redisUrl: undefined,
  });
});

test.each([
  { PORT: 'http' },
  { PORT: '70000' },
  { PORT: '' },
  { DATABASE_URL: 'mysql://localhost' },
  { REDIS_URL: 'localhost:6379' },
])('refuses %p', (env) => {
  expect(() => readSettings(env, 'data')).toThrow(Object.keys(env)[0]);
});

test('does not repeat a URL, which may hold a password', () => {
  expect(() => readSettings({ DATABASE_URL: 'mysql://me:secret@host' }, 'data')).toThrow(/^(?!.*secret)/);
});
