import { createHash } from 'node:crypto';
import type { Context } from '@spark-perf/core';
import { canonicalJson, canonicalJsonText } from './canonical-json.js';

/** A digest of what a request carries; equal for JSON bodies that differ in spelling only. */
export type Fingerprint = string;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/i;

/** A digest of texts that can't run into each other: each is preceded by its length. */
export function digest(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return createHash('sha256').update(text).digest('base64url');
}

/** The digest of the body's bytes, with the fields that say how to read them. */
export function rawFingerprint(ctx: Context, bytes: Buffer): Fingerprint {
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = ctx.req.headers;
  const fields = `raw ${type.length}:${type}${encoding.length}:${encoding}`;
  return createHash('sha256').update(fields).update(bytes).digest('base64url');
}

/** The digest of a JSON body's canonical form; `undefined` for other bodies and JSON without such a form. */
export function canonicalFingerprint(ctx: Context, bytes: Buffer): Fingerprint | undefined {
  const { 'content-type': type = '', 'content-encoding': encoding } = ctx.req.headers;
  const essence = type.split(';', 1)[0]!.trim();
  if (encoding !== undefined || bytes.length === 0 || !JSON_TYPE.test(essence)) return undefined;
  const canonical = canonicalJsonText(bytes.toString());
  return canonical === undefined ? undefined : digest('json', essence.toLowerCase(), canonical);
}

/**
 * The fingerprint of a body that a parser has consumed, from what it made of it; `undefined` where that can't be
 * put into bytes (a stream, a form with files).
 */
export function parsedFingerprint(ctx: Context): Fingerprint | undefined {
  const { body } = ctx;
  const type = ctx.req.headers['content-type'] ?? '';
  if (Buffer.isBuffer(body)) return rawFingerprint(ctx, body);
  if (typeof body === 'string') return digest('text', type, body);
  try {
    return digest('json', (type.split(';', 1)[0] ?? '').trim().toLowerCase(), canonicalJson(body ?? null));
  } catch {
    return undefined;
  }
}
