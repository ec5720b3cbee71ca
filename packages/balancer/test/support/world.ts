import { afterEach } from '@jest/globals';
import type { RequestListener } from 'node:http';
import type { ServerOptions } from '../../src/index.js';
import type { Front, FrontOptions } from './front.js';
import { startFront } from './front.js';
import { TestUpstream } from './upstream.js';

/** Starts what a test needs, and ends it afterwards. */
export function testWorld() {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  return {
    defer: (cleanup: () => unknown): void => void cleanups.push(cleanup),
    async upstream(listener: RequestListener): Promise<TestUpstream> {
      const upstream = await TestUpstream.start(listener);
      cleanups.push(() => upstream.down());
      return upstream;
    },
    async front(servers: readonly (number | ServerOptions)[], options?: FrontOptions): Promise<Front> {
      const front = await startFront(servers, options);
      cleanups.push(() => front.close());
      return front;
    },
  };
}
