import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Spark } from '@spark-perf/server';
import { startPostgres } from '@spark-perf/test-services';
import { createApi } from '../src/api.js';
import { importCities } from '../src/cities/import-cities.js';
import type { Database } from '../src/database.js';
import { connector } from '../src/databases/connect.js';
import { SingleConnectionDatabase } from '../src/databases/single-connection-database.js';
import { readSettings } from '../src/settings.js';

interface Answer {
  status: number;
  headers: Headers;
  // The shape differs by route.
  body: Record<string, never> & {
    items: { id: number; name: string; population: number; distanceKm: number }[];
  };
}

async function openSqlite(): Promise<[Database, () => Promise<void>]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'cities-'));
  const database = await SingleConnectionDatabase.open(connector(readSettings({}, directory)));
  return [database, async () => rmSync(directory, { recursive: true })];
}

async function openPostgres(): Promise<[Database, () => Promise<void>]> {
  const server = await startPostgres();
  const settings = readSettings({ DATABASE_URL: server.url }, '.');
  return [await SingleConnectionDatabase.open(connector(settings)), () => server.stop()];
}

describe.each([
  ['SQLite', openSqlite],
  ['Postgres', openPostgres],
])('the Cities API on %s', (_name, open) => {
  let database: Database;
  let cleanUp: () => Promise<void>;
  let app: Spark;
  let base: string;

  beforeAll(async () => {
    [database, cleanUp] = await open();
    await importCities(database, { from: __filename });
    app = createApi(database);
    await app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }, 120_000);

  afterAll(async () => {
    await app.close();
    await database.close();
    await cleanUp();
  });

  async function call(target: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(base + target, init);
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    };
  }
  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    call('/trips', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  test('finds Istanbul by the beginning of its name', async () => {
    const { status, body } = await call('/cities?q=istanb');
    expect(status).toBe(200);
    expect(body.items[0]).toEqual({
      id: 745044,
      name: 'Istanbul',
      country: 'TR',
      population: 14_804_116,
      latitude: 41.01384,
      longitude: 28.94966,
    });
  });

  test('imports once', async () => {
    let progress = 0;
    expect(await importCities(database, { from: __filename, onProgress: () => progress++ })).toBe(135_233);
    expect(progress).toBe(0);
  });

  test('gives a city by its id, 404 for one that is unknown', async () => {
    expect((await call('/cities/745044')).body).toMatchObject({ name: 'Istanbul' });
    const { status, headers, body } = await call('/cities/2');
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(body).toMatchObject({ title: 'City not found', status: 404 });
  });

  test.each(['sao%20paulo', 'S%C3%A3o%20Paulo', 'SAO PAULO'])('finds São Paulo by q=%s', async (q) => {
    expect((await call(`/cities?q=${q}`)).body.items[0]).toMatchObject({ name: 'São Paulo' });
  });

  test.each(['%25', '_', '%25%25', 'a%25', "'%3B--"])('takes q=%s literally', async (q) => {
    for (const { name } of (await call(`/cities?q=${q}`)).body.items) {
      expect(name.toLowerCase().startsWith(decodeURIComponent(q))).toBe(true);
    }
  });

  test('pages through a list without gaps or repeats, largest first', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    let last = Infinity;
    while (cursor !== null && seen.length < 1_000) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await call(`/cities?country=CH&limit=100${query}`);
      for (const { id, population } of body.items) {
        expect(population).toBeLessThanOrEqual(last);
        last = population;
        seen.push(id);
      }
      cursor = (body as unknown as { nextCursor: string | null }).nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const { body: stats } = await call('/countries/ch/stats');
    expect(seen.length).toBe(Math.min(1_000, stats.cities as unknown as number));
  });

  test('finds what is near, nearest first, also across the date line and at a pole', async () => {
    const { body } = await call('/cities/near?lat=41.01&lon=28.95&radiusKm=20&limit=5');
    expect(body.items).toHaveLength(5);
    const distances = body.items.map(({ distanceKm }) => distanceKm);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    const fiji = await call('/cities/near?lat=-16.8&lon=179.99&radiusKm=300&limit=100');
    const longitudes = fiji.body.items.map((city) => (city as unknown as { longitude: number }).longitude);
    expect(longitudes.some((lon) => lon > 0) && longitudes.some((lon) => lon < 0)).toBe(true);
    expect((await call('/cities/near?lat=90&lon=0&radiusKm=300')).status).toBe(200);
  });

  test('sums a country up, 404 for one that is unknown', async () => {
    const { body } = await call('/countries/tr/stats');
    expect(body).toMatchObject({ country: 'TR', largest: { name: 'Istanbul' } });
    expect((await call('/countries/xx/stats')).status).toBe(404);
  });

  test('stores a trip and gives it back', async () => {
    const made = await post({ cities: [745044, 2643743, 2988507] });
    expect(made.status).toBe(201);
    const location = made.headers.get('location')!;
    expect(made.body).toMatchObject({ cities: [745044, 2643743, 2988507] });
    // Istanbul to London to Paris, by great circles
    expect(Math.round(made.body.distanceKm as unknown as number)).toBe(2842);
    expect((await call(location)).body).toEqual(made.body);
    expect((await call('/trips/00000000-0000-0000-0000-000000000000')).status).toBe(404);
  });

  test('the same Idempotency-Key and itinerary make the same trip, another itinerary another', async () => {
    const headers = { 'Idempotency-Key': '"trip-1"' };
    const [first, again, other] = [
      await post({ cities: [745044, 2643743] }, headers),
      await post({ cities: [745044, 2643743] }, headers),
      await post({ cities: [2643743, 745044] }, headers),
    ];
    expect(again.body).toEqual(first.body);
    expect(other.body.id).not.toBe(first.body.id);
  });

  test('unknown cities of a trip are 422 and named', async () => {
    const { status, body } = await post({ cities: [745044, 2] });
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ field: 'cities', message: 'no city with id 2' }] });
  });

  test.each([
    ['/cities?limit=101', 'limit'],
    ['/cities?limit=0', 'limit'],
    ['/cities?limit=1e1', 'limit'],
    ['/cities?limit=1&limit=2', 'limit'],
    ['/cities?country=TUR', 'country'],
    ['/cities?minPopulation=-1', 'minPopulation'],
    ['/cities?cursor=!!!', 'cursor'],
    ['/cities?q=', 'q'],
    [`/cities?q=${'x'.repeat(101)}`, 'q'],
    ['/cities?q=%00', 'q'],
    ['/cities/abc', 'id'],
    ['/cities/99999999999', 'id'],
    ['/cities/near?lat=91&lon=0', 'lat'],
    ['/cities/near?lat=0', 'lon'],
    ['/cities/near?lat=0&lon=0&radiusKm=301', 'radiusKm'],
    ['/countries/1/stats', 'code'],
    ['/trips/1', 'id'],
  ])('%s is a 400 that names `%s`', async (target, field) => {
    const { status, headers, body } = await call(target);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect((body as unknown as { errors: { field: string }[] }).errors.map((fault) => fault.field)).toContain(
      field,
    );
  });

  test.each([
    [{}, 'cities'],
    [{ cities: [1] }, 'cities'],
    [{ cities: [1, 'x'] }, 'cities.1'],
    [{ cities: 'all' }, 'cities'],
    [{ cities: new Array<number>(51).fill(745044) }, 'cities'],
    ['text', 'body'],
    [null, 'body'],
  ])('POST /trips %j is a 400 that names `%s`', async (input, field) => {
    const { status, body } = await post(input);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ field }] });
  });

  test('is healthy', async () => {
    const answer = await call('/health');
    expect(answer.body).toEqual({ status: 'ok' });
    expect(answer.headers.get('cache-control')).toBe('no-store'); // a kept one would tell how things were
  });
});
