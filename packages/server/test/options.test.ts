import { afterEach, expect, test } from '@jest/globals';
import { Spark, SPARK_DEFAULTS } from '../src/index.js';
import { resolveSparkOptions } from '../src/options.js';

const { PORT, HOST } = process.env;
afterEach(() => {
  for (const [name, value] of Object.entries({ PORT, HOST })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('the defaults are those that are documented', () => {
  delete process.env.PORT;
  delete process.env.HOST;
  expect(resolveSparkOptions()).toMatchObject({
    ...SPARK_DEFAULTS,
    signals: [],
    security: false,
    https: undefined,
  });
});

test('$PORT and $HOST stand in, options come first', () => {
  Object.assign(process.env, { PORT: '81', HOST: '0.0.0.0' });
  expect(resolveSparkOptions()).toMatchObject({ port: 81, host: '0.0.0.0' });
  expect(resolveSparkOptions({ port: 82, host: '::1' })).toMatchObject({ port: 82, host: '::1' });
  process.env.PORT = 'http';
  expect(() => resolveSparkOptions()).toThrow('port');
});

test.each([
  [{ port: 65_536 }, 'port'],
  [{ port: '80' }, 'port'],
  [{ host: '' }, 'host'],
  [{ https: true }, 'https'],
  [{ security: 'on' }, 'security'],
  [{ signals: ['TERM'] }, 'signals'],
  [{ trustProxy: -1 }, 'trustProxy'],
  [{ bodyLimit: -1 }, 'bodyLimit'],
  [{ headersTimeout: 0 }, 'headersTimeout'],
  [{ requestTimeout: 2 ** 31 }, 'requestTimeout'],
  [{ keepAliveTimeout: '5s' }, 'keepAliveTimeout'],
  [{ closeTimeout: NaN }, 'closeTimeout'],
  [{ maxHeaderSize: 0 }, 'maxHeaderSize'],
  [{ maxConnections: 0 }, 'maxConnections'],
  [{ ignoreTrailingSlash: 1 }, 'ignoreTrailingSlash'],
  [{ clock: {} }, 'clock'],
  [{ prot: 80 }, 'prot'],
])('%j is refused by name', (options, option) => {
  expect(() => new Spark(options as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option }),
  );
});

test('the limits reach the server', () => {
  const { server } = new Spark({
    headersTimeout: 9_000,
    requestTimeout: 8_000,
    keepAliveTimeout: 7_000,
    maxConnections: 5,
  });
  expect(server).toMatchObject({
    headersTimeout: 8_000,
    requestTimeout: 8_000,
    keepAliveTimeout: 7_000,
    maxConnections: 5,
  });
  const defaults = new Spark().server;
  expect([defaults.headersTimeout, defaults.requestTimeout]).toEqual([15_000, 60_000]);
});
