import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { every } from '@spark-perf/core';
import type { SubscribableRedisClient } from '@spark-perf/core/redis';
import { RedisSubscriber } from '@spark-perf/core/redis';
import { SequenceWatch } from './sequence-watch.js';

export interface BusOptions {
  readonly client: SubscribableRedisClient;
  readonly channel: string;
  readonly origin: string;
  readonly clock: Clock;
  /** Sends a sign of life, which comes back to us too. Resolves to `undefined` where Redis can't be asked. */
  readonly ping: (message: string) => Promise<unknown>;
  readonly pingInterval: Milliseconds;
  readonly onKeys: (keys: readonly string[]) => void;
  readonly onTags: (tags: readonly string[], version: number) => void;
  readonly onLease: (key: string) => void;
  /** A generation that somebody has written. */
  readonly onGeneration: (generation: number) => void;
  /** Messages may have been lost, or can't come. */
  readonly onState: (state: 'up' | 'gap' | 'down') => void;
}

/** How many signs of life may be missing. */
const MISSED_PINGS = 3;

/**
 * The channel on which a fleet tells what has changed: keys and tags, never values. A message is
 * `origin|sequence|kind|JSON list of names|generation or version`.
 */
export class Bus {
  readonly #options: BusOptions;
  #subscriber: RedisSubscriber;
  readonly #watch: SequenceWatch;
  readonly #pings: Timer;
  #sent = 0;
  #heard: Milliseconds;
  #up = false;
  /** Whether Redis has acknowledged a sign of life since something was heard. */
  #unheard = false;

  constructor(options: BusOptions) {
    this.#options = options;
    const { clock, pingInterval, onState } = options;
    this.#heard = clock.now();
    this.#watch = new SequenceWatch(clock, () => onState('gap'));
    this.#subscriber = this.#open();
    this.#pings = every(clock, pingInterval, () => this.#ping());
  }

  /** Whether an invalidation elsewhere would be heard. */
  get up(): boolean {
    return this.#up;
  }

  /** The next message, for a script to send. */
  message(kind: 'k' | 't' | 'u' | 'p', names: readonly string[]): string {
    return `${this.#options.origin}|${++this.#sent}|${kind}|${JSON.stringify(names)}|`;
  }

  close(): void {
    this.#pings.cancel();
    this.#watch.close();
    this.#subscriber.close();
    this.#up = false;
  }

  #open(): RedisSubscriber {
    const { client, channel } = this.#options;
    const subscriber = new RedisSubscriber(client, channel, (message) => this.#receive(message));
    subscriber.on('up', () => this.#becomeUp());
    subscriber.on('down', () => this.#becomeDown());
    subscriber.start();
    return subscriber;
  }

  #becomeUp(): void {
    this.#heard = this.#options.clock.now();
    this.#unheard = false;
    this.#watch.reset();
    this.#up = true;
    this.#options.onState('up');
  }

  #becomeDown(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#options.onState('down');
  }

  // A connection can be dead without anybody closing it: then our own signs of life, though Redis takes them, do not
  // come back. The system may find that out only after hours; so we take another one. So we do for one that the client
  // has given up for good, though Redis is there.
  #ping(): void {
    const { clock, pingInterval, ping } = this.#options;
    if (clock.now() - this.#heard > pingInterval * MISSED_PINGS) {
      this.#becomeDown();
      if (this.#unheard && (this.#subscriber.isUp || this.#subscriber.hasEnded)) {
        this.#subscriber.close();
        this.#unheard = false;
        this.#subscriber = this.#open();
      }
    }
    ping(this.message('p', [])).then(
      (taken) => {
        if (taken !== undefined) this.#unheard = true;
      },
      () => {},
    );
  }

  #receive(text: string): void {
    const first = text.indexOf('|');
    const second = text.indexOf('|', first + 1);
    const last = text.lastIndexOf('|');
    if (first <= 0 || second < 0 || last <= second + 2) return;
    this.#heard = this.#options.clock.now();
    this.#unheard = false;
    // It was taken for dead, and is not: what came meanwhile may be lost.
    if (!this.#up && this.#subscriber.isUp) this.#becomeUp();
    const origin = text.slice(0, first);
    this.#watch.note(origin, Number(text.slice(first + 1, second)));
    const number = Number(text.slice(last + 1));
    const kind = text[second + 1];
    if (kind === 'k' && number > 0) this.#options.onGeneration(number);
    if (kind === 'u' || origin !== this.#options.origin)
      this.#deliver(kind, text.slice(second + 3, last), number);
  }

  #deliver(kind: string | undefined, json: string, number: number): void {
    let names: unknown;
    try {
      names = JSON.parse(json);
    } catch {
      return;
    }
    if (!Array.isArray(names)) return;
    const list = names.map(String);
    if (kind === 'k') this.#options.onKeys(list);
    else if (kind === 't') this.#options.onTags(list, number);
    else if (kind === 'u') for (const key of list) this.#options.onLease(key);
  }
}
