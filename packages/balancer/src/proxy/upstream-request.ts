import type { UpstreamServer } from '../servers/upstream-server.js';
import type { UpstreamRequest } from '../transport/upstream-transport.js';
import type { Exchange } from './exchange.js';
import { FieldList } from './field-list.js';
import type { OutgoingRequest } from './hooks.js';
import type { PreparedRequest } from './prepare-request.js';
import { RequestBody } from './request-body.js';
import { requestFields } from './request-fields.js';
import { areValidFields } from './valid-fields.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What one server is sent. Undefined when `beforeRequest` has failed, or left something that can't be sent. */
export function upstreamRequest(
  exchange: Exchange,
  prepared: PreparedRequest,
  server: UpstreamServer,
): UpstreamRequest | undefined | Promise<UpstreamRequest | undefined> {
  const { ctx, engine, upgrade } = exchange;
  const { beforeRequest, forwarded, preserveHost, trust, via } = engine.options;
  const { body } = prepared;
  const { target } = server.options;
  const host = preserveHost ? undefined : target.host;
  const trusted = trust !== undefined && trust(ctx.req.socket.remoteAddress ?? '', 0);
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
    expectContinue: prepared.expect,
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
  const finish = (): UpstreamRequest | undefined => {
    if (
      !areValidFields(request.headers) ||
      (!/^\/[^\0-\x20\x7f]*$/.test(outgoing.path) && outgoing.path !== '*')
    )
      return undefined;
    request.path = outgoing.path;
    request.body = body instanceof RequestBody ? body.open() : body;
    return request;
  };
  const failed = (error: unknown): undefined => {
    engine.events.emit('hookFailed', { error });
  };
  try {
    const pending = beforeRequest(outgoing, ctx);
    return pending instanceof Promise ? pending.then(finish).catch(failed) : finish();
  } catch (error) {
    return failed(error);
  }
}
