import type { CapturedResponse } from '@spark-perf/core';

/** What a request that ran has come to: what others of its kind are answered with. */
export type Outcome =
  /** The response, ready to be sent again. */
  | { readonly kind: 'response'; readonly response: CapturedResponse }
  /** It was answered, with more than is kept. */
  | { readonly kind: 'tooLarge'; readonly status: number }
  /** Its response was cut off before its end. */
  | { readonly kind: 'cutOff' }
  /** It threw; the error itself stays in its process. */
  | { readonly kind: 'thrown' };

/** Whether a finished request is replayed to later ones, or forgotten so that they run. */
export type Verdict = 'success' | 'failure';

/** The refusals that the same request will meet again. All other 4xx depend on time or on who asks. */
const DETERMINISTIC = new Set([400, 413, 415, 422]);
/** Never replayed, not even under `replayErrors: 'all'`: they ask the client to come again. */
const TRANSIENT = new Set([408, 425, 429]);

export function verdictOn(outcome: Outcome, replayErrors: 'validation' | 'all'): Verdict {
  if (outcome.kind === 'cutOff' || outcome.kind === 'thrown') return 'failure';
  const status = outcome.kind === 'response' ? outcome.response.status : outcome.status;
  if (status < 400 || DETERMINISTIC.has(status)) return 'success';
  return replayErrors === 'all' && !TRANSIENT.has(status) ? 'success' : 'failure';
}

/** What an entry of this outcome costs in memory, roughly: the bytes, and about 500 for the objects around them. */
export function outcomeSize(outcome: Outcome): number {
  if (outcome.kind !== 'response') return 500;
  const { headers, body } = outcome.response;
  return headers.reduce(
    (sum, [name, value]) => sum + 2 * (name.length + value.length) + 64,
    body.length + 500,
  );
}
