import type { Outcome } from '../health/outlier-detector.js';

/** What the status of an answer says about its server. */
export function outcomeOf(status: number): Outcome {
  if (status < 500) return 'ok';
  return status === 502 || status === 503 || status === 504 ? 'gateway' : '5xx';
}
