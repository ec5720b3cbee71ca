import type { ServerOptions } from 'node:https';
import type { Bytes, Clock, Logger, Milliseconds } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  silentLogger,
  stringOption,
} from '@spark-perf/core';
import type { TrustProxySetting } from './settings.js';

/** What `new Spark(…)` takes. */
export interface SparkOptions {
  /** Port that `listen()` uses; 0 lets the system choose. From 0 to 65535. @default $PORT, else 3000 */
  readonly port?: number | undefined;
  /** Address that `listen()` binds. @default $HOST, else '127.0.0.1' */
  readonly host?: string | undefined;
  /** Serves HTTPS with this key and certificate: options of `https.createServer`. @default plain HTTP */
  readonly https?: ServerOptions | false | undefined;
  /**
   * Taken for compatibility: one application is one process here. A truthy value gives a process warning that names
   * `@spark-perf/lifecycle/cluster`, which starts and restarts workers.
   * @default false
   */
  readonly cluster?: unknown;
  /**
   * `true` sets `X-Content-Type-Options: nosniff`, `X-Frame-Options: SAMEORIGIN` and `Referrer-Policy: no-referrer` on
   * every response; an object sets these and its own `headers` (`false` leaves one out).
   * @default false
   */
  readonly security?: boolean | SecuritySettings | undefined;
  /** Closes the application and ends the process on SIGTERM and SIGINT, or on the named signals. @default false */
  readonly signals?: boolean | readonly NodeJS.Signals[] | undefined;
  /** Which proxies may say who the client is: see `settings.trustProxy`. @default none */
  readonly trustProxy?: TrustProxySetting | undefined;
  /** Longest body that `bodyParser()` reads, in bytes. @default 1_048_576 */
  readonly bodyLimit?: Bytes | undefined;
  /** How long a client may take to send its header fields, in ms. From 1. @default 15_000 */
  readonly headersTimeout?: Milliseconds | undefined;
  /** How long a client may take to send a whole request, in ms; 0 means without end. @default 60_000 */
  readonly requestTimeout?: Milliseconds | undefined;
  /** How long an idle connection is kept, in ms. Longer than that of a proxy in front. @default 5_000 */
  readonly keepAliveTimeout?: Milliseconds | undefined;
  /** How long `close()` waits for each of its steps, in ms. @default 10_000 */
  readonly closeTimeout?: Milliseconds | undefined;
  /** Longest request line and header fields together, in bytes: beyond it is 431. @default 16_384 */
  readonly maxHeaderSize?: Bytes | undefined;
  /** Most connections open at once; further ones are closed on arrival. @default Infinity */
  readonly maxConnections?: number | undefined;
  /** Whether `/users/` matches the route `/users`. @default false */
  readonly ignoreTrailingSlash?: boolean | undefined;
  /** Told of what fails with a 5xx. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default the system's */
  readonly clock?: Clock | undefined;
}

/** Response fields that belong on everything. */
export interface SecuritySettings {
  /** Field by name; `false` leaves a default one out. */
  readonly headers?: Readonly<Record<string, string | false>>;
}

export interface ResolvedSparkOptions {
  readonly port: number;
  readonly host: string;
  readonly https: ServerOptions | undefined;
  readonly cluster: boolean;
  readonly security: false | SecuritySettings;
  readonly signals: readonly NodeJS.Signals[];
  readonly trustProxy: TrustProxySetting | undefined;
  readonly bodyLimit: Bytes;
  readonly headersTimeout: Milliseconds;
  readonly requestTimeout: Milliseconds;
  readonly keepAliveTimeout: Milliseconds;
  readonly closeTimeout: Milliseconds;
  readonly maxHeaderSize: Bytes;
  readonly maxConnections: number;
  readonly ignoreTrailingSlash: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The defaults of `SparkOptions` that do not come from the environment. */
export const SPARK_DEFAULTS = Object.freeze({
  port: 3_000,
  host: '127.0.0.1',
  bodyLimit: 1_048_576,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  closeTimeout: 10_000,
  maxHeaderSize: 16_384,
  maxConnections: Infinity,
});

const MAX_TIMEOUT: Milliseconds = 2 ** 31 - 1;

/** Checks the options and fills them up. @throws InvalidOptionError */
export function resolveSparkOptions(options?: SparkOptions): ResolvedSparkOptions {
  const given = optionsObject<SparkOptions>('options', options, [
    ...[
      'port',
      'host',
      'https',
      'cluster',
      'security',
      'signals',
      'trustProxy',
      'bodyLimit',
      'headersTimeout',
    ],
    ...['requestTimeout', 'keepAliveTimeout', 'closeTimeout', 'maxHeaderSize', 'maxConnections'],
    ...['ignoreTrailingSlash', 'logger', 'clock'],
  ]);
  const { env } = process;
  const timeout = (
    name: 'headersTimeout' | 'requestTimeout' | 'keepAliveTimeout' | 'closeTimeout',
    min = 0,
  ) => integerOption(name, given[name], SPARK_DEFAULTS[name], { min, max: MAX_TIMEOUT });
  return {
    port: integerOption('port', given.port ?? portOf(env.PORT), SPARK_DEFAULTS.port, { max: 65_535 }),
    host: stringOption('host', given.host ?? (env.HOST || undefined), SPARK_DEFAULTS.host),
    https: httpsOption(given.https),
    cluster: Boolean(given.cluster),
    security: securityOption(given.security),
    signals: signalsOption(given.signals),
    trustProxy: given.trustProxy,
    bodyLimit: integerOption('bodyLimit', given.bodyLimit, SPARK_DEFAULTS.bodyLimit),
    headersTimeout: timeout('headersTimeout', 1),
    requestTimeout: timeout('requestTimeout'),
    keepAliveTimeout: timeout('keepAliveTimeout'),
    closeTimeout: timeout('closeTimeout'),
    maxHeaderSize: integerOption('maxHeaderSize', given.maxHeaderSize, SPARK_DEFAULTS.maxHeaderSize, {
      min: 1,
    }),
    maxConnections: numberOption('maxConnections', given.maxConnections, SPARK_DEFAULTS.maxConnections, {
      min: 1,
      integer: true,
      infinity: true,
    }),
    ignoreTrailingSlash: booleanOption('ignoreTrailingSlash', given.ignoreTrailingSlash, false),
    logger: given.logger ?? silentLogger,
    clock: clockOption(given.clock),
  };
}

/** `$PORT`: what is no number is left to the check to refuse. */
function portOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function httpsOption(value: SparkOptions['https']): ServerOptions | undefined {
  if (value === undefined || value === false) return undefined;
  if (typeof value !== 'object' || value === null) {
    throw new InvalidOptionError('https', 'an object with a key and a certificate', value);
  }
  return value;
}

function securityOption(value: SparkOptions['security']): false | SecuritySettings {
  if (value === undefined || value === false) return false;
  if (value === true) return {};
  if (typeof value !== 'object' || value === null) {
    throw new InvalidOptionError('security', 'true, false or an object', value);
  }
  return value;
}

function signalsOption(value: SparkOptions['signals']): readonly NodeJS.Signals[] {
  if (value === undefined || value === false) return [];
  if (value === true) return ['SIGTERM', 'SIGINT'];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && /^SIG[A-Z0-9]+$/.test(one))) {
    throw new InvalidOptionError('signals', 'true, false or a list of signal names', value);
  }
  return value as NodeJS.Signals[];
}
