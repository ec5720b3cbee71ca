import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Bytes } from '@spark-perf/core';
import type { CacheCore } from '../cache-core.js';
import type { Capture } from '../capture.js';
import type { KeySpace } from '../keys/key-space.js';
import { fieldOf } from './header-list.js';
import { MAX_TEXT } from './hit-form.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';
import type { StoredRecord, StoredResponse, VaryRecord } from './stored-response.js';
import { variantHash } from './vary.js';

/** What was so when a request was passed on; an answer is kept only if none of it has changed. */
export interface HttpCapture {
  readonly primary: Capture;
  /** What can invalidate the answer besides its key. */
  readonly tags: readonly string[];
  readonly release: () => void;
}

/** Responses in the levels of a cache. They are never changed, so nobody gets a copy. */
export class HttpStore {
  readonly #core: CacheCore;
  readonly #space: KeySpace;

  constructor(core: CacheCore, space: KeySpace) {
    this.#core = core;
    this.#space = space;
  }

  key(key: string): string {
    return this.#space.key(key);
  }

  /** The response for a request as far as this process has it, at once. */
  near(key: string, headers: IncomingHttpHeaders): StoredResponse | undefined {
    const record = this.#near(this.key(key));
    if (record?.kind !== 'vary') return record;
    const variant = this.#near(this.key(variantKey(key, record, headers)));
    return variant?.kind === 'response' ? variant : undefined;
  }

  /** The response for a request in any level. */
  async far(key: string, headers: IncomingHttpHeaders): Promise<StoredResponse | undefined> {
    const record = await this.#far(this.key(key));
    if (record?.kind !== 'vary') return record;
    const variant = await this.#far(this.key(variantKey(key, record, headers)));
    return variant?.kind === 'response' ? variant : undefined;
  }

  /** Whether answers vary by fields of the request, as far as this process knows. */
  varies(key: string): boolean {
    const hot = this.#core.first.valid(this.key(key), true);
    return (hot?.value as StoredRecord | undefined)?.kind === 'vary';
  }

  /** Takes note of the key, and of the resource where it is one of several, before the handler is called. */
  async capture(key: string, resource: string | undefined): Promise<HttpCapture> {
    const primary = this.#core.capture(this.#space, this.key(key));
    await this.#core.reads.readShared([primary]);
    const { epochs } = this.#space;
    const tags = resource === undefined ? epochs : [...epochs, this.#tag(resource)];
    return { primary, tags, release: () => primary.release() };
  }

  /** Keeps an answer, under its variant where it varies. Tells whether it was kept. */
  async put(
    key: string,
    { primary, tags }: HttpCapture,
    headers: IncomingHttpHeaders,
    response: StoredResponse,
    vary: readonly string[],
    options: ResolvedHttpOptions,
  ): Promise<boolean> {
    // One that failed must not take the place of a good one, whoever has asked for it.
    if (response.status >= 500 && ((await this.far(key, headers))?.status ?? 500) < 500) return false;
    const ttl = retention(response, options);
    if (vary.length === 0) return this.#commit(primary, response, ttl, tags);
    const before = await this.#record(key);
    const record = nextRecord(before, vary, variantHash(vary, headers), options.maxVariants);
    // The variant first: the record must not point at what is not there.
    const full = this.key(variantKey(key, record, headers));
    const variant = this.#core.capture(this.#space, full);
    try {
      await this.#core.reads.readShared([variant]);
      if (!primary.current(tags)) return false;
      if (!(await this.#commit(variant, response, ttl, tags))) return false;
    } finally {
      variant.release();
    }
    if (record === before) return primary.current(tags);
    // Refused where somebody has written the record meanwhile. If it is the same one but for its list, all is well.
    const pointed = await this.#commit(primary, record, ttl * 2, tags);
    return pointed || (record.id === before?.id && primary.current(tags));
  }

  /** Forgets a resource, all its variants with it. */
  async forget(key: string): Promise<void> {
    await this.#core.invalidate([this.key(key)]);
  }

  /** Forgets a resource under all keys that `varyBy` makes of it. */
  async forgetAll(resource: string): Promise<void> {
    await this.#core.invalidateTags([this.#tag(resource)]);
  }

  #tag(resource: string): string {
    return this.#space.tag(createHash('sha256').update(resource).digest('base64url'));
  }

  #near(full: string): StoredRecord | undefined {
    const hot = this.#core.first.fresh(full);
    if (hot === undefined) return undefined;
    this.#core.first.hits++;
    return hot.value as StoredRecord;
  }

  async #record(key: string): Promise<VaryRecord | undefined> {
    const record = this.#near(this.key(key)) ?? (await this.#far(this.key(key)));
    return record?.kind === 'vary' ? record : undefined;
  }

  async #far(full: string): Promise<StoredRecord | undefined> {
    const near = this.#near(full);
    if (near !== undefined) return near;
    if (this.#core.outer.l2 === undefined && this.#core.outer.l3 === undefined) return undefined;
    const capture = this.#core.capture(this.#space, full);
    try {
      const found = await this.#core.reads.read(capture);
      if (found === undefined || found.stale) return undefined;
      const record = found.entry.value as StoredRecord;
      this.#core.promoteAs(capture, found, { value: record, bytes: recordBytes(record), mutable: false });
      return record;
    } finally {
      capture.release();
    }
  }

  #commit(capture: Capture, value: StoredRecord, ttl: number, tags: readonly string[]): Promise<boolean> {
    const bytes = recordBytes(value);
    const policy = { ttl, grace: 0, tags, size: bytes };
    let text: string | undefined;
    if (this.#core.outer.l2 !== undefined || this.#core.outer.l3 !== undefined) {
      try {
        text = this.#core.options.serializer.serialize(value);
      } catch {
        return Promise.resolve(false); // a serializer of the user's that takes no Buffer
      }
    }
    return this.#core.commit(capture, { value, bytes, mutable: false, text }, policy);
  }
}

/** What a record takes in the first level: a short body twice, the second time as hits send it. */
function recordBytes(record: StoredRecord): Bytes {
  if (record.kind === 'vary') return 300 + record.variants.length * 40;
  const { body, headers } = record;
  return body.length * (body.length <= MAX_TEXT ? 2 : 1) + headers.length * 100 + 300;
}

function variantKey(key: string, { id, names }: VaryRecord, headers: IncomingHttpHeaders): string {
  return `${key}\n${id} ${variantHash(names, headers)}`;
}

/** The record with one more variant. Other names, or more variants than allowed: a new one, and the old ones are gone. */
function nextRecord(
  before: VaryRecord | undefined,
  names: readonly string[],
  hash: string,
  max: number,
): VaryRecord {
  if (before === undefined || before.names.join() !== names.join() || before.variants.length >= max) {
    if (before?.names.join() === names.join() && before.variants.includes(hash)) return before;
    return { kind: 'vary', id: randomBytes(6).toString('base64url'), names, variants: [hash] };
  }
  return before.variants.includes(hash) ? before : { ...before, variants: [...before.variants, hash] };
}

/** How long a response is kept: fresh, then stale for as long as anybody may want it. */
function retention(response: StoredResponse, { staleRetention }: ResolvedHttpOptions): number {
  const { lifetime, initialAge, whileRevalidate, ifError, headers } = response;
  const validator = fieldOf(headers, 'etag') !== undefined || fieldOf(headers, 'last-modified') !== undefined;
  const stale = Math.max(whileRevalidate, ifError, validator ? staleRetention : 0);
  return Math.max(0, lifetime - initialAge) + stale;
}
