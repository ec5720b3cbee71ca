import { afterEach, describe } from '@jest/globals';
import type { Middleware } from '@spark-perf/core';
import type { Host, HostOptions, StartHost } from './hosts/index.js';
import { HOSTS } from './hosts/index.js';
import { onSpark } from './hosts/spark.js';

export type { Host } from './hosts/index.js';

export const EVERY_HOST: Readonly<Record<string, StartHost>> = { ...HOSTS, Spark: onSpark };

/** A host that was started for a test, and how to ask it. */
export interface Started extends Host {
  readonly url: string;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export type Start = (middlewares: readonly Middleware[], options?: HostOptions) => Promise<Started>;

/** Defines the same tests on every host; what they start is closed after each. */
export function onEveryHost(define: (start: Start, name: string) => void): void {
  describe.each(Object.entries(EVERY_HOST))('on %s', (name, startHost) => {
    const open: Host[] = [];
    afterEach(async () => {
      for (const host of open.splice(0)) await host.close();
    });
    define(async (middlewares, options) => {
      const host = await startHost(middlewares, options);
      open.push(host);
      const url = `http://127.0.0.1:${host.port}`;
      return { ...host, url, fetch: (path, init) => fetch(url + path, init) };
    }, name);
  });
}

export const postJson = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
});
