import type { Context, Middleware, Next } from '@spark-perf/core';
import { answerError, requestTarget } from '@spark-perf/core';
import type { CacheCore } from '../cache-core.js';
import type { KeySpace } from '../keys/key-space.js';
import type { ForwardReason } from './cache-status.js';
import { cacheStatus } from './cache-status.js';
import { isConditional } from './conditional-request.js';
import { forward } from './forward.js';
import { currentAge, usability } from './freshness.js';
import type { Usability } from './freshness.js';
import { HitForm } from './hit-form.js';
import type { HttpCacheOptions, ResolvedHttpOptions, ResolvedRule } from './http-cache-options.js';
import { resolveHttpOptions, resolveRules } from './http-cache-options.js';
import { HttpFlights } from './http-flights.js';
import type { HttpRequest } from './http-request.js';
import { hasBody, readRequest } from './http-request.js';
import { HttpStore } from './http-store.js';
import { sendStored } from './send-stored.js';
import type { StoredResponse } from './stored-response.js';
import type { ChangedResource } from './unsafe-request.js';
import { passUnsafe } from './unsafe-request.js';
import { isPreconditioned } from './validators.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** The response cache of RFC 9111, for one middleware. */
export class HttpCache {
  readonly #core: CacheCore;
  readonly #store: HttpStore;
  readonly #flights: HttpFlights;
  readonly #options: ResolvedHttpOptions;
  readonly #rules: readonly ResolvedRule[];
  /** Beside the responses, which are written to other levels as they are. */
  readonly #forms = new WeakMap<StoredResponse, HitForm>();

  /** @throws InvalidOptionError */
  constructor(core: CacheCore, space: KeySpace, options: HttpCacheOptions | undefined) {
    this.#core = core;
    this.#store = new HttpStore(core, space);
    this.#flights = new HttpFlights(core.options.maxFlights);
    this.#options = resolveHttpOptions(options, core.options.l1TTL);
    this.#rules = resolveRules(options ?? {}, core.options.l1TTL);
  }

  readonly handle: Middleware = (ctx, next) => this.#handle(ctx, next);

