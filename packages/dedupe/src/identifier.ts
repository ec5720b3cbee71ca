import type { Context, Logger } from '@spark-perf/core';
import { InvalidScopeError } from './errors.js';
import type { BypassReason } from './events.js';
import type { Fingerprint } from './fingerprint.js';
import { digest, Fingerprints, parsedFingerprint } from './fingerprint.js';
import type { BodyReading } from './body-reader.js';
import { bodyAtHand, BodyReader } from './body-reader.js';
import type { RequestIdentity } from './request-identity.js';
import { requestIdentity } from './request-identity.js';
import type { ResolvedOptions } from './resolve-options.js';
import { scopeOf } from './scope.js';

export type Identification =
  | { readonly kind: 'identified'; readonly identity: RequestIdentity }
  | { readonly kind: 'bypass'; readonly reason: BypassReason }
  /** The client left while its body was read. */
  | { readonly kind: 'aborted' };

const BYPASS_OF = { tooLarge: 'bodyTooLarge', late: 'bodyLate' } as const;

/** Tells what a request is: who asks, for what, with what. */
export class Identifier {
  readonly #options: ResolvedOptions;
  readonly #logger: Logger;
  readonly #fingerprints = new Fingerprints();
  readonly #bodies: BodyReader;
  #warned = false;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#bodies = new BodyReader(options.maxBody, options.bodyTimeout, options.clock);
    this.#logger = options.logger;
  }

  /** Reads the body if nobody has. @throws InvalidScopeError */
  async identify(ctx: Context, key: string | undefined): Promise<Identification> {
    const { scope: custom, secret, trust } = this.#options;
    const told = scopeOf(ctx, custom, secret, trust);
    const scope = told instanceof Promise ? await told : told;
    if (scope === undefined) {
      this.#warnOnce();
      return { kind: 'bypass', reason: 'noScope' };
    }
    const read = this.#bodies.read(ctx);
    const body = read instanceof Promise ? await read : read;
    if (body.kind === 'aborted') return body;
    if (body.kind === 'tooLarge' || body.kind === 'late')
      return { kind: 'bypass', reason: BYPASS_OF[body.kind] };
    const own = this.#options.fingerprint?.(ctx);
    const given = own instanceof Promise ? await own : own;
    const fingerprint = given === undefined ? this.#fingerprint(ctx, body) : digest('custom', given);
    if (fingerprint === undefined) return { kind: 'bypass', reason: 'noFingerprint' };
    return { kind: 'identified', identity: requestIdentity(ctx, scope, fingerprint, key) };
  }

  /**
   * The identity of a request whose body is at hand (`ctx.rawBody` or `ctx.body`).
   * @throws InvalidScopeError when no scope is known, or it comes as a promise.
   */
  identifyNow(ctx: Context, key: string | undefined): RequestIdentity {
    const { scope: custom, secret, trust } = this.#options;
    const scope = scopeOf(ctx, custom, secret, trust);
    if (typeof scope !== 'string') throw new InvalidScopeError(custom?.name ?? 'scope', scope);
    const given = this.#options.fingerprint?.(ctx);
    const body = bodyAtHand(ctx) ?? { kind: 'consumed' };
    const fingerprint = typeof given === 'string' ? digest('custom', given) : this.#fingerprint(ctx, body);
    return requestIdentity(ctx, scope, fingerprint ?? 'none', key);
  }

  /** Takes its timer off. */
  close(): void {
    this.#bodies.close();
  }

  #fingerprint(ctx: Context, body: BodyReading): Fingerprint | undefined {
    if (body.kind !== 'bytes') return parsedFingerprint(ctx);
    return this.#fingerprints.ofBytes(ctx, body.bytes);
  }

  #warnOnce(): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#logger.warn(
      'dedupe: a request has no user, no credentials and no address; such requests are not deduplicated',
    );
  }
}
