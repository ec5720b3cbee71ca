import type {
  Context,
  EventSource,
  Listener,
  MetricFamily,
  Middleware,
  Next,
  Unsubscribe,
} from '@spark-perf/core';
import { Emitter } from '@spark-perf/core';
import { Answers } from './answers.js';
import { DedupeCounters } from './dedupe-counters.js';
import type { DedupeStats } from './dedupe-counters.js';
import { Deduplication } from './deduplication.js';
import type { BypassReason, DedupeEvents } from './events.js';
import { GuardedStore } from './guarded-store.js';
import type { IdempotencyKeyField } from './idempotency-key.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { Identifier } from './identifier.js';
import { middleware } from './middleware.js';
import type { RequestDeduplicatorOptions } from './options.js';
import type { RequestIdentity } from './request-identity.js';
import type { ResolvedOptions } from './resolve-options.js';
import { resolveOptions } from './resolve-options.js';
import { MemoryClaims } from './stores/memory-claims.js';

/**
 * Processes a request once. Identical unsafe requests under way share one run; its result is replayed for a while; with
 * an `Idempotency-Key` the semantics are those of draft-ietf-httpapi-idempotency-key-header-07.
 */
export class RequestDeduplicator implements EventSource<DedupeEvents> {
  readonly #options: ResolvedOptions;
  readonly #events = new Emitter<DedupeEvents>();
  readonly #counters: DedupeCounters;
  readonly #identifier: Identifier;
  readonly #answers: Answers;
  readonly #memory: MemoryClaims;
  readonly #guarded: GuardedStore | undefined;
  readonly #shared: Deduplication | undefined;
  readonly #local: Deduplication;
  /** Marks the requests that have come by; a property, since a WeakSet of all requests costs the collector more. */
  readonly #seen = Symbol('@spark-perf/dedupe/seen');
  #closing: Promise<void> | undefined;

  /** @throws InvalidOptionError */
  constructor(options?: RequestDeduplicatorOptions) {
    const resolved = resolveOptions(options);
    const { maxEntries, maxMemory, clock, store, storeTimeout: timeout } = resolved;
    this.#options = resolved;
    this.#counters = new DedupeCounters(this.#events);
    this.#identifier = new Identifier(resolved);
    this.#answers = new Answers(resolved.describedBy);
    this.#memory = new MemoryClaims({ maxEntries, maxMemory, clock });
    this.#local = new Deduplication(this.#memory, resolved, this.#events, this.#answers, false);
    if (store !== undefined) {
      this.#guarded = new GuardedStore(store, {
        timeout,
        clock,
        onError: (error) => this.#events.emit('storeError', { error }),
        onRecovered: () => this.#events.emit('storeRecovered', {}),
      });
      this.#shared = new Deduplication(this.#guarded, resolved, this.#events, this.#answers, true);
    }
  }

  on<K extends keyof DedupeEvents>(event: K, listener: Listener<DedupeEvents[K]>): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Deduplicates the requests of the methods that are configured. Mount it after authentication. */
  middleware(): Middleware {
    return middleware(this, this.#options);
  }

  /**
   * The digest that identifies a request; never the body itself. Synchronous: the body must be at hand, as
   * `ctx.rawBody` or `ctx.body`.
   * @throws InvalidScopeError when nothing tells who asks, or the `scope` option answers with a promise.
   */
  generateKey(ctx: Context): string {
    const field = this.keyField(ctx);
    return this.#identifier.identifyNow(ctx, field.kind === 'valid' ? field.key : undefined).id;
  }

  /** What the request's `Idempotency-Key` says, as far as the options honour it. */
  keyField(ctx: Context): IdempotencyKeyField {
    if (this.#options.idempotency === false) return { kind: 'absent' };
    return parseIdempotencyKey(ctx.req.headers['idempotency-key']);
  }

  /** Runs a request, or answers it as an equal one was. What the middleware does once a request is its business. */
  async process(ctx: Context, next: Next): Promise<void> {
    // Mounted twice, it would wait for itself.
    const req = ctx.req as Context['req'] & { [mark: symbol]: true | undefined };
    if (req[this.#seen] === true || this.#closing !== undefined) return next();
    req[this.#seen] = true;
    const field = this.keyField(ctx);
    if (field.kind === 'malformed') return this.#answers.malformedKey(ctx, field.reason);
    if (field.kind === 'absent' && this.#options.idempotency === 'required')
      return this.#answers.missingKey(ctx);
    const found = await this.#identifier.identify(ctx, field.kind === 'valid' ? field.key : undefined);
    if (found.kind === 'aborted') return;
    if (found.kind === 'bypass') return this.#bypass(next, found.reason);
    const { identity } = found;
    if (await (this.#shared ?? this.#local).process(ctx, next, identity)) return;
    return this.#withoutStore(ctx, next, identity);
  }

  getStats(): DedupeStats {
    const inFlight = this.#local.inFlight + (this.#shared?.inFlight ?? 0);
    return this.#counters.stats(inFlight, this.#memory.size());
  }

  collect(): MetricFamily[] {
    return this.#counters.collect(this.getStats());
  }

  /**
   * Idempotent. New requests pass through from now on; resolves when those under way have been settled, or after
   * `waitTimeout`. Followers get what they wait for. A store that was given stays open: it is the caller's.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { clock, waitTimeout } = this.#options;
    const patience = new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, waitTimeout, { ref: true });
      void Promise.all([this.#local.drained(), this.#shared?.drained()]).then(() => {
        timer.cancel();
        resolve();
      });
    });
    await patience;
    this.#identifier.close();
    this.#local.close();
    this.#shared?.close();
    this.#memory.close();
  }

  #bypass(next: Next, reason: BypassReason): Promise<void> {
    this.#events.emit('bypassed', { reason });
    return next();
  }

  async #withoutStore(ctx: Context, next: Next, identity: RequestIdentity): Promise<void> {
    const policy = this.#options.onStoreError[identity.keyed ? 'keyed' : 'implicit'];
    if (policy === 'open') return this.#bypass(next, 'store');
    if (policy === 'local') await this.#local.process(ctx, next, identity);
    else this.#answers.unavailable(ctx, identity.keyed, this.#guarded?.retryAfter ?? 0);
  }
}
