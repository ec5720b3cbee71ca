import type { BinaryName } from './binaries.js';
import { locateBinary } from './locate-binary.js';
import { MissingBinaryError } from './missing-binary-error.js';

/**
 * The path of a program that a test needs.
 *
 * @throws MissingBinaryError with one sentence that names what to install.
 */
export function findBinary(name: BinaryName): string {
  const found = locateBinary(name);
  if (!found) throw new MissingBinaryError(name);
  return found;
}
