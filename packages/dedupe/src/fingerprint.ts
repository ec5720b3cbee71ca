import { hash } from 'node:crypto';
import type { Bytes, Context } from '@spark-perf/core';
import { AliasCache } from './alias-cache.js';
import { canonicalJson } from './canonical-json.js';
import { JsonCanonicalizer } from './json-canonicalizer.js';

/** What a request carries, digested; equal for JSON bodies that differ in spelling only. */
export type Fingerprint = string;

/** JSON in UTF-8, its only encoding since RFC 8259: what a handler reads in another one would not be what we read. */
const JSON_TYPE = /^\s*(application\/(?:[\w.+-]{1,80}\+)?json)\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;
const MULTIPART = /^\s*multipart\//i;
const PLAIN_JSON = 'application/json';
/** From here on a repeat is told by the digest of its bytes; below, to remember that costs more than to read them again. */
const LONG: Bytes = 4_096;
/** Stands for a body without a canonical form. */
const NO_FORM = '';

const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'base64url');

/** A digest of texts that can't run into each other: each is preceded by its length. */
export function digest(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return sha256(text);
}

/** Tells what requests carry, by their bodies. */
export class Fingerprints {
  readonly #canonicalizer = new JsonCanonicalizer();
  readonly #aliases = new AliasCache();

  /**
   * The fingerprint of a body's bytes: for JSON of its canonical form where it has one, else of the bytes themselves
   * with the fields that say how to read them.
   */
  ofBytes(ctx: Context, bytes: Buffer): Fingerprint {
    const { 'content-type': type = '', 'content-encoding': encoding = '' } = ctx.req.headers;
    const essence = type === PLAIN_JSON ? type : JSON_TYPE.exec(type)?.[1]?.toLowerCase();
    if (essence !== undefined && encoding === '' && bytes.length > 0) {
      const canonical = this.#canonical(bytes);
      if (canonical !== undefined) return jsonFingerprint(essence, canonical);
    }
    return digest('raw', type, encoding, sha256(bytes));
  }

  #canonical(bytes: Buffer): string | undefined {
    if (bytes.length < LONG) return this.#formOf(bytes);
    const raw = sha256(bytes);
    let canonical = this.#aliases.get(raw);
    if (canonical === undefined) {
      canonical = this.#formOf(bytes) ?? NO_FORM;
      this.#aliases.set(raw, canonical);
    }
    return canonical === NO_FORM ? undefined : canonical;
  }

  #formOf(bytes: Buffer): string | undefined {
    const form = this.#canonicalizer.formOf(bytes);
    return form === undefined ? undefined : sha256(form);
  }
}

/** Most bodies are of one type: no text is made for them that would live as long as their entry. */
function jsonFingerprint(essence: string, canonical: string): Fingerprint {
  return essence === PLAIN_JSON ? canonical : `${essence} ${canonical}`;
}

/**
 * The fingerprint of a body that somebody has consumed, from what a parser made of it; `undefined` where that does not
 * tell it: no parser was there, what it made can't be put into bytes, or the files of a form are kept elsewhere.
 */
export function parsedFingerprint(ctx: Context): Fingerprint | undefined {
  const { body } = ctx;
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = ctx.req.headers;
  if (body === undefined || body === null) return undefined;
  if (Buffer.isBuffer(body)) return digest('raw', type, encoding, sha256(body));
  if (typeof body === 'string') return digest('text', type, body);
  if (MULTIPART.test(type)) return undefined;
  try {
    const essence = (type.split(';', 1)[0] ?? '').trim().toLowerCase().slice(0, 100);
    return jsonFingerprint(essence, sha256(canonicalJson(body)));
  } catch {
    return undefined;
  }
}
