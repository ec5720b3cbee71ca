import { stringify } from 'node:querystring';
import type { Context } from '@spark-perf/core';

/** A body whose stream somebody has read already. */
export interface ParsedBody {
  readonly bytes: Buffer;
  /** Whether the bytes are no longer in the request's Content-Encoding. */
  readonly decoded: boolean;
}

/**
 * The body to send where a parser has consumed the stream: the raw bytes where they were kept, else the parsed body
 * in its own media type. Undefined when it can't be written again (a parsed multipart form, say).
 */
export function parsedBody(ctx: Context): ParsedBody | undefined {
  const decoded = ctx.headers['content-encoding'] !== undefined;
  // The raw bytes are as they were sent, a parsed body is not.
  if (ctx.rawBody !== undefined) return { bytes: ctx.rawBody, decoded: false };
  const bytes = encode(ctx.body, ctx.headers['content-type'] ?? '');
  return bytes === undefined ? undefined : { bytes, decoded };
}

function encode(body: unknown, contentType: string): Buffer | undefined {
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (type === 'application/json' || type.endsWith('+json')) {
    const text = JSON.stringify(body) as string | undefined;
    return text === undefined ? undefined : Buffer.from(text);
  }
  if (typeof body === 'string') return Buffer.from(body);
  if (type === 'application/x-www-form-urlencoded' && typeof body === 'object' && body !== null) {
    return Buffer.from(stringify(body as Record<string, string>));
  }
  return undefined;
}
