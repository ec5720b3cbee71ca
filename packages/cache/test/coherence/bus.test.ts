import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisSubscriberConnection, SubscribableRedisClient } from '@spark-perf/core/redis';
import { ManualClock } from '@spark-perf/core/testing';
import { Bus } from '../../src/coherence/bus.js';

/** A subscriber's connection whose fate a test decides. */
class Line implements RedisSubscriberConnection {
  status = 'connecting';
  deaf = false;
  subscribed = false;
  closed = false;
  readonly #listeners = new Map<string, ((...args: unknown[]) => void)[]>();

  on(event: string, listener: (...args: unknown[]) => void): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }
  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
  subscribe(): Promise<unknown> {
    this.subscribed = true;
    return Promise.resolve(1);
  }
  unsubscribe(): Promise<unknown> {
    return Promise.resolve(1);
  }
  disconnect(): void {
    this.closed = true;
  }
}

const PING = 1_000;
let clock: ManualClock;
let lines: Line[];
let states: string[];
let heard: string[];
let redisUp: boolean;
let bus: Bus;

const publish = (message: string): void => {
  const line = lines.at(-1);
  if (line?.subscribed === true && !line.deaf) line.emit('message', 'c', message);
};

beforeEach(async () => {
  clock = new ManualClock();
  [lines, states, heard, redisUp] = [[], [], [], true];
  const duplicate = (): Line => {
    lines.push(new Line());
    return lines.at(-1)!;
  };
  bus = new Bus({
    client: { duplicate } as unknown as SubscribableRedisClient,
    ...{ channel: 'c', origin: 'me', clock, pingInterval: PING },
    ping: (message) => {
      if (!redisUp) return Promise.resolve(undefined);
      publish(message);
      return Promise.resolve([1]);
    },
    onKeys: (keys) => heard.push(...keys),
    onTags: (tags, version) => heard.push(...tags.map((tag) => `${tag}@${version}`)),
    onLease: (key) => heard.push(`lease ${key}`),
    onGeneration: () => {},
    onState: (state) => states.push(state),
  });
  lines[0]!.emit('ready');
  await clock.advance(0);
});
afterEach(() => bus.close());

describe('a connection that stands', () => {
  test('a message takes effect in the turn in which it comes', () => {
    publish('other|1|k|["a","b"]|5');
    publish('other|2|t|["t"]|6');
    publish('me|3|k|["mine"]|7');
    publish('me|4|u|["l"]|');
    expect(heard).toEqual(['a', 'b', 't@6', 'lease l']);
    expect(clock.now()).toBe(0);
  });

  test('a gap is told within 250 ms, and a message that was only overtaken is none', async () => {
    publish('other|1|p|[]|');
    publish('other|3|p|[]|');
    publish('other|2|p|[]|');
    await clock.advance(250);
    expect(states).toEqual(['up']);
    publish('other|5|p|[]|');
    await clock.advance(249);
    expect(states).toEqual(['up', 'gap']);
  });

  test('after a reconnection it is up, and says so, before any time has passed', async () => {
    lines[0]!.emit('close');
    expect(states).toEqual(['up', 'down']);
    await clock.advance(500);
    const before = clock.now();
    lines[0]!.emit('ready');
    await clock.advance(0);
    expect([states, clock.now() - before]).toEqual([['up', 'down', 'up'], 0]);
  });
});

describe('a connection that the client gives up', () => {
  beforeEach(() => {
    Object.assign(lines[0]!, { status: 'end', deaf: true });
    for (const event of ['close', 'end']) lines[0]!.emit(event);
    expect(states).toEqual(['up', 'down']);
  });

  test('is replaced once Redis can be asked', async () => {
    redisUp = false;
    await clock.advance(60 * PING);
    expect(lines).toHaveLength(1);
    redisUp = true;
    await clock.advance(5 * PING);
    expect(lines).toHaveLength(2);
    lines[1]!.emit('ready');
    await clock.advance(0);
    expect([bus.up, states]).toEqual([true, ['up', 'down', 'up']]);
    publish('other|1|k|["a"]|5');
    expect(heard).toEqual(['a']);
  });

  test('a new one that is still connecting is not', async () => {
    await clock.advance(100 * PING);
    expect(lines).toHaveLength(2);
  });
});

describe('a connection that is half open', () => {
  test('is given up after three missed signs of life, and replaced', async () => {
    await clock.advance(5 * PING);
    expect(states).toEqual(['up']);
    lines[0]!.deaf = true;
    await clock.advance(5 * PING);
    expect(states).toEqual(['up', 'down']);
    expect([bus.up, lines.length, lines[0]!.closed]).toEqual([false, 2, true]);
    lines[1]!.emit('ready');
    await clock.advance(0);
    expect([bus.up, states]).toEqual([true, ['up', 'down', 'up']]);
    await clock.advance(20 * PING);
    expect([bus.up, lines.length]).toEqual([true, 2]);
  });

  test('one that is still connecting is left to the client', async () => {
    lines[0]!.deaf = true;
    await clock.advance(5 * PING);
    await clock.advance(60 * PING);
    expect(lines).toHaveLength(2);
  });

  test('silence while Redis can not be asked is no reason to replace it; a sign of life makes it good again', async () => {
    redisUp = false;
    await clock.advance(10 * PING);
    expect([bus.up, lines.length]).toEqual([false, 1]);
    redisUp = true;
    await clock.advance(PING);
    expect([bus.up, lines.length, states]).toEqual([true, 1, ['up', 'down', 'up']]);
  });
});
