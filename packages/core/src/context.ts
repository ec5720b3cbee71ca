import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/**
 * What a middleware of this suite needs of a request.
 *
 * Spark's own ctx satisfies it at run time, `@spark-perf/server` by type, the adapters build it elsewhere.
 */
export interface Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Upper case. */
  readonly method: string;
  /** The pathname; without the prefix inside a mounted middleware. */
  path: string;
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  readonly headers: IncomingHttpHeaders;
  params: Record<string, string>;
  body: unknown;
  state: Record<PropertyKey, unknown>;
  statusCode: number;
  /** True once an answer was given through the context. A streaming handler leaves it false: ask `res`. */
  responded: boolean;
  /** The body's bytes, where a parser or one of our middlewares has read them. */
  rawBody?: Buffer | undefined;
  mountpath?: string | undefined;
  /** The raw request target. */
  originalUrl?: string | undefined;
  /** A property in some hosts, a method in others: read it through `clientIp(ctx)`. */
  readonly ip: string | (() => string);
  /** The matched pattern, such as `/users/:id`, where the host knows it. */
  readonly route?: string | undefined;
  user?: { id?: unknown } | undefined;
  /** A request header. */
  get(name: string): string | undefined;
  /** A response header, kept by the host until it answers; lost when the handler streams. */
  set(name: string, value: string | number): unknown;
  status(code: number): this;
  json(data: unknown): unknown;
  send(data: unknown): unknown;
}
