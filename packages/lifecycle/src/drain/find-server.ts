import type { Clock } from '@spark-perf/core';
import { every, InvalidOptionError } from '@spark-perf/core';
import type { Server as HttpServer } from 'node:http';

/** An application whose `server` appears when it listens. */
export interface ServerApp {
  readonly server: HttpServer | null | undefined;
}

const LOOK_EVERY = 50;

/**
 * Calls `found` with the http(s) server: at once when it is there, else when the app says `listening`, or when a look
 * every 50 ms finds it. The returned function looks once more (`true`: found) or stops looking.
 *
 * @throws InvalidOptionError
 */
export function findServer(
  target: HttpServer | ServerApp,
  clock: Clock,
  found: (server: HttpServer) => void,
): { readonly look: () => boolean; readonly stop: () => void } {
  if (isServer(target)) {
    found(target);
    return { look: () => true, stop: () => {} };
  }
  if (!isApp(target)) {
    throw new InvalidOptionError('server', 'an http(s) server or an app with a `server` property', target);
  }
  let done = false;
  const look = (): boolean => {
    if (!done && isServer(target.server)) {
      stop();
      found(target.server);
    }
    return done;
  };
  const emitter = target as { on?: (event: string, listener: () => void) => unknown };
  // An app may emit before it has set its property: look in the next turn as well.
  if (typeof emitter.on === 'function') {
    emitter.on('listening', () => {
      if (!look()) setImmediate(look);
    });
  }
  const timer = every(clock, LOOK_EVERY, look);
  const stop = (): void => {
    done = true;
    timer.cancel();
  };
  look();
  return { look, stop };
}

function isServer(value: unknown): value is HttpServer {
  const server = value as Partial<HttpServer> | null | undefined;
  return (
    typeof server?.closeAllConnections === 'function' &&
    typeof server.getConnections === 'function' &&
    'listening' in server
  );
}

function isApp(value: unknown): value is ServerApp {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && 'server' in value;
}
