import type { Bytes, RawHeader } from '@spark-perf/core';
import type { Outcome } from '../outcome.js';

/** A response as two texts, one character per byte. */
interface PackedResponse {
  readonly kind: 'packed';
  readonly status: number;
  readonly statusMessage: string | undefined;
  /** Names and values in turn. */
  readonly fields: string;
  readonly body: string;
}

/** An outcome as it is kept: three objects in place of the dozen that a collector would copy and trace for each entry. */
export type PackedOutcome = PackedResponse | Outcome;

/** Longer bodies stay in buffers, outside of V8's heap. */
const SHORT: Bytes = 4_096;
/** Stands in no field's name or value (RFC 9110, section 5.5). */
const SEPARATOR = '\0';

export function packOutcome(outcome: Outcome): PackedOutcome {
  if (outcome.kind !== 'response' || outcome.response.body.length > SHORT) return outcome;
  const { outcome: ending, status, statusMessage, headers, body } = outcome.response;
  if (ending !== 'complete') return outcome;
  const parts: string[] = [];
  for (const [name, value] of headers) parts.push(name, value);
  // `join` makes one flat text; sums would keep all their parts.
  return {
    kind: 'packed',
    status,
    statusMessage,
    fields: parts.join(SEPARATOR),
    body: body.toString('latin1'),
  };
}

export function unpackOutcome(packed: PackedOutcome): Outcome {
  if (packed.kind !== 'packed') return packed;
  const { status, statusMessage, fields, body } = packed;
  const headers: RawHeader[] = [];
  const parts = fields === '' ? [] : fields.split(SEPARATOR);
  for (let i = 0; i + 1 < parts.length; i += 2) headers.push([parts[i]!, parts[i + 1]!]);
  return {
    kind: 'response',
    response: { outcome: 'complete', status, statusMessage, headers, body: Buffer.from(body, 'latin1') },
  };
}
