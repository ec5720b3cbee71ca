import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { ResolvedSparkOptions } from './options.js';

/** Node's server with the limits of the options. Nothing listens yet. */
export function httpServer(options: ResolvedSparkOptions, listener: RequestListener): Server {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize, maxConnections, https } = options;
  const limits: ServerOptions = {
    maxHeaderSize,
    // Node refuses a header timeout beyond that of the whole request.
    headersTimeout: requestTimeout === 0 ? headersTimeout : Math.min(headersTimeout, requestTimeout),
    requestTimeout,
    keepAliveTimeout,
    // Node looks for late requests at this interval (30 s by default, whatever the timeouts): a timeout is late by it.
    connectionsCheckingInterval: Math.max(
      50,
      Math.min(headersTimeout, requestTimeout || Infinity, 20_000) / 4,
    ),
  };
  const server =
    https === undefined
      ? createServer(limits, listener)
      : createSecureServer({ ...limits, ...https }, listener);
  if (maxConnections !== Infinity) server.maxConnections = maxConnections;
  return server;
}
