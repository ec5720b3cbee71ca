import { get } from 'node:http';

/** People who watch a page's stream. */
export interface Viewers {
  /** Bytes that all of them have got. */
  readonly bytes: () => number;
  readonly leave: () => void;
}

/** Opens `count` streams and resolves when each has begun. */
export async function viewers(port: number, count: number): Promise<Viewers> {
  let bytes = 0;
  const requests = await Promise.all(
    Array.from({ length: count }, async () => {
      const request = get({ host: '127.0.0.1', port, path: '/admin/api/stream', agent: false });
      await new Promise<void>((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => {
          response.on('data', (chunk: Buffer) => (bytes += chunk.length));
          response.on('error', () => {}); // it is left in the end
          resolve();
        });
      });
      return request;
    }),
  );
  return {
    bytes: () => bytes,
    leave: () => {
      for (const request of requests) request.destroy();
    },
  };
}
