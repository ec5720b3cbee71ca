import type { Bytes, Context, Milliseconds, Ratio } from '@spark-perf/core';
import {
  booleanOption,
  enumOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  stringOption,
} from '@spark-perf/core';

/** What a request is kept under, besides the method. */
export type HttpKeyFunction = (ctx: Context) => unknown;

/** Options of `cache.middleware()`. All durations are milliseconds. */
export interface HttpCacheOptions {
  /** Freshness of 200 answers to GET that carry neither `Cache-Control` nor `Expires`; 0: they are not kept. @default the cache's `l1TTL` */
  readonly ttl?: Milliseconds | undefined;
  /** What a request is kept under, in place of host, path and query; `undefined` leaves it to those. @default none */
  readonly key?: HttpKeyFunction | undefined;
  /** Told apart from others of the same key by it, a user's id above all; with it requests with credentials are cached. @default none */
  readonly varyBy?: HttpKeyFunction | undefined;
  /** Which of GET and HEAD are answered. @default ['GET', 'HEAD'] */
  readonly methods?: readonly ('GET' | 'HEAD')[] | undefined;
  /** Longest body that is kept; at least 0. @default 1_048_576 (1 MiB) */
  readonly maxBodySize?: Bytes | undefined;
  /** Other options for some requests; the first rule that matches counts. @default [] */
  readonly rules?: readonly HttpCacheRule[] | undefined;
  /** `request`: the Host field is part of the key. A list: hosts not in it are not cached. `ignore`: one for all hosts. @default 'request' */
  readonly host?: 'request' | 'ignore' | readonly string[] | undefined;
  /** Query parameters that are not part of the key. @default [] */
  readonly ignoreQuery?: readonly string[] | undefined;
  /** What is made of a response that sets a cookie. @default 'refuse' */
  readonly setCookie?: 'refuse' | 'strip' | 'store' | undefined;
  /** The entity tag given to kept answers that have none. @default 'weak' */
  readonly etag?: 'weak' | 'strong' | false | undefined;
  /** Share of the time since `Last-Modified` taken for freshness where nothing else tells it; 0: none. @default 0 */
  readonly heuristic?: Ratio | undefined;
  /** RFC 5861's `stale-while-revalidate` for answers that do not say it. @default 0 */
  readonly staleWhileRevalidate?: Milliseconds | undefined;
  /** RFC 5861's `stale-if-error` for answers that do not say it. @default 0 */
  readonly staleIfError?: Milliseconds | undefined;
  /** How long stale answers with a validator are kept to be revalidated. @default 300_000 */
  readonly staleRetention?: Milliseconds | undefined;
  /** Longest wait for the same request under way; then the request runs by itself. At least 1. @default 10_000 */
  readonly collapseTimeout?: Milliseconds | undefined;
  /** Variants kept of one resource, the newest; at least 1. @default 20 */
  readonly maxVariants?: number | undefined;
  /** The name in `Cache-Status`; a token. @default 'spark' */
  readonly name?: string | undefined;
  /** Requests that go past the cache. @default none */
  readonly skip?: ((ctx: Context) => boolean) | undefined;
}

/** Options for the requests of some paths. */
export interface HttpCacheRule extends Omit<
  HttpCacheOptions,
  'rules' | 'methods' | 'name' | 'collapseTimeout'
> {
  /** A path, a prefix that ends in `*`, or an expression, matched against the original path. */
  readonly path: string | RegExp;
  /** Whether these requests are cached. @default true */
  readonly cache?: boolean | undefined;
}

/** The defaults of `HttpCacheOptions`. */
export const HTTP_CACHE_DEFAULTS = Object.freeze({
  maxBodySize: 1_048_576,
  host: 'request',
  setCookie: 'refuse',
  etag: 'weak',
  heuristic: 0,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  staleRetention: 300_000,
  collapseTimeout: 10_000,
  maxVariants: 20,
  name: 'spark',
});

export type ResolvedHttpOptions = ReturnType<typeof resolveHttpOptions>;

