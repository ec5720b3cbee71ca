import type { Outcome } from './outcome.js';

/** An outcome as text, for stores outside of this process. */
export function encodeOutcome(outcome: Outcome): string {
  if (outcome.kind !== 'response') return JSON.stringify(outcome);
  const { body, ...head } = outcome.response;
  return JSON.stringify({ kind: 'response', response: { ...head, body: body.toString('base64') } });
}

/** The inverse. @throws when the text is none of ours. */
export function decodeOutcome(text: string): Outcome {
  const data = JSON.parse(text) as Outcome | { kind: 'response'; response: { body: string } };
  if (data.kind !== 'response') return data;
  return {
    kind: 'response',
    response: { ...data.response, body: Buffer.from(data.response.body as string, 'base64') },
  } as Outcome;
}
