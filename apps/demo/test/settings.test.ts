import { expect, test } from '@jest/globals';
import { readSettings } from '../src/settings.js';

test('has defaults that need nothing installed', () => {
  expect(readSettings({}, 'data')).toMatchObject({
    host: '127.0.0.1',
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

test('the command line says how many workers there are, and what disturbs them', () => {
  expect(readSettings({}, 'data')).toMatchObject({
    workers: 2,
    traffic: false,
    chaos: false,
    seconds: undefined,
  });
  expect(readSettings({}, 'data', ['--single'])).toMatchObject({ workers: 0 });
  expect(
    readSettings({}, 'data', ['--workers', '3', '--traffic', '--chaos', '--seconds', '20']),
  ).toMatchObject({
    workers: 3,
    traffic: true,
    chaos: true,
    seconds: 20,
  });
});

test.each([['--workers', '0'], ['--workers', 'x'], ['--seconds', '-1'], ['--unknown']])(
  'refuses %s %s',
  (...args) => {
    expect(() => readSettings({}, 'data', args)).toThrow();
  },
);
