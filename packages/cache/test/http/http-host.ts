import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { Spark } from '@spark-perf/server';
import type { HttpCacheOptions, MultiLevelCacheOptions } from '../../src/index.js';
import { MultiLevelCache } from '../../src/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** A server whose handler a test writes, behind the cache, on a clock that a test moves. */
export class HttpHost {
  readonly clock = new ManualClock({ wall: 1_800_000_000_000 });
  readonly cache: MultiLevelCache;
  readonly app = new Spark();
  /** How often the handler was called. */
  calls = 0;
  handler: (ctx: Context) => unknown = (ctx) => ctx.json({ call: this.calls });

  constructor(options?: HttpCacheOptions, cacheOptions: MultiLevelCacheOptions = {}) {
    this.cache = new MultiLevelCache({ clock: this.clock, l1TTL: 10_000_000, ...cacheOptions });
    this.app.use(this.cache.middleware({ ttl: 60_000, ...options }));
    this.app.use(async (ctx, next) => {
      if (ctx.path === '/unanswered') return next();
      this.calls++;
      return this.handler(ctx as unknown as Context);
    });
  }

  static async open(options?: HttpCacheOptions, cacheOptions?: MultiLevelCacheOptions): Promise<HttpHost> {
    const host = new HttpHost(options, cacheOptions);
    await host.app.listen(0, '127.0.0.1');
    return host;
  }

  get port(): number {
    return (this.app.server!.address() as AddressInfo).port;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, { headers });
  }

  call(path: string, { method = 'GET', headers = {} }: Call = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { port: this.port, host: '127.0.0.1', path, method, headers, agent: false } as const;
      const req = request(options, (res) => {
        let body = '';
        res.setEncoding('latin1');
        res.on('data', (chunk: string) => (body += chunk));
        res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body }));
        res.on('error', reject);
      });
      req.on('error', reject);
      req.end();
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.cache.close();
  }
}

/** A handler that sends these fields and body. */
export function sends(
  fields: Record<string, string | string[]>,
  body = 'body',
  status = 200,
): (ctx: Context) => void {
  return ({ res }) => {
    res.statusCode = status;
    for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
    res.end(body);
  };
}
