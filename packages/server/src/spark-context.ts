import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Context } from '@spark-perf/core';
import type { ContextHost } from './context-host.js';
import { parseCookies } from './cookies.js';
import { InvalidStatusError } from './errors.js';
import { requestPath } from './request-path.js';
import { requestUrl } from './request-url.js';
import { ResponseFields } from './response-fields.js';
import { sendResponse } from './send-response.js';
import type { CookieOptions } from './set-cookie.js';
import { setCookieField } from './set-cookie.js';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const BYTES = 'application/octet-stream';

/**
 * One request and its response, as Spark has it. What a handler may not ask for (URL, query, header copy, cookies,
 * bags) is made when it first asks.
 */
export class SparkContext implements Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly app: ContextHost;
  /** Upper case. */
  readonly method: string;
  /** The raw request target. */
  readonly originalUrl: string;
  /** The pathname. Inside a mounted middleware without the prefix; writable, and what is written is what is routed. */
  path: string;
  /** Set by the router; values are decoded. */
  params: Record<string, string> = {};
  /** What a body parser made of the body; `null` before. */
  body: unknown = null;
  /** The body as it was sent, once a body parser has read it. */
  rawBody: Buffer | undefined = undefined;
  /** Sent by `send` and whatever ends in it. 200 at first. */
  statusCode = 200;
  /** Whether this context has answered. A handler that writes to `res` itself leaves it false. */
  responded = false;
  /** The prefix cut off `path`, inside a mounted middleware. */
  mountpath: string | undefined = undefined;
  /** The pattern that the router matched, such as `/users/:id`. */
  route: string | undefined = undefined;
  user: { id?: unknown } | undefined = undefined;
  /** The methods that the path has instead, where the router knows the path but not the method. @internal */
  allow: string | undefined = undefined;
  /** The route's work, where it takes longer than a call. @internal */
  routing: Promise<void> | undefined = undefined;

  private fields: ResponseFields | undefined = undefined;
  private lazyUrl: URL | undefined = undefined;
  private lazyQuery: Record<string, string | string[] | undefined> | undefined = undefined;
  private lazyHeaders: IncomingHttpHeaders | undefined = undefined;
  private lazyCookies: Record<string, string> | undefined = undefined;
  private lazyState: Record<PropertyKey, unknown> | undefined = undefined;
  private lazySession: Record<string, unknown> | undefined = undefined;
  private lazyFiles: Record<string, unknown> | undefined = undefined;

  constructor(app: ContextHost, req: IncomingMessage, res: ServerResponse) {
    this.app = app;
    this.req = req;
    this.res = res;
    this.method = req.method ?? 'GET';
    this.originalUrl = req.url ?? '/';
    this.path = requestPath(this.originalUrl);
  }

  /** The whole URL; scheme and host as far as `settings.trustProxy` lets proxies say them. */
  get url(): URL {
    return (this.lazyUrl ??= requestUrl(this.protocol(), this.host(), this.originalUrl));
  }

  /** Without prototype; at most 1,000 pairs are read. A repeated name is an array. */
  get query(): Readonly<Record<string, string | string[] | undefined>> {
    return (this.lazyQuery ??= parse(queryOf(this.originalUrl)));
  }

  /** A copy of the request's header fields. */
  get headers(): IncomingHttpHeaders {
    return (this.lazyHeaders ??= { ...this.req.headers });
  }

  get cookies(): Record<string, string> {
    return (this.lazyCookies ??= parseCookies(this.req.headers.cookie));
  }
  set cookies(bag: Record<string, string>) {
    this.lazyCookies = bag;
  }

  /** For middlewares to hand things on. */
  get state(): Record<PropertyKey, unknown> {
    return (this.lazyState ??= {});
  }
  set state(bag: Record<PropertyKey, unknown>) {
    this.lazyState = bag;
  }

  get session(): Record<string, unknown> {
    return (this.lazySession ??= {});
  }
  set session(bag: Record<string, unknown>) {
    this.lazySession = bag;
  }

  get files(): Record<string, unknown> {
    return (this.lazyFiles ??= {});
  }
  set files(bag: Record<string, unknown>) {
    this.lazyFiles = bag;
  }

  /** The client's address; empty when none is known. */
  ip(): string {
    return this.app.proxyFacts.ip(this);
  }

  /** The client's address first, then those of the proxies in between. */
  ips(): string[] {
    return this.app.proxyFacts.ips(this);
  }

  protocol(): 'http' | 'https' {
    return this.app.proxyFacts.protocol(this);
  }

  /** Host and port as the client named them. */
  host(): string {
    return this.app.proxyFacts.host(this);
  }

  /** A request header field. */
  get(name: string): string | undefined {
    const value = (this.lazyHeaders ?? this.req.headers)[name.toLowerCase()];
    return typeof value === 'object' ? value.join(', ') : value;
  }

  /**
   * A response field, sent with the answer; lost when the handler writes to `res` itself. A list becomes one value with
   * commas, except for `Set-Cookie`.
   * @throws InvalidFieldError at CR, LF, NUL and other characters that HTTP does not allow, and over 8,192 characters
   */
  set(name: string, value: string | number | readonly string[]): this {
    (this.fields ??= new ResponseFields()).set(name, value);
    return this;
  }

  /** The same as `set`. */
  setHeader(name: string, value: string | number | readonly string[]): this {
    return this.set(name, value);
  }

  /** A response field that was `set`. */
  getHeader(name: string): string | undefined {
    return this.fields?.get(name);
  }

  removeHeader(name: string): this {
    this.fields?.delete(name);
    return this;
  }

  /** Adds a cookie to the response. @throws InvalidFieldError */
  setCookie(name: string, value: string, options?: CookieOptions): this {
    this.res.appendHeader('Set-Cookie', setCookieField(name, value, options));
    return this;
  }

  /** Makes the client forget a cookie; path and domain must be those it was set with. */
  clearCookie(name: string, options?: CookieOptions): this {
    return this.setCookie(name, '', { ...options, maxAge: 0 });
  }

  /** @throws InvalidStatusError outside 100 to 599 */
  status(code: number): this {
    if (!Number.isInteger(code) || code < 100 || code > 599) throw new InvalidStatusError(code);
    this.statusCode = code;
    return this;
  }

  json(data: unknown): void {
    this.answer(JSON_TYPE, JSON.stringify(data) ?? 'null');
  }

  text(data: unknown): void {
    this.answer(TEXT, String(data));
  }

  html(data: unknown): void {
    this.answer(HTML, String(data));
  }

  /** Text, bytes, nothing, or anything else as JSON. Does nothing when an answer was given already. */
  send(data?: unknown): void {
    if (typeof data === 'string') this.answer(TEXT, data);
    else if (data instanceof Uint8Array) this.answer(BYTES, data);
    else if (data === undefined || data === null) this.answer('', '');
    else this.json(data);
  }

  end(data?: unknown): void {
    this.send(data);
  }

  /** Answers with `Location`. Characters that may not stand in a URL are escaped. */
  redirect(url: string | URL, status = 302): void {
    const target = String(url).toWellFormed();
    this.set('location', target.replace(/[^\x21-\x7e]+/g, encodeURIComponent));
    this.status(status).answer('', '');
  }

  /** Moves the collected fields to `res`, for whoever answers there. @internal */
  flushFields(): void {
    if (this.fields === undefined || this.res.headersSent) return;
    for (const [name, value] of this.fields.entries()) this.res.setHeader(name, value);
    this.fields = undefined;
  }

  private answer(type: string, body: string | Uint8Array): void {
    if (this.responded) return;
    this.responded = true;
    if (this.res.headersSent) return;
    sendResponse(this.res, this.statusCode, this.fields, type, body);
  }
}

function queryOf(target: string): string {
  const mark = target.indexOf('?');
  if (mark === -1) return '';
  const hash = target.indexOf('#', mark);
  return target.slice(mark + 1, hash === -1 ? undefined : hash);
}