const KNOWN = [
  ...Object.keys(HTTP_CACHE_DEFAULTS),
  ...['ttl', 'key', 'varyBy', 'methods', 'rules', 'ignoreQuery', 'skip'],
];

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveHttpOptions(
  raw: HttpCacheOptions | undefined,
  ttl: Milliseconds,
  base: HttpCacheOptions = {},
) {
  const given = optionsObject<HttpCacheOptions>('options', raw, KNOWN);
  const options = {
    ...base,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  const defaults = HTTP_CACHE_DEFAULTS;
  const host: HttpCacheOptions['host'] = options.host ?? 'request';
  if (host !== 'request' && host !== 'ignore' && !Array.isArray(host))
    throw new InvalidOptionError('host', "'request', 'ignore' or an array of host names", host);
  const name = stringOption('name', options.name, defaults.name);
  if (!/^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(name)) throw new InvalidOptionError('name', 'a token', name);
  const methods = options.methods ?? ['GET', 'HEAD'];
  if (!Array.isArray(methods) || methods.some((method) => method !== 'GET' && method !== 'HEAD'))
    throw new InvalidOptionError('methods', "an array of 'GET' and 'HEAD'", methods);
  const ignoreQuery: readonly unknown[] = options.ignoreQuery ?? [];
  if (!Array.isArray(ignoreQuery) || ignoreQuery.some((one) => typeof one !== 'string'))
    throw new InvalidOptionError('ignoreQuery', 'an array of strings', ignoreQuery);
  const duration = (option: 'staleWhileRevalidate' | 'staleIfError' | 'staleRetention') =>
    numberOption(option, options[option], defaults[option]);
  return {
    ttl: numberOption('ttl', options.ttl, ttl),
    key: functionOption<HttpKeyFunction, undefined>('key', options.key, undefined),
    varyBy: functionOption<HttpKeyFunction, undefined>('varyBy', options.varyBy, undefined),
    methods: new Set<string>(methods),
    maxBodySize: integerOption('maxBodySize', options.maxBodySize, defaults.maxBodySize),
    host:
      typeof host === 'string' ? host : new Set((host as readonly string[]).map((one) => one.toLowerCase())),
    ignoreQuery: new Set(ignoreQuery.map((one) => encodeURIComponent(one as string))),
    setCookie: enumOption('setCookie', options.setCookie, defaults.setCookie, [
      'refuse',
      'strip',
      'store',
    ] as const),
    etag: enumOption('etag', options.etag, defaults.etag, ['weak', 'strong', false] as const),
    heuristic: numberOption('heuristic', options.heuristic, 0, { max: 1 }),
    staleWhileRevalidate: duration('staleWhileRevalidate'),
    staleIfError: duration('staleIfError'),
    staleRetention: duration('staleRetention'),
    collapseTimeout: numberOption('collapseTimeout', options.collapseTimeout, defaults.collapseTimeout, {
      min: 1,
    }),
    maxVariants: integerOption('maxVariants', options.maxVariants, defaults.maxVariants, { min: 1 }),
    name,
    skip: functionOption<(ctx: Context) => boolean, undefined>('skip', options.skip, undefined),
    cache: true,
  };
}

/** A rule with its options resolved over those of the middleware. */
export interface ResolvedRule {
  readonly matches: (path: string) => boolean;
  readonly options: ResolvedHttpOptions;
}

/** Validates the rules. @throws InvalidOptionError */
export function resolveRules(base: HttpCacheOptions, ttl: Milliseconds): readonly ResolvedRule[] {
  return (base.rules ?? []).map(({ path, cache, ...own }) => {
    const options = { ...resolveHttpOptions(own, ttl, base), cache: booleanOption('cache', cache, true) };
    if (path instanceof RegExp) return { matches: (tested) => tested.search(path) !== -1, options };
    if (typeof path !== 'string' || path === '')
      throw new InvalidOptionError('path', 'a path, a prefix that ends in *, or a RegExp', path);
    if (!path.endsWith('*')) return { matches: (tested) => tested === path, options };
    const prefix = path.slice(0, -1);
    return { matches: (tested) => tested.startsWith(prefix), options };
  });
}
