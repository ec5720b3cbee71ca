import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { Authorize } from '../options.js';
import { isLocalRequest } from './is-local-request.js';
import { readSessionCookie } from './session-cookie.js';
import type { Session, Sessions } from './sessions.js';

/** What a request may do. */
export type Access =
  /** There is no page for it. */
  | { readonly kind: 'hidden' }
  /** `authorize` says no. */
  | { readonly kind: 'refused' }
  /** It must log in first. */
  | { readonly kind: 'stranger'; readonly session: Session | undefined }
  | { readonly kind: 'open'; readonly session: Session | undefined };

export interface GateOptions {
  readonly authorize: Authorize | undefined;
  readonly authorizeTimeout: Milliseconds;
  readonly clock: Clock;
}

/** Decides who gets in. */
export class Gate {
  readonly #options: GateOptions;
  readonly #sessions: Sessions;

  constructor(options: GateOptions, sessions: Sessions) {
    this.#options = options;
    this.#sessions = sessions;
  }

  async admit(ctx: Context): Promise<Access> {
    const { authorize } = this.#options;
    const session = this.#sessions.read(readSessionCookie(ctx));
    if (authorize === undefined) {
      const open = process.env['NODE_ENV'] !== 'production' && isLocalRequest(ctx);
      return open ? { kind: 'open', session } : { kind: 'hidden' };
    }
    if (typeof authorize === 'string')
      return { kind: session?.loggedIn === true ? 'open' : 'stranger', session };
    return (await this.#ask(authorize, ctx)) ? { kind: 'open', session } : { kind: 'refused' };
  }

  /** Whoever throws, or does not answer in time, did not say yes. */
  async #ask(authorize: Exclude<Authorize, string>, ctx: Context): Promise<boolean> {
    const { clock, authorizeTimeout } = this.#options;
    try {
      const answer = Promise.resolve(authorize(ctx));
      const onTimeout = (): Error => new Error('authorize did not answer in time');
      return (await withDeadline(clock, answer, authorizeTimeout, { onTimeout })) === true;
    } catch {
      return false;
    }
  }
}
