import type http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context, Middleware } from '@spark-perf/core';

/** A running application of one host. */
export interface Host {
  readonly port: number;
  readonly server: http.Server;
  /** What the host's error handler was given. */
  readonly handled: unknown[];
  close(): Promise<void>;
}

export interface HostOptions {
  /** GET and POST /work: what it makes of our context is answered as JSON by the host's own means. */
  readonly work?: ((ctx: Context) => unknown) | undefined;
  /** Whether the host's own means parse the body before ours. Fastify can't. @default false */
  readonly parseBody?: boolean | undefined;
  /** Mounted at `/mounted` behind the others. */
  readonly mounted?: Middleware | undefined;
}

/**
 * Starts an application with our middlewares, each used by itself, in front of the same routes everywhere: GET /hello →
 * JSON; GET /users/:id → the id, by a mounted router where the host has such; POST /echo → the body's text; GET /stream
 * → three chunks; GET /fail → an error, thrown late; GET /found → whether `sparkContext` finds our context; /work. Its
 * documented error handler answers 418.
 */
export type StartHost = (middlewares: readonly Middleware[], options?: HostOptions) => Promise<Host>;

export const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function failure(): Promise<never> {
  await later();
  throw new Error('boom');
}

export async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** What a handler makes of a body, whether or not it was parsed. */
export async function bodyText(parsed: unknown, stream: AsyncIterable<unknown>): Promise<string> {
  if (parsed === undefined || parsed === null) return textOf(stream);
  return typeof parsed === 'string' ? parsed : JSON.stringify(parsed);
}

export async function listening(server: http.Server, handled: unknown[]): Promise<Host> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    handled,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
