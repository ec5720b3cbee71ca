import type { ServerResponse } from 'node:http';

/** Resolves when a response is over, however it ended. */
export function responseClosed(res: ServerResponse): Promise<void> {
  if (res.closed || res.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      res.off('finish', over).off('close', over);
      resolve();
    };
    res.on('finish', over).on('close', over);
  });
}
