import type { Context, Next } from '@spark-perf/core';
import { answer } from '@spark-perf/core';
import type { Access, Gate } from '../access/gate.js';
import { isSameOrigin } from '../access/is-same-origin.js';
import type { Login } from '../access/login.js';
import { sendSessionCookie } from '../access/session-cookie.js';
import type { Session, Sessions } from '../access/sessions.js';
import type { Actions } from '../actions/actions.js';
import type { ResolvedOptions } from '../resolve-options.js';
import type { History } from '../snapshot/history.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { LiveStream } from '../stream/live-stream.js';
import { page } from '../view/page.js';
import { sortingFrom } from '../view/view-state.js';
import type { PageAssets } from './page-assets.js';
import type { PageRoute } from './page-route.js';
import { pageRoute } from './page-route.js';
import { readFields } from './read-fields.js';
import { refuse, refuseNotFound } from './refusal.js';
import { setSecurityFields } from './security-fields.js';
import { withTrailingSlash } from './with-trailing-slash.js';

export interface PageRoutesOptions {
  readonly options: ResolvedOptions;
  readonly gate: Gate;
  readonly sessions: Sessions;
  readonly login: Login;
  readonly assets: PageAssets;
  readonly actions: Actions;
  readonly stream: LiveStream;
  readonly history: History;
  readonly take: () => Promise<Snapshot>;
  readonly isClosed: () => boolean;
}

/** A response that is marked with it is in no figure of the profiler but its `longLived`: watching must not change what is seen. */
const LONG_LIVED = Symbol.for('@spark-perf/profiler/long-lived');

/** What is answered below the page's prefix. Other paths go on. */
export class PageRoutes {
  readonly #parts: PageRoutesOptions;

  constructor(parts: PageRoutesOptions) {
    this.#parts = parts;
  }

  async handle(ctx: Context, next: Next): Promise<unknown> {
    const route = pageRoute(ctx.path);
    if (route === undefined) return next();
    Object.assign(ctx.res, { [LONG_LIVED]: true });
    const access = await this.#parts.gate.admit(ctx);
    if (access.kind === 'hidden') return refuseNotFound(ctx);
    setSecurityFields(ctx.res);
    if (access.kind === 'refused') {
      return refuse(ctx, { code: 'SPARK_DASHBOARD_FORBIDDEN', message: 'This page is not open to you' });
    }
    if (!this.#isMethod(ctx, route)) return undefined;
    return this.#answer(ctx, route, access);
  }

  #isMethod(ctx: Context, { name, methods }: PageRoute): boolean {
    if (methods.includes(ctx.method)) return true;
    ctx.res.setHeader('Allow', methods.join(', '));
    refuse(ctx, { code: 'SPARK_DASHBOARD_METHOD', message: `Use ${methods.join(' or ')} for ${name}` });
    return false;
  }

  async #answer(
    ctx: Context,
    { name, rest }: PageRoute,
    access: Exclude<Access, { kind: 'hidden' | 'refused' }>,
  ): Promise<unknown> {
    const { assets, login } = this.#parts;
    switch (name) {
      case 'asset':
        return assets.serve(ctx, rest) || refuseNotFound(ctx);
      case 'login':
        return login.handle(ctx);
      case 'page': {
        const target = withTrailingSlash(ctx);
        if (target !== undefined) return redirect(ctx, target);
        return access.kind === 'stranger' ? redirect(ctx, 'login') : this.#page(ctx, access.session);
      }
      default:
        if (access.kind === 'stranger') {
          ctx.res.setHeader('WWW-Authenticate', 'Cookie');
          return refuse(ctx, { code: 'SPARK_DASHBOARD_LOGIN', message: 'Log in first' });
        }
        return this.#api(ctx, name, rest, access.session);
    }
  }

  async #api(
    ctx: Context,
    name: PageRoute['name'],
    rest: string,
    session: Session | undefined,
  ): Promise<unknown> {
    switch (name) {
      case 'snapshot': {
        const snapshot = await this.#parts.take();
        return answer(ctx, 200, 'application/json; charset=utf-8', JSON.stringify(snapshot));
      }
      case 'stream':
        return this.#stream(ctx);
      default:
        return this.#change(ctx, name, rest, session);
    }
  }

  async #page(ctx: Context, known: Session | undefined): Promise<void> {
    const { sessions, options, history, assets, take } = this.#parts;
    let session = known;
    if (session === undefined) {
      const opened = sessions.open(false);
      session = opened.session;
      sendSessionCookie(ctx, opened.cookie, options.sessionTTL);
    }
    const snapshot = await take();
    const text = page(
      snapshot,
      {
        history,
        sorting: sortingFrom(ctx.query['sort']),
        token: sessions.tokenOf(session),
        canLogOut: session.loggedIn,
        actions: options.actions,
        maxSeconds: Math.floor(options.maxDuration / 1_000),
      },
      assets.urls,
    );
    answer(ctx, 200, 'text/html; charset=utf-8', text);
  }

  #stream(ctx: Context): void {
    const { stream, gate, isClosed } = this.#parts;
    if (isClosed())
      return refuse(ctx, { code: 'SPARK_DASHBOARD_CLOSED', message: 'The server is shutting down' });
    if (stream.viewers.full) {
      ctx.res.setHeader('Retry-After', '10');
      return refuse(ctx, { code: 'SPARK_DASHBOARD_VIEWERS', message: 'Too many people watch already' });
    }
    stream.open(ctx, async () => (await gate.admit(ctx)).kind === 'open');
  }

  async #change(
    ctx: Context,
    name: PageRoute['name'],
    rest: string,
    session: Session | undefined,
  ): Promise<void> {
    const { sessions, options, actions, stream } = this.#parts;
    const fields = (await readFields(ctx, options.clock)) ?? {};
    const token = ctx.get('x-spark-token') ?? fields['token'];
    if (session === undefined || !isSameOrigin(ctx) || !sessions.isToken(session, token)) {
      return refuse(ctx, {
        code: 'SPARK_DASHBOARD_FORBIDDEN',
        message: 'Load the page again: its token is missing or old',
      });
    }
    if (name === 'logout') {
      sendSessionCookie(ctx, undefined, 0);
      sessions.end(session);
      void stream.viewers.review();
      return redirect(ctx, './');
    }
    if (!options.actions) {
      return refuse(ctx, { code: 'SPARK_DASHBOARD_FORBIDDEN', message: 'Actions are switched off' });
    }
    await actions.perform(ctx, rest, fields);
  }
}

function redirect(ctx: Context, target: string): void {
  ctx.res.setHeader('Location', target);
  answer(ctx, 303, 'text/plain; charset=utf-8', `See ${target}`);
}
