import type { UpstreamServer } from '../servers/upstream-server.js';
import type { UpstreamRequest } from '../transport/upstream-transport.js';
import type { Exchange } from './exchange.js';
import { FieldList } from './field-list.js';
import type { OutgoingRequest } from './hooks.js';
import type { PreparedRequest } from './prepare-request.js';
import { RequestBody } from './request-body.js';
import { requestFields } from './request-fields.js';
import { isPath } from './is-path.js';
import { areValidRequestFields } from './valid-fields.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What one server is sent. Undefined when `beforeRequest` has failed, or left something that can't be sent. */
export function upstreamRequest(
  exchange: Exchange,
  prepared: PreparedRequest,
  server: UpstreamServer,
): UpstreamRequest | undefined | Promise<UpstreamRequest | undefined> {
  const { ctx, engine, upgrade } = exchange;
  const { beforeRequest, forwarded, preserveHost, via } = engine.options;
  const { body } = prepared;
  const { target } = server.options;
  const host = preserveHost ? undefined : target.host;
  const trusted = isTrusted(exchange);
  const request: Writable<UpstreamRequest> = {
    method: ctx.method,
    path: prepared.path === '*' ? '*' : target.basePath + prepared.path,
    headers: requestFields(ctx.req, {
      host,
      forwarded,
      trusted,
      via,
      length: Buffer.isBuffer(body) ? body.length : undefined,
      decoded: prepared.decoded,
      trailers: prepared.trailers,
    }),
    body: null,
    upgrade: upgrade?.protocol,
    expectContinue: prepared.ask !== undefined,
    trailers: prepared.trailers && body instanceof RequestBody ? body.trailers : undefined,
  };
  if (beforeRequest === undefined) {
    request.body = body instanceof RequestBody ? body.open() : body;
    return request;
  }
  const outgoing: OutgoingRequest = {
    method: request.method,
    path: request.path,
    headers: new FieldList(request.headers),
    server: server.id,
    attempt: exchange.attempts,
  };
  const before = [...request.headers];
  const failed = (error: unknown): undefined => {
    engine.events.emit('hookFailed', { error });
  };
  const finish = (): UpstreamRequest | undefined => {
    const { path } = outgoing;
    if (!areValidRequestFields(request.headers, before) || (!isPath(path) && path !== '*'))
      return failed(new TypeError('beforeRequest left a path or fields that can not be sent'));
    request.path = path;
    request.body = body instanceof RequestBody ? body.open() : body;
    return request;
  };
  try {
    const pending = beforeRequest(outgoing, ctx);
    return pending instanceof Promise ? pending.then(finish).catch(failed) : finish();
  } catch (error) {
    return failed(error);
  }
}

/** Whether the peer is a proxy whose word counts. One that can't be judged is none. */
function isTrusted({ ctx, engine }: Exchange): boolean {
  const { trust } = engine.options;
  if (trust === undefined) return false;
  try {
    return trust(ctx.req.socket.remoteAddress ?? '', 0);
  } catch (error) {
    engine.events.emit('hookFailed', { error });
    return false;
  }
}
