/**
 * How often to repeat: `full` times in a soak run (SPARK_SOAK=1), else a tenth of that, at least once.
 */
export function soakCount(full: number): number {
  return process.env.SPARK_SOAK === '1' ? full : Math.max(1, Math.ceil(full / 10));
}
