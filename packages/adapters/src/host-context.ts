import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Context } from '@spark-perf/core';
import type { HostFacts } from './host-facts.js';
import type { Passage } from './passage.js';
import { ResponseOver } from './response-over.js';

/** The context of one request on another host than Spark: Node's objects, the host's facts, and what we put on it. */
export class HostContext implements Context {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  // Declared so that all contexts have one shape; made when asked for.
  #facts: HostFacts;
  #path: string | undefined = undefined;
  #query: Readonly<Record<string, string | string[] | undefined>> | undefined = undefined;
  #params: Record<string, string> | undefined = undefined;
  #body: unknown = undefined;
  #rawBody: Buffer | undefined = undefined;
  #state: Record<PropertyKey, unknown> | undefined = undefined;
  #status: number | undefined = undefined;
  #responded = false;
  #user: { id?: unknown } | undefined = undefined;
  #over: ResponseOver | undefined = undefined;
  #passages: Passage[] | undefined = undefined;

  constructor(req: IncomingMessage, res: ServerResponse, facts: HostFacts) {
    this.req = req;
    this.res = res;
    this.#facts = facts;
  }

  /** Another layer of the host has come upon the request: it may know more. */
  update(facts: HostFacts): void {
    this.#facts = facts;
  }

  /** Tells of the end of the response. */
  get over(): ResponseOver {
    return (this.#over ??= new ResponseOver(this.res));
  }

  /** Ours that the request is within, the outermost first. Those of hosts with callbacks. */
  get passages(): Passage[] {
    return (this.#passages ??= []);
  }

  get method(): string {
    return this.req.method ?? 'GET';
  }

  get path(): string {
    return this.#path ?? this.#facts.path();
  }
  set path(path: string) {
    this.#path = path;
  }

  get originalUrl(): string {
    return this.#facts.originalUrl();
  }

  get mountpath(): string | undefined {
    return this.#facts.mountpath?.();
  }

  get query(): Readonly<Record<string, string | string[] | undefined>> {
    if (this.#query === undefined) {
      const url = this.originalUrl;
      const mark = url.indexOf('?');
      this.#query = parse(mark === -1 ? '' : url.slice(mark + 1));
    }
    return this.#query;
  }

  get headers(): IncomingHttpHeaders {
    return this.req.headers;
  }

  get params(): Record<string, string> {
    return this.#params ?? this.#facts.params();
  }
  set params(params: Record<string, string>) {
    this.#params = params;
  }

  get body(): unknown {
    return this.#body === undefined ? (this.#facts.body() ?? null) : this.#body;
  }
  set body(body: unknown) {
    this.#body = body;
  }

  get rawBody(): Buffer | undefined {
    if (this.#rawBody !== undefined) return this.#rawBody;
    const kept = this.#facts.rawBody?.();
    if (Buffer.isBuffer(kept)) return kept;
    return typeof kept === 'string' ? Buffer.from(kept) : undefined;
  }
  set rawBody(bytes: Buffer | undefined) {
    this.#rawBody = bytes;
  }

  get state(): Record<PropertyKey, unknown> {
    this.#state ??= {};
    return this.#state;
  }
  set state(state: Record<PropertyKey, unknown>) {
    this.#state = state;
  }

  get user(): { id?: unknown } | undefined {
    return this.#user ?? this.#facts.user?.();
  }
  set user(user: { id?: unknown } | undefined) {
    this.#user = user;
  }

  get statusCode(): number {
    return this.#status ?? (this.res.headersSent ? this.res.statusCode : 200);
  }
  set statusCode(code: number) {
    this.#status = code;
  }

  get responded(): boolean {
    return this.#responded || this.res.headersSent || this.res.writableEnded;
  }
  set responded(responded: boolean) {
    this.#responded = responded;
  }

  get ip(): string {
    return this.#facts.ip() ?? '';
  }

  get route(): string | undefined {
    return this.#facts.route();
  }

  get(name: string): string | undefined {
    const value = this.req.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  set(name: string, value: string | number): this {
    this.res.setHeader(name, String(value));
    return this;
  }

  status(code: number): this {
    this.#status = code;
    return this;
  }

  json(data: unknown): this {
    if (this.responded) return this;
    if (!this.res.hasHeader('Content-Type'))
      this.res.setHeader('Content-Type', 'application/json; charset=utf-8');
    return this.send(JSON.stringify(data));
  }

  send(data: unknown): this {
    if (this.responded) return this;
    this.#responded = true;
    this.res.statusCode = this.#status ?? 200;
    const text = typeof data === 'string' || Buffer.isBuffer(data);
    const body = data === undefined || data === null ? '' : text ? data : JSON.stringify(data);
    if (!this.res.hasHeader('Content-Type') && typeof body === 'string' && body !== '') {
      this.res.setHeader(
        'Content-Type',
        text ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      );
    }
    this.res.setHeader('Content-Length', Buffer.byteLength(body));
    this.res.end(this.method === 'HEAD' ? undefined : body);
    return this;
  }
}
