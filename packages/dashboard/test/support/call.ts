import { fakeContext } from '@spark-perf/core/testing';
import type { FakeContext, FakeContextOptions } from '@spark-perf/core/testing';
import type { Middleware } from '@spark-perf/core';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly passedOn: boolean;
  readonly ctx: FakeContext;
}

/** Sends one request through a middleware mounted at `/admin`. From this machine, to this machine, if nothing else is said. */
export async function call(
  middleware: Middleware,
  path: string,
  options: FakeContextOptions = {},
): Promise<Reply> {
  const ctx = fakeContext({
    remoteAddress: '127.0.0.1',
    ...options,
    url: path,
    headers: { host: 'localhost:3000', ...options.headers },
  });
  (ctx as { originalUrl?: string }).originalUrl = `/admin${path}`;
  let passedOn = false;
  await middleware(ctx, () => {
    passedOn = true;
    return Promise.resolve();
  });
  const raw = ctx.sent();
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(head.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n'), passedOn, ctx };
}

/** The cookie and token that a page gave. */
export function credentials({ headers, body }: Reply): { readonly cookie: string; readonly token: string } {
  return {
    cookie: (headers['set-cookie'] ?? '').split(';')[0] ?? '',
    token: /name="token"\s+content="([^"]+)"/.exec(body)?.[1] ?? '',
  };
}
