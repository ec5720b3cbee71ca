import type { ServerResponse } from 'node:http';

type Method = (...args: unknown[]) => unknown;

/** Describe the body that is not sent after all, or tell of a success. */
const OF_THE_BODY =
  /^(?:content-.*|transfer-encoding|etag|last-modified|location|set-cookie|cache-control|expires|accept-ranges)$/;

/**
 * Makes the first `res.end` wait until `before` has settled, and `res.writeHead` until the first byte, so that the
 * outcome can still be told. When `before` rejects, a 500 is sent instead, or, where bytes have gone out already, the
 * connection is cut: the client must not take the response for a success. Meanwhile the response looks ended to others,
 * who would otherwise answer in its place.
 */
export function holdEnd(res: ServerResponse, before: () => Promise<void>): void {
  const writeHead = res.writeHead.bind(res) as Method;
  const write = res.write.bind(res) as Method;
  const flushHeaders = res.flushHeaders.bind(res) as Method;
  const end = res.end.bind(res) as Method;
  let open = true;
  let held = false;
  const started = (method: Method): Method => {
    return (...args) => {
      open = false; // Node writes the head by `res.writeHead` now
      return method(...args);
    };
  };
  res.writeHead = ((...args: unknown[]) => {
    if (!open) return writeHead(...args);
    recordHead(res, args);
    return res;
  }) as typeof res.writeHead;
  res.write = started(write) as typeof res.write;
  res.flushHeaders = started(flushHeaders) as typeof res.flushHeaders;
  res.end = ((...args: unknown[]) => {
    if (held) return res;
    held = true;
    const looksEnded = { configurable: true, get: () => true };
    if (!res.headersSent) Object.defineProperty(res, 'headersSent', looksEnded);
    Object.defineProperty(res, 'writableEnded', looksEnded);
    const release = (): void => {
      open = false;
      Reflect.deleteProperty(res, 'headersSent');
      Reflect.deleteProperty(res, 'writableEnded');
    };
    before().then(
      () => {
        release();
        end(...args);
      },
      () => {
        release();
        fail(res, end);
      },
    );
    return res;
  }) as typeof res.end;
}

/** Keeps what `writeHead(status, reason?, headers?)` was given, in the response's own fields. */
function recordHead(res: ServerResponse, [status, ...rest]: unknown[]): void {
  res.statusCode = status as number;
  if (typeof rest[0] === 'string') res.statusMessage = rest.shift() as string;
  const headers = rest[0] as Record<string, string> | readonly string[] | undefined;
  if (Array.isArray(headers)) {
    const names = headers.filter((_, i) => i % 2 === 0) as string[];
    for (const name of names) res.removeHeader(name);
    names.forEach((name, i) => res.appendHeader(name, headers[i * 2 + 1] as string));
  } else {
    for (const [name, value] of Object.entries(headers ?? {}))
      if (value !== undefined) res.setHeader(name, value);
  }
}

function fail(res: ServerResponse, end: Method): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  for (const name of res.getHeaderNames()) if (OF_THE_BODY.test(name)) res.removeHeader(name);
  const body = JSON.stringify({ error: 'Internal Server Error' });
  res.statusCode = 500;
  res.statusMessage = '';
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  end(body);
}
