import { createHash, randomUUID } from 'node:crypto';

/**
 * The id of a new trip. With an `Idempotency-Key` it derives from the key and the itinerary, so that a request that
 * is sent again, to whichever worker, after whatever crash, stores nothing twice.
 */
export function tripId(idempotencyKey: string | undefined, cities: readonly number[]): string {
  if (idempotencyKey === undefined || idempotencyKey === '') return randomUUID();
  const digest = createHash('sha256')
    .update(JSON.stringify([idempotencyKey, cities]))
    .digest('hex');
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
}
