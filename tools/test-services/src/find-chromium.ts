import { findBinary } from './find-binary.js';

/** The path of a Chromium or Chrome. @throws MissingBinaryError where there is none. */
export function findChromium(): string {
  return findBinary('chromium');
}
