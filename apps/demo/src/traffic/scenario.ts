import { randomUUID } from 'node:crypto';
import type { Clock, Random } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import { Client } from './client.js';
import { politely } from './polite.js';
import type { Tally } from './tally.js';
import { Zipf } from './zipf.js';

/** What all clients share. */
export interface Scene {
  readonly port: number;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** City ids, the largest city first. */
  readonly cities: readonly number[];
}

const PREFIXES = [
  'ist',
  'sao',
  'lon',
  'par',
  'new',
  'san',
  'mos',
  'del',
  'kyo',
  'ber',
  'mad',
  'rom',
  'vie',
  'osl',
  'lim',
];
const COUNTRIES = ['TR', 'BR', 'FR', 'US', 'IN', 'JP', 'DE', 'ES', 'IT', 'GB'];
const SCANNED = [
  '/wp-login.php',
  '/.env',
  '/admin.php',
  '/cities/../../etc/passwd',
  '/cities/999999999',
  '/.git/config',
];

/** Looks cities up by their size, searches, and reads statistics. */
export async function visitor(scene: Scene, address: string): Promise<void> {
  const { random, signal, clock, tally, cities } = scene;
  const client = new Client(scene.port, address, 4);
  const zipf = new Zipf(cities.length, random);
  while (!signal.aborted) {
    const dice = random();
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    let path = `/cities/${cities[zipf.draw()]}`;
    if (dice > 0.95) path = `/countries/${pick(COUNTRIES)}/stats`;
    else if (dice > 0.9)
      path = `/cities/near?lat=${Math.round(random() * 100 - 40)}&lon=${Math.round(random() * 300 - 150)}&radiusKm=100`;
    else if (dice > 0.7) path = `/cities?q=${pick(PREFIXES)}`;
    await politely(client, { path }, tally, clock, signal);
    await delay(clock, 5 + random() * 15);
  }
  client.close();
}

/** Plans trips, and clicks twice. */
export async function traveller(scene: Scene, address: string): Promise<void> {
  const { random, signal, clock, tally, cities } = scene;
  const client = new Client(scene.port, address, 4);
  const zipf = new Zipf(cities.length, random);
  while (!signal.aborted) {
    const body = JSON.stringify({ cities: [cities[zipf.draw()], cities[zipf.draw()], cities[zipf.draw()]] });
    const headers = { 'Idempotency-Key': `"${randomUUID()}"` };
    const call = { method: 'POST', path: '/trips', body, headers } as const;
    const [first, second] = await Promise.all([
      politely(client, call, tally, clock, signal),
      politely(client, call, tally, clock, signal),
    ]);
    if (first !== undefined && second !== undefined && first.body !== second.body) {
      tally.failure(`a double click stored two trips: ${first.body} ${second.body}`);
    }
    await delay(clock, 50 + random() * 100);
  }
  client.close();
}

/** Tries paths that are not there. Its 404s are what it deserves. */
export async function scanner(scene: Scene, address: string): Promise<void> {
  const { random, signal, clock, tally } = scene;
  const client = new Client(scene.port, address, 2);
  while (!signal.aborted) {
    const path =
      random() < 0.5
        ? `/${Math.floor(random() * 1e9).toString(36)}`
        : (SCANNED[Math.floor(random() * SCANNED.length)] ?? '/');
    await impolitely(client, path, tally, clock);
    await delay(clock, 20);
  }
  client.close();
}

/** Asks far more than it may, and does not listen. */
export async function hammer(scene: Scene, address: string): Promise<void> {
  const { signal, clock, tally } = scene;
  const client = new Client(scene.port, address, 8);
  while (!signal.aborted) {
    await Promise.all(Array.from({ length: 8 }, () => impolitely(client, '/try/burst', tally, clock)));
    await delay(clock, 40);
  }
  client.close();
}

async function impolitely(client: Client, path: string, tally: Tally, clock: Clock): Promise<void> {
  const start = clock.now();
  try {
    tally.reply(await client.send({ path }), clock.now() - start);
  } catch {
    // Nobody promised it an answer.
  }
}