  #handle(ctx: Context, next: Next): unknown {
    if (this.#core.closed) return next();
    const { method, headers } = ctx;
    if (!SAFE.has(method))
      return passUnsafe(
        ctx,
        next,
        (path) => this.#optionsOf(path),
        (changed) => this.#forget(changed),
      );
    const options = this.#optionsFor(ctx);
    if (!options.methods.has(method)) return this.#bypass(ctx, next, options, 'method');
    // Only the origin can judge If-Match and If-Unmodified-Since.
    const request =
      !options.cache || options.skip?.(ctx) === true || hasBody(headers) || isPreconditioned(headers)
        ? undefined
        : readRequest(ctx, headers, options);
    if (request === undefined) return this.#bypass(ctx, next, options, 'bypass');
    const near = this.#store.near(request.key, headers);
    if (near !== undefined && this.#tryServe(request, near, false)) return undefined;
    return this.#goFar(request, next);
  }

  async #goFar(request: HttpRequest, next: Next): Promise<void> {
    const { ctx, key, resource, options, directives, credentials } = request;
    let stored = await this.#store.far(key, ctx.headers);
    if (stored !== undefined && this.#tryServe(request, stored, false)) return;
    if (directives.has('only-if-cached')) {
      this.#refuse(ctx, options);
      return;
    }
    // An answer that is not for requests with credentials does not exist for them.
    if (credentials && stored?.shared !== true) stored = undefined;
    // HEAD is answered from GET's answer, but a handler's answer to HEAD has no body to keep.
    if (ctx.method === 'HEAD') {
      await this.#pass(request, next, stored === undefined ? 'uri-miss' : 'stale');
      return;
    }
    // What one request with credentials gets may be for nobody else: it neither waits nor is waited for, unless what is
    // kept says that it is for all.
    const alone = credentials && stored === undefined;
    const end = alone ? undefined : this.#flights.lead(key, resource);
    if (end === undefined && !alone && this.#flights.has(key)) {
      if (await this.#follow(request)) return;
    }
    const reason = this.#reason(request, stored);
    const task = { core: this.#core, store: this.#store, request, next, stored, reason, end };
    await forward(task);
  }

  /** Waits for the request under way; true when its answer was ours too. */
  async #follow(request: HttpRequest): Promise<boolean> {
    const { key, options, ctx } = request;
    const how = await this.#flights.follow(key, options.collapseTimeout, this.#core.clock);
    if (how === 'alone') return false;
    const stored = await this.#store.far(key, ctx.headers);
    return stored !== undefined && this.#tryServe(request, stored, true);
  }

  /** Answers with a kept response if it may be used as it is. */
  #tryServe(request: HttpRequest, stored: StoredResponse, collapsed: boolean): boolean {
    const { ctx, key, options, directives, credentials } = request;
    if (credentials && !stored.shared) return false;
    if (ctx.res.headersSent || ctx.res.writableEnded || ctx.res.destroyed) return true;
    const now = this.#core.clock.wallNow();
    const use: Usability = usability(stored, directives, now);
    if (use === 'stale' || (use === 'revalidating' && !this.#flights.has(key))) return false;
    const age = currentAge(stored, now);
    const ttl = stored.lifetime - age;
    const stale = ttl < 0;
    if (!stale && !collapsed && ctx.method === 'GET' && !isConditional(ctx.headers)) {
      this.#form(stored).send(ctx, age, ttl);
      return true;
    }
    if (stale) this.#core.counters.staleServed++;
    const facts = collapsed ? ({ fwd: 'miss', collapsed: true, ttl } as const) : { hit: true, ttl };
    const xCache = stale ? 'STALE' : collapsed ? 'MISS' : 'HIT';
    sendStored(ctx, stored, { xCache, cacheStatus: cacheStatus(options.name, facts) }, now);
    return true;
  }

  #form(stored: StoredResponse): HitForm {
    let form = this.#forms.get(stored);
    if (form === undefined) this.#forms.set(stored, (form = new HitForm(stored, this.#options.name)));
    return form;
  }

  #reason({ key, directives }: HttpRequest, stored: StoredResponse | undefined): ForwardReason {
    if (stored === undefined) return this.#store.varies(key) ? 'vary-miss' : 'uri-miss';
    const fresh = stored.lifetime - currentAge(stored, this.#core.clock.wallNow()) > 0;
    return fresh && directives.size > 0 ? 'request' : 'stale';
  }

  #bypass(ctx: Context, next: Next, options: ResolvedHttpOptions, fwd: 'bypass' | 'method'): unknown {
    ctx.res.setHeader('X-Cache', 'BYPASS');
    ctx.res.setHeader('Cache-Status', cacheStatus(options.name, { fwd }));
    return next();
  }

  async #pass({ ctx, options }: HttpRequest, next: Next, fwd: ForwardReason): Promise<void> {
    ctx.res.setHeader('X-Cache', 'MISS');
    ctx.res.setHeader('Cache-Status', cacheStatus(options.name, { fwd }));
    await next();
  }

  #refuse(ctx: Context, options: ResolvedHttpOptions): void {
    ctx.res.setHeader('X-Cache', 'MISS');
    ctx.res.setHeader(
      'Cache-Status',
      cacheStatus(options.name, { fwd: 'request', detail: 'only-if-cached' }),
    );
    answerError(ctx, { status: 504, body: { error: 'Gateway Timeout', reason: 'not cached' } });
  }

  #forget({ resource, options }: ChangedResource): void {
    const whole = options.varyBy === undefined;
    if (whole) this.#flights.detach(resource);
    else this.#flights.detachAll(resource);
    // Never rejects for a level that is down: the journal makes up for it.
    void (whole ? this.#store.forget(resource) : this.#store.forgetAll(resource)).catch(() => {});
  }

  #optionsFor(ctx: Context): ResolvedHttpOptions {
    return this.#rules.length === 0 ? this.#options : this.#optionsOf(requestTarget(ctx).path);
  }

  #optionsOf(path: string): ResolvedHttpOptions {
    return this.#rules.find((rule) => rule.matches(path))?.options ?? this.#options;
  }
}
