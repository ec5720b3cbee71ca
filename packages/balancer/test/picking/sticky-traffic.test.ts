import { expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { testWorld } from '../support/world.js';

const world = testWorld();
const named = (name: string) => world.upstream((_req, res) => res.end(name));

/** A browser: keeps the last cookie, and tells whether the answer brought one. */
function browser(urls: readonly string[]) {
  let cookie: string | undefined;
  let turn = 0;
  return async (): Promise<{ text: string; isNew: boolean }> => {
    const answer = await fetch(
      urls[turn++ % urls.length]!,
      cookie === undefined ? {} : { headers: { Cookie: cookie } },
    );
    const given = answer.headers.get('set-cookie');
    if (given !== null) cookie = given.split(';')[0];
    return { text: await answer.text(), isNew: given !== null };
  };
}

test('several clients each keep their own server under traffic, whatever the algorithm', async () => {
  const servers = await Promise.all(['a', 'b', 'c'].map(named));
  const { url } = await world.front(
    servers.map(({ port }) => port),
    { sticky: true, algorithm: 'random' },
  );
  const clients = Array.from({ length: 12 }, () => browser([url]));
  const homes = await Promise.all(clients.map((ask) => ask()));
  expect(homes.every(({ isNew }) => isNew)).toBe(true);
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(clients.map((ask) => ask()));
    expect(answers).toEqual(homes.map(({ text }) => ({ text, isNew: false })));
  }
});

test('a drained server hands its clients over, who then stay where they are', async () => {
  const servers = await Promise.all(['a', 'b'].map(named));
  const { url, balancer } = await world.front(
    servers.map(({ port }) => port),
    { sticky: true },
  );
  const ask = browser([url]);
  const { text: home } = await ask();
  const id = home === 'a' ? 's0' : 's1';
  balancer.drainServer(id);
  const moved = await ask();
  expect(moved).toEqual({ text: home === 'a' ? 'b' : 'a', isNew: true });
  balancer.restoreServer(id);
  for (let i = 0; i < 3; i++) expect(await ask()).toEqual({ text: moved.text, isNew: false });
});

test('a server that fails its client is left: the retry’s server becomes the new home', async () => {
  let broken = false;
  const moody = await world.upstream((req, res) => {
    if (broken) req.socket.destroy();
    else res.end('moody');
  });
  const good = await named('good');
  const { url } = await world.front([moody.port, good.port], { sticky: true });
  const ask = browser([url]);
  expect((await ask()).text).toBe('moody');
  broken = true;
  expect(await ask()).toEqual({ text: 'good', isNew: true });
  expect(await ask()).toEqual({ text: 'good', isNew: false });
});

test('processes with the same secret agree', async () => {
  const servers = await Promise.all(['a', 'b'].map(named));
  const ports = servers.map(({ port }) => port);
  const one = await world.front(ports, { sticky: { secret: 'shared' } });
  const two = await world.front(ports, { sticky: { secret: 'shared' } });
  const ask = browser([one.url, two.url]);
  const { text } = await ask();
  for (let i = 0; i < 6; i++) expect(await ask()).toEqual({ text, isNew: false });
});

test('after its ttl a client is spread anew', async () => {
  const clock = new ManualClock();
  const servers = await Promise.all(['a', 'b'].map(named));
  const { url } = await world.front(
    servers.map(({ port }) => port),
    { sticky: { ttl: 60_000 }, clock },
  );
  const ask = browser([url]);
  await ask();
  expect((await ask()).isNew).toBe(false);
  clock.advanceSync(61_000);
  expect((await ask()).isNew).toBe(true);
});
