import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { answer, clientIp } from '@spark-perf/core';
import type { PageAssets } from '../http/page-assets.js';
import { readFields } from '../http/read-fields.js';
import { refuse, refuseNotFound } from '../http/refusal.js';
import type { Authorize } from '../options.js';
import { loginPage } from '../view/login-page.js';
import { isSameOrigin } from './is-same-origin.js';
import { LoginThrottle } from './login-throttle.js';
import { sendSessionCookie } from './session-cookie.js';
import type { Sessions } from './sessions.js';

export interface LoginOptions {
  readonly authorize: Authorize | undefined;
  readonly sessionTTL: Milliseconds;
  readonly sessions: Sessions;
  readonly assets: PageAssets;
  readonly clock: Clock;
  readonly onFailure: (address: string | undefined) => void;
}

/** The page that asks for the password, where there is one. */
export class Login {
  readonly #options: LoginOptions;
  readonly #throttle: LoginThrottle;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#throttle = new LoginThrottle(options.clock);
  }

  async handle(ctx: Context): Promise<void> {
    const { authorize, clock, sessions, sessionTTL, onFailure } = this.#options;
    if (typeof authorize !== 'string') return refuseNotFound(ctx);
    if (ctx.method !== 'POST') return this.#show(ctx, 200, false);
    if (!isSameOrigin(ctx)) {
      return refuse(ctx, { code: 'SPARK_DASHBOARD_FORBIDDEN', message: 'Log in on the page itself' });
    }
    const fields = await readFields(ctx, clock);
    // Only now, with nothing awaited up to the verdict: bodies held back to come all at once would else all be tried.
    if (!this.#throttle.open) {
      ctx.res.setHeader('Retry-After', '3');
      return refuse(ctx, {
        code: 'SPARK_DASHBOARD_THROTTLED',
        message: 'Too many wrong passwords: wait a moment',
      });
    }
    if (!sessions.isPassword(fields?.['password'] ?? '', authorize)) {
      this.#throttle.failed();
      onFailure(clientIp(ctx));
      return this.#show(ctx, 403, true);
    }
    sendSessionCookie(ctx, sessions.open(true).cookie, sessionTTL);
    ctx.res.setHeader('Location', './');
    answer(ctx, 303, 'text/plain; charset=utf-8', 'Welcome');
  }

  #show(ctx: Context, status: number, failed: boolean): void {
    answer(ctx, status, 'text/html; charset=utf-8', loginPage(this.#options.assets.urls, failed));
  }
}
