import type { Bytes, Context, Middleware } from '@spark-perf/core';
import { integerOption, optionsObject } from '@spark-perf/core';
import { BodyTooLargeError } from '../errors.js';
import type { BodyParserOptions } from './body-parser-options.js';
import { decompress } from './decompress.js';
import { parseBody } from './parse-body.js';
import { readBody } from './read-body.js';

/** The limit where neither the parser nor the application has one. */
const DEFAULT_LIMIT: Bytes = 1_048_576;

/**
 * A middleware that reads the body into `ctx.body`, by its Content-Type: JSON (also `+json`), forms, text, anything else
 * as a `Buffer`. `ctx.rawBody` keeps the bytes as they were sent. A multipart body is left on the stream, for a parser
 * of files; so is one that another parser has read.
 *
 * Throws `RequestError`s: 413 over the limit, 400 for what is malformed, incomplete or holds a key that reaches a
 * prototype, 415 for an unknown or wrong Content-Encoding and an unknown charset.
 */
export function bodyParser(options?: BodyParserOptions): Middleware {
  const given = optionsObject<BodyParserOptions>('options', options, ['limit']);
  const fixed = given.limit === undefined ? undefined : integerOption('limit', given.limit, DEFAULT_LIMIT);
  return async function bodyParser(ctx, next) {
    if (!isParsed(ctx) && hasBody(ctx)) {
      const type = mediaType(ctx);
      if (!type.startsWith('multipart/')) await parse(ctx, type, fixed ?? applicationLimit(ctx));
    }
    return next();
  };
}

async function parse(ctx: Context, type: string, limit: Bytes): Promise<void> {
  const { headers } = ctx.req;
  if (Number(headers['content-length']) > limit) throw refuseRest(ctx, limit);
  if (ctx.rawBody !== undefined && ctx.rawBody.length > limit) throw refuseRest(ctx, limit);
  const raw = ctx.rawBody ?? (await readBody(ctx.req, limit, () => refuseRest(ctx, limit)));
  ctx.rawBody = raw;
  const bytes = await decompress(raw, headers['content-encoding'], limit);
  ctx.body = parseBody(bytes, type, headers['content-type']);
}

/** A middleware before us may have kept the bytes without parsing them: then they need not be read again. */
function isParsed(ctx: Context): boolean {
  return ctx.rawBody !== undefined && ctx.body !== null && ctx.body !== undefined;
}

/** Nobody will read the rest of this body: the connection can't be used again. */
function refuseRest(ctx: Context, limit: Bytes): BodyTooLargeError {
  if (!ctx.res.headersSent) ctx.res.setHeader('Connection', 'close');
  ctx.req.resume();
  return new BodyTooLargeError(limit);
}

/** RFC 9112, section 6: a request has a body when it says how the body ends. */
function hasBody(ctx: Context): boolean {
  const { headers } = ctx.req;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function mediaType(ctx: Context): string {
  return (ctx.req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function applicationLimit(ctx: Context): Bytes {
  const { app } = ctx as { app?: { settings?: { bodyLimit?: unknown } } };
  return integerOption('bodyLimit', app?.settings?.bodyLimit, DEFAULT_LIMIT);
}
