import type { ClientRequest } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock, Timer } from '@spark-perf/core';
import type { UpstreamTarget } from '../servers/server-options.js';
import type { ResolvedHealthCheckOptions } from './health-check-options.js';

export interface CheckResult {
  readonly ok: boolean;
  /** Why not; not for clients. */
  readonly reason: string;
}

/**
 * Asks once, on a connection of its own, which is also what new requests would need. The deadline covers the whole
 * answer, body included. Never rejects.
 *
 * @param path where `target` says no more than where the server listens; undefined: `target` is the whole URL
 */
export function runCheck(
  target: UpstreamTarget,
  path: string | undefined,
  options: ResolvedHealthCheckOptions,
  clock: Clock,
): Promise<CheckResult> {
  return new Promise((resolve) => {
    let outgoing: ClientRequest | undefined;
    const settle = (ok: boolean, reason: string): void => {
      timer.cancel();
      outgoing?.destroy();
      resolve({ ok, reason });
    };
    const timer: Timer = clock.setTimeout(
      () => settle(false, `no answer within ${options.timeout} ms`),
      options.timeout,
    );
    try {
      outgoing = (target.secure ? httpsRequest : httpRequest)({
        agent: false,
        method: options.method,
        path: target.basePath + (path ?? '') || '/',
        headers: ['Host', target.host, 'User-Agent', 'spark-perf-balancer', 'Connection', 'close'] as never,
        ...(target.socketPath === undefined
          ? { host: target.hostname, port: target.port }
          : { socketPath: target.socketPath }),
        ...(target.secure ? target.tls : undefined),
      });
    } catch (error) {
      settle(false, String(error));
      return;
    }
    outgoing.on('error', (error) => settle(false, error.message));
    outgoing.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (!judge(() => options.isStatus(status))) {
        settle(false, `status ${status}`);
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > options.maxBody) settle(false, `a body over ${options.maxBody} bytes`);
        else if (options.isBody !== undefined) chunks.push(chunk);
      });
      response.on('error', (error) => settle(false, error.message));
      response.on('end', () => {
        const { isBody } = options;
        const good = isBody === undefined || judge(() => isBody(Buffer.concat(chunks).toString()));
        settle(good, good ? '' : 'unexpected body');
      });
    });
    outgoing.end();
  });
}

/** A judge of the user's that throws has not found the answer good. */
function judge(verdict: () => boolean): boolean {
  try {
    return verdict();
  } catch {
    return false;
  }
}
