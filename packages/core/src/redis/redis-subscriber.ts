import type { EventSource, Listener, Unsubscribe } from '../emitter.js';
import { Emitter } from '../emitter.js';
import type { RedisSubscriberConnection, SubscribableRedisClient } from './redis-client.js';

export interface RedisSubscriberEvents {
  /** The subscription stands, at first or again. */
  up: { readonly first: boolean };
  /** The connection is gone: what is published meanwhile is lost. */
  down: Record<string, never>;
  error: { readonly error: unknown };
}

/** One channel on a connection of our own, made by `duplicate()` of the user's client. Reconnects as it does. */
export class RedisSubscriber implements EventSource<RedisSubscriberEvents> {
  readonly #client: SubscribableRedisClient;
  readonly #channel: string;
  readonly #onMessage: (message: string) => void;
  readonly #events = new Emitter<RedisSubscriberEvents>();
  #connection: RedisSubscriberConnection | undefined;
  #up = false;
  #first = true;
  #closed = false;

  constructor(client: SubscribableRedisClient, channel: string, onMessage: (message: string) => void) {
    this.#client = client;
    this.#channel = channel;
    this.#onMessage = onMessage;
  }

  /** Whether the subscription stands now. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Whether the client has given the connection up: it makes no other one. */
  get hasEnded(): boolean {
    return this.#connection?.status === 'end';
  }

  on<K extends keyof RedisSubscriberEvents>(
    event: K,
    listener: Listener<RedisSubscriberEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Connects and subscribes, in the background. Idempotent. */
  start(): void {
    if (this.#connection !== undefined || this.#closed) return;
    const connection = this.#client.duplicate();
    this.#connection = connection;
    // Without a listener ioredis writes connection errors to the console.
    connection.on('error', (error: unknown) => this.#events.emit('error', { error }));
    connection.on('ready', () => this.#subscribe(connection));
    connection.on('close', () => this.#goDown());
    connection.on('end', () => this.#goDown());
    connection.on('message', (channel, message) => {
      if (channel === this.#channel && !this.#closed) this.#onMessage(String(message));
    });
    if (connection.status === 'ready') this.#subscribe(connection);
    else if (connection.status === 'wait') this.#connect(connection);
  }

  /** Closes our connection, never the user's. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#up = false;
    // Of a connection that is over ioredis would wait 2 s for an end that has been.
    if (!this.hasEnded) this.#connection?.disconnect();
    this.#connection = undefined;
  }

  #connect(connection: RedisSubscriberConnection): void {
    const connecting = (connection as Partial<Pick<SubscribableRedisClient, 'connect'>>).connect?.call(
      connection,
    );
    connecting?.catch((error: unknown) => this.#events.emit('error', { error }));
  }

  // ioredis resubscribes by itself, but does not say when: asking again is harmless and tells.
  #subscribe(connection: RedisSubscriberConnection): void {
    connection.subscribe(this.#channel).then(
      () => this.#goUp(),
      (error: unknown) => this.#events.emit('error', { error }),
    );
  }

  #goUp(): void {
    if (this.#closed || this.#up) return;
    this.#up = true;
    const first = this.#first;
    this.#first = false;
    this.#events.emit('up', { first });
  }

  #goDown(): void {
    if (this.#closed || !this.#up) return;
    this.#up = false;
    this.#events.emit('down', {});
  }
}
