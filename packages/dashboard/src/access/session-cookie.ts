import type { Context, Milliseconds } from '@spark-perf/core';

const NAME = 'spark_dashboard';

/** The session's cookie, as the browser sent it. */
export function readSessionCookie(ctx: Context): string | undefined {
  for (const pair of (ctx.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === NAME) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/**
 * Sends the session's cookie; without a value the browser forgets it. There is no `Path`: browsers then take the
 * folder of the page as they see it, which is right behind every proxy that changes paths.
 */
export function sendSessionCookie(ctx: Context, value: string | undefined, ttl: Milliseconds): void {
  const attributes = [
    `${NAME}=${value ?? ''}`,
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${value === undefined ? 0 : Math.floor(ttl / 1_000)}`,
    ...(isSecure(ctx) ? ['Secure'] : []),
  ];
  const before = ctx.res.getHeader('Set-Cookie');
  const others = before === undefined ? [] : [before].flat().map(String);
  ctx.res.setHeader('Set-Cookie', [...others, attributes.join('; ')]);
}

/** A forged field makes the forger's own cookie stricter, and nothing else. */
function isSecure({ req, headers }: Context): boolean {
  const { encrypted } = req.socket as { encrypted?: boolean };
  return encrypted === true || /^\s*https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));
}
