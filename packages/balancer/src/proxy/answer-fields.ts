import type { TLSSocket } from 'node:tls';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { Exchange } from './exchange.js';
import { FieldList } from './field-list.js';
import type { ResponseFields } from './response-fields.js';
import { responseFields } from './response-fields.js';
import { areValidAnswerFields } from './valid-fields.js';

/** The head of an answer as it goes to the client. */
export interface AnswerFields extends ResponseFields {
  readonly status: number;
}

/** Filters, adds the sticky cookie and runs `afterResponse`; or why there is nothing that may be relayed. */
export function answerFields(
  exchange: Exchange,
  server: UpstreamServer,
  status: number,
  rawHeaders: readonly string[],
): AnswerFields | 'invalid' | 'hook-failed' {
  const { ctx, engine } = exchange;
  const { afterResponse, sticky, via } = engine.options;
  const fields = responseFields(rawHeaders, status, ctx.req.httpVersionMinor >= 1, via);
  if (fields === undefined) return 'invalid';
  if (sticky !== undefined && sticky.read(ctx.headers.cookie) !== server.id) {
    const secure = (ctx.req.socket as Partial<TLSSocket>).encrypted === true;
    fields.raw.push('Set-Cookie', sticky.write(server.id, secure));
  }
  // A 101 is the end of HTTP on its connection: there is nothing to change.
  if (afterResponse === undefined || status === 101)
    return { raw: fields.raw, contentLength: fields.contentLength, trailers: fields.trailers, status };
  const response = { status, headers: new FieldList(fields.raw), server: server.id };
  try {
    afterResponse(response, ctx);
  } catch (error) {
    engine.events.emit('hookFailed', { error });
    return 'hook-failed';
  }
  const { status: changed } = response;
  if (
    !Number.isInteger(changed) ||
    changed < 200 ||
    changed > 599 ||
    !areValidAnswerFields(fields.raw, fields.contentLength)
  ) {
    engine.events.emit('hookFailed', {
      error: new TypeError('afterResponse left a status or fields that can not be sent'),
    });
    return 'hook-failed';
  }
  if (changed === 204) response.headers.delete('content-length');
  return { ...fields, status: changed };
}
