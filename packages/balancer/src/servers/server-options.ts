import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  InvalidOptionError,
  numberOption,
  integerOption,
  optionsObject,
  stringOption,
} from '@spark-perf/core';

/** A server as users describe it. */
export interface ServerOptions {
  /** Unique in its balancer. */
  readonly id: string;
  /**
   * `http://host:port`, `https://host:port`, or `unix:/path/to.sock`. A path in it is put before that of every request
   * (`unix:/path/to.sock:/base`).
   */
  readonly url: string;
  /** Share of the traffic, relative to the others'. Above 0. @default 1 */
  readonly weight?: number | undefined;
  /** Backups have a higher number: they serve while nobody with a lower one is healthy. From 0. @default 0 */
  readonly priority?: number | undefined;
  /** Most requests and tunnels at a time; more wait in the queue. @default Infinity */
  readonly maxConnections?: number | undefined;
  /**
   * For `https:`: certificates, `servername`, `rejectUnauthorized`… as Node's `tls.connect` knows them. The name that
   * is asked for and verified is never the client's. @default Node's, with the host of `url` as `servername`
   */
  readonly tls?: ConnectionOptions | undefined;
  /** A full URL to check in its place. @default `url` with the health check's `path` */
  readonly healthUrl?: string | undefined;
  /** The value of `Host` that requests carry. @default the host of `url`; `localhost` for `unix:` */
  readonly host?: string | undefined;
}

/** Where a server listens. */
export interface UpstreamTarget {
  /** `http://host:port`. For a socket path the host is a stand-in. */
  readonly origin: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** What `Host` says. */
  readonly host: string;
  readonly socketPath: string | undefined;
  /** Put before every path; empty, or with a leading and without a trailing slash. */
  readonly basePath: string;
  readonly tls: ConnectionOptions | undefined;
}

export interface ResolvedServerOptions {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  readonly priority: number;
  readonly maxConnections: number;
  readonly target: UpstreamTarget;
  readonly healthTarget: UpstreamTarget | undefined;
}

const KNOWN = ['id', 'url', 'weight', 'priority', 'maxConnections', 'tls', 'healthUrl', 'host'] as const;

/** @throws InvalidOptionError */
export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  if (options === undefined) throw new InvalidOptionError('server', 'an object', options);
  // What else the guide's users keep on their server objects must not be a mistake: ids and URLs are.
  const given = optionsObject<ServerOptions>('server', options, KNOWN);
  const id = stringOption('id', given.id, undefined);
  if (id === undefined) throw new InvalidOptionError('id', 'a non-empty string', given.id);
  const host = stringOption('host', given.host, undefined);
  if (host !== undefined && !/^[!-~]+$/.test(host))
    throw new InvalidOptionError('host', 'the value of a Host field', host);
  const target = parseTarget('url', given.url, given);
  return {
    id,
    url: given.url ?? '',
    weight: numberOption('weight', given.weight, 1, { min: Number.MIN_VALUE, max: 1e6 }),
    priority: integerOption('priority', given.priority, 0),
    maxConnections: integerOption('maxConnections', given.maxConnections, Infinity, {
      min: 1,
      infinity: true,
    }),
    target,
    healthTarget:
      given.healthUrl === undefined ? undefined : parseTarget('healthUrl', given.healthUrl, given),
  };
}

function parseTarget(name: string, url: unknown, options: Partial<ServerOptions>): UpstreamTarget {
  // Only of a check is the URL all that is asked for.
  const isCheck = name === 'healthUrl';
  const rule = `an http:, https: or unix: URL without ${isCheck ? '' : 'query, '}fragment or credentials`;
  if (typeof url !== 'string') throw new InvalidOptionError(name, rule, url);
  const { tls } = options;
  const unix = /^unix:(\/[^:]+)(?::(\/[^#]*))?$/.exec(url);
  if (unix !== null) {
    const [, socketPath, path = ''] = unix;
    if (!/^[!-~]*$/.test(path) || (path.includes('?') && !isCheck))
      throw new InvalidOptionError(name, rule, url);
    return {
      origin: 'http://localhost',
      secure: false,
      hostname: 'localhost',
      port: 80,
      host: options.host ?? 'localhost',
      socketPath,
      basePath: isCheck ? path : withoutSlash(path),
      tls,
    };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (
    parsed === undefined ||
    !['http:', 'https:'].includes(parsed.protocol) ||
    parsed.username + parsed.password + parsed.hash !== '' ||
    (parsed.search !== '' && !isCheck)
  ) {
    throw new InvalidOptionError(name, rule, url);
  }
  const secure = parsed.protocol === 'https:';
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '');
  return {
    origin: parsed.origin,
    secure,
    hostname,
    port: Number(parsed.port || (secure ? 443 : 80)),
    host: options.host ?? parsed.host,
    socketPath: undefined,
    basePath: isCheck ? parsed.pathname + parsed.search : withoutSlash(parsed.pathname),
    // Named here, or it would be taken from the request's `Host`. An address is no name (RFC 6066, section 3).
    tls: secure ? { servername: isIP(hostname) === 0 ? hostname : '', ...tls } : tls,
  };
}

const withoutSlash = (path: string): string => path.replace(/\/+$/, '');
