import type { TLSSocket } from 'node:tls';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { Exchange } from './exchange.js';
import { FieldList } from './field-list.js';
import type { ResponseFields } from './response-fields.js';
import { responseFields } from './response-fields.js';
import { areValidFields } from './valid-fields.js';

/** The head of an answer as it goes to the client. */
export interface AnswerFields extends ResponseFields {
  readonly status: number;
}

/** Filters, adds the sticky cookie and runs `afterResponse`. Undefined when there is nothing that may be relayed. */
export function answerFields(
  exchange: Exchange,
  server: UpstreamServer,
  status: number,
  rawHeaders: readonly string[],
): AnswerFields | undefined {
  const { ctx, engine } = exchange;
  const { afterResponse, sticky, via } = engine.options;
  const fields = responseFields(rawHeaders, status, ctx.req.httpVersionMinor >= 1, via);
  if (fields === undefined) return undefined;
  if (sticky !== undefined && sticky.read(ctx.headers.cookie) !== server.id) {
    const secure = (ctx.req.socket as Partial<TLSSocket>).encrypted === true;
    fields.raw.push('Set-Cookie', sticky.write(server.id, secure));
  }
  if (afterResponse === undefined)
    return { raw: fields.raw, contentLength: fields.contentLength, trailers: fields.trailers, status };
  const response = { status, headers: new FieldList(fields.raw), server: server.id };
  try {
    afterResponse(response, ctx);
  } catch (error) {
    engine.events.emit('hookFailed', { error });
    return undefined;
  }
  const { status: changed } = response;
  if (!Number.isInteger(changed) || changed < 200 || changed > 599 || !areValidFields(fields.raw))
    return undefined;
  return { ...fields, status: changed };
}
