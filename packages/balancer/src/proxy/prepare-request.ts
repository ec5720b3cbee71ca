import { InvalidOptionError } from '@spark-perf/core';
import type { FailureStatus } from './answer-failure.js';
import type { Exchange } from './exchange.js';
import { expectsContinue } from './expect-continue.js';
import { isPath } from './is-path.js';
import { parsedBody } from './parsed-body.js';
import { RequestBody } from './request-body.js';
import { requestPath } from './request-path.js';

/** What is the same for all attempts of a request. */
export interface PreparedRequest {
  readonly path: string;
  readonly body: RequestBody | Buffer | null;
  /** Whether the body's bytes are no longer in the client's Content-Encoding. */
  readonly decoded: boolean;
  /** Asks the client for its body, where it waits for that. */
  readonly ask: (() => void) | undefined;
  /** Whether the client announced trailers. */
  readonly trailers: boolean;
  /** Whether it is for the client to send more. */
  waitsForClient(): boolean;
}

/** Reads the request; a status when it can't be relayed. */
export function prepareRequest(exchange: Exchange): PreparedRequest | FailureStatus {
  const { ctx, engine } = exchange;
  const { req } = ctx;
  const coding = req.headers['transfer-encoding'];
  // Node has refused what is ambiguous; a coding below `chunked` would be lost with the framing.
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 501;
  // Two of them could be read as one host here and as the other there (RFC 9112, section 3.2).
  if (countHosts(req.rawHeaders) > 1) return 400;
  let path = requestPath(ctx);
  if (path === undefined) return 400;
  const { rewritePath } = engine.options;
  if (rewritePath !== undefined) {
    try {
      path = rewritePath(path, ctx);
      if (!isPath(path))
        throw new InvalidOptionError(
          'rewritePath',
          'a function that returns a path that starts with /',
          path,
        );
    } catch (error) {
      engine.events.emit('hookFailed', { error });
      return 500;
    }
  }
  const length = req.headers['content-length'];
  const hasBody = coding !== undefined || (length !== undefined && length !== '0');
  if (!hasBody || exchange.upgrade !== undefined) return withoutStream(path, null, false);
  if (req.readableDidRead || req.readableEnded) {
    const parsed = parsedBody(ctx);
    return parsed === undefined ? 415 : withoutStream(path, parsed.bytes, parsed.decoded);
  }
  const body = new RequestBody(req, engine.options.retryBodyLimit, () => exchange.touch());
  return {
    path,
    body,
    decoded: false,
    ask: expectsContinue(req),
    trailers: coding !== undefined && req.headers.trailer !== undefined,
    waitsForClient: () => !body.complete && !req.isPaused(),
  };
}

function withoutStream(path: string, body: Buffer | null, decoded: boolean): PreparedRequest {
  return { path, body, decoded, ask: undefined, trailers: false, waitsForClient: never };
}

const never = (): boolean => false;

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
