import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '@spark-perf/core';

/** A context for a request that no host has made one for. */
export function upgradeContext(req: IncomingMessage, res: ServerResponse, mountpath: string): Context {
  const { method = 'GET', url = '/', headers } = req;
  const pathname = (url.split('?')[0] ?? '/').slice(mountpath.length) || '/';
  return {
    req,
    res,
    method,
    path: pathname,
    mountpath: mountpath === '' ? undefined : mountpath,
    originalUrl: url,
    query: {},
    headers,
    params: {},
    body: null,
    state: {},
    statusCode: 200,
    responded: false,
    ip: req.socket.remoteAddress ?? '',
    get: (name) => {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    set(name, value) {
      res.setHeader(name, value);
    },
    status(code) {
      this.statusCode = res.statusCode = code;
      return this;
    },
    json(data) {
      this.send(JSON.stringify(data));
    },
    send(data) {
      res.end(data);
    },
  };
}
