import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Bytes } from '@spark-perf/core';
import { BodyTooLargeError, UnsupportedBodyError } from '../errors.js';

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const CODINGS: Readonly<Record<string, Inflate>> = Object.freeze({
  gzip: promisify(gunzip) as Inflate,
  'x-gzip': promisify(gunzip) as Inflate,
  deflate: promisify(inflate) as Inflate,
  br: promisify(brotliDecompress) as Inflate,
});

/**
 * The body without its Content-Encoding. It may not become longer than `limit`, however small it was sent.
 *
 * @throws UnsupportedBodyError when the coding is unknown or the bytes are not in it; several codings are not taken
 * @throws BodyTooLargeError
 */
export async function decompress(bytes: Buffer, field: string | undefined, limit: Bytes): Promise<Buffer> {
  const coding = field?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return bytes;
  const inflated = Object.hasOwn(CODINGS, coding) ? CODINGS[coding] : undefined;
  if (inflated === undefined) throw new UnsupportedBodyError('The Content-Encoding is not supported');
  try {
    // zlib takes no limit of 0.
    return await inflated(bytes, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLargeError(limit);
    throw new UnsupportedBodyError('The body is not in its Content-Encoding', { cause: error });
  }
}
