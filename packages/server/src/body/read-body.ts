import type { IncomingMessage } from 'node:http';
import type { Bytes } from '@spark-perf/core';
import { BodyAbortedError } from '../errors.js';

/**
 * The bytes of a body, as sent. Rejects with what `onTooLarge` makes as soon as there are more than `limit`, and with
 * `BodyAbortedError` when the connection ends before the body: `requestTimeout` bounds how long that may take.
 */
export function readBody(req: IncomingMessage, limit: Bytes, onTooLarge: () => Error): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => {
      req.removeListener('data', onData);
      req.removeListener('end', onEnd);
      req.removeListener('close', onClose);
      req.removeListener('error', onClose);
      // An error that comes later has no one to tell, and must not be thrown.
      req.on('error', () => {});
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      stop();
      reject(onTooLarge());
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length));
    };
    const onClose = (): void => {
      stop();
      reject(new BodyAbortedError());
    };
    if (req.destroyed && !req.readableEnded) {
      reject(new BodyAbortedError());
      return;
    }
    if (req.readableEnded) {
      resolve(Buffer.alloc(0)); // someone has read it already
      return;
    }
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
