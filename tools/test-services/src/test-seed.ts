import { randomInt } from 'node:crypto';

let seed: number | undefined;

/**
 * The seed of this run's random tests: SPARK_SEED where it is set, else a random one that is printed, so that a
 * failure can be repeated. The same value for every call within a test file.
 *
 * @throws RangeError when SPARK_SEED is not an integer from 0 to 2^31 − 1.
 */
export function testSeed(): number {
  if (seed !== undefined) return seed;
  const given = process.env.SPARK_SEED;
  if (given) {
    seed = Number(given);
    if (!Number.isInteger(seed) || seed < 0 || seed > 0x7fffffff) {
      throw new RangeError(`SPARK_SEED must be an integer from 0 to 2147483647, received "${given}"`);
    }
  } else {
    seed = randomInt(0x7fffffff);
    process.stderr.write(`random tests use SPARK_SEED=${seed}\n`);
  }
  return seed;
}
