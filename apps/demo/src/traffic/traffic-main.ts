import { delay, systemClock, systemRandom } from '@spark-perf/core';
import { canBind } from './can-bind.js';
import { Client } from './client.js';
import type { Scene } from './scenario.js';
import { hammer, scanner, traveller, visitor } from './scenario.js';
import { Tally } from './tally.js';

const VISITORS = 4;
const TRAVELLERS = 2;
const FIRST_ADDRESS = 10;
/** Pages of the list that the clients know: 500 cities. */
const PAGES = 5;

/** The clients, in a process of their own: their work must not slow the servers they measure. */
async function main(port: number): Promise<void> {
  const stop = new AbortController();
  const tally = new Tally();
  // macOS has one loopback address unless told otherwise: then all clients share it, and its limits.
  const own = await canBind(`127.0.0.${FIRST_ADDRESS}`);
  const cities = await largestCities(port);
  const scene: Scene = { port, tally, cities, clock: systemClock, random: systemRandom, signal: stop.signal };
  let host = FIRST_ADDRESS;
  const address = (): string => (own ? `127.0.0.${host++}` : '127.0.0.1');
  const clients = [
    ...Array.from({ length: VISITORS }, () => visitor(scene, address())),
    ...Array.from({ length: TRAVELLERS }, () => traveller(scene, address())),
    scanner(scene, address()),
    hammer(scene, address()),
  ];
  process.on('message', (message) => {
    if (message === 'stop') stop.abort();
  });
  process.on('disconnect', () => process.exit());
  // The terminal's Ctrl-C is for the primary, which then asks us to stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  await Promise.all(clients);
  process.send?.(tally.result(), () => process.exit());
}

async function largestCities(port: number): Promise<number[]> {
  const client = new Client(port, '127.0.0.1', 1);
  const ids: number[] = [];
  let cursor = '';
  for (let page = 0; page < PAGES; page++) {
    const { status, body } = await client.send({ path: `/cities?limit=100${cursor}` });
    if (status !== 200) {
      await delay(systemClock, 200);
      continue;
    }
    const { items, nextCursor } = JSON.parse(body) as { items: { id: number }[]; nextCursor: string };
    ids.push(...items.map(({ id }) => id));
    cursor = `&cursor=${nextCursor}`;
  }
  client.close();
  return ids;
}

void main(Number(process.argv[2]));
