import type { ServerResponse } from 'node:http';

/**
 * Makes the first `res.end` wait until `before` has settled. When it rejects, a 500 is sent instead, or, where the head
 * has gone out already, the connection is cut: the client must not take the response for a success.
 */
export function holdEnd(res: ServerResponse, before: () => Promise<void>): void {
  const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
  let held = false;
  const holding = (...args: unknown[]): ServerResponse => {
    if (held) return res;
    held = true;
    before().then(
      () => void end(...args),
      () => fail(res, end),
    );
    return res;
  };
  res.end = holding as typeof res.end;
}

function fail(res: ServerResponse, end: (...args: unknown[]) => ServerResponse): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify({ error: 'Internal Server Error' });
  // What described the other body, and cookies that told of a success.
  for (const name of res.getHeaderNames()) {
    if (/^(content-|etag$|last-modified$|location$|set-cookie$|cache-control$)/.test(name))
      res.removeHeader(name);
  }
  res.statusCode = 500;
  res.statusMessage = '';
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  end(body);
}
