import type { IncomingMessage } from 'node:http';

let requests = 0;

/** Gives a request a key that no other has, in the server's process, so that every host pays the same for it. */
export function uniqueKey(req: IncomingMessage): void {
  req.headers['idempotency-key'] = `key-${++requests}`;
}

/** What a client replaces where every body must be another one. */
export const SERIAL = '##########';

/** 1 KiB of JSON, as client and server of this suite send it. */
export const PAYLOAD = JSON.stringify({
  order: {
    id: SERIAL,
    currency: 'EUR',
    lines: Array.from({ length: 10 }, (_, sku) => ({ sku, amount: 3, price: 9.99 })),
  },
  note: 'x'.repeat(618),
});
