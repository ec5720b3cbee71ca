import type { BinaryName, BinarySource } from './binaries.js';
import { binaries } from './binaries.js';

/** A program is not on this machine. The message is one sentence that says what to do. */
export class MissingBinaryError extends Error {
  override readonly name = 'MissingBinaryError';

  constructor(
    readonly binary: BinaryName,
    /** What the environment variable named, where it was set. */
    named?: string,
  ) {
    const { env, folder, debian }: BinarySource = binaries[binary];
    const what = folder ? `the folder that holds ${binary}` : `the path of ${binary}`;
    super(
      named
        ? `${env} is set to "${named}", which is not ${what}: correct or unset it.`
        : `${binary} was not found: install it (on Debian and Ubuntu: apt-get install ${debian}) or set ${env} to ${what}.`,
    );
  }
}
