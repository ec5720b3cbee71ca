import type { Duplex } from 'node:stream';
import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { UpstreamFailure } from '../errors.js';
import { UpstreamError } from '../errors.js';
import { mayRetryStatus } from '../retry/may-retry.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { UpstreamConnection, UpstreamHandler } from '../transport/upstream-transport.js';
import { answerFields } from './answer-fields.js';
import type { Exchange } from './exchange.js';
import type { PendingHead } from './head-flusher.js';
import { failureOf, isUnsendable } from './failure-of.js';
import { recordAnswer, recordFailure } from './record-outcome.js';
import { isPlain, mayGoOn } from './may-go-on.js';
import { safeTrailers } from './safe-trailers.js';

/** Up to this many bytes a body is copied to leave together with its head. */
const ONE_WRITE: Bytes = 8_192;

/** An attempt is over, and what its transport still says is ignored. */
const CANCELLED = new UpstreamError('connect', 'The attempt was given up');

/**
 * One request to one server, told by the transport. It owns one slot of the server and gives it back exactly once,
 * whichever of the ends comes first.
 */
export class Attempt implements UpstreamHandler, PendingHead {
  connected = false;
  /** Whether the head of the answer has come. */
  answered = false;
  /** Whether the transport was asked. */
  dispatched = false;
  readonly #exchange: Exchange;
  readonly server: UpstreamServer;
  readonly #startedAt: Milliseconds;
  readonly #trial: boolean;
  #done = false;
  #complete = false;
  #connection: UpstreamConnection | undefined;
  #resume: (() => void) | undefined;
  /** The head, until it is written. */
  #head: string[] | undefined;
  #status = 0;
  #statusText = '';
  #contentLength = -1;
  #trailers = false;
  #held: Buffer | undefined;
  #paused = false;
  #listensForDrain = false;

  constructor(exchange: Exchange, server: UpstreamServer, now: Milliseconds) {
    this.#exchange = exchange;
    this.server = server;
    this.#startedAt = now;
    server.acquire();
    server.counters.requests++;
    if (exchange.attempts > 0) server.counters.retries++;
    this.#trial = server.state.kind === 'probing' && exchange.engine.health.apply(server, { kind: 'trial' });
  }

  /** Whether it is for the client to read: the answer is here, or held back because the client takes no more of it. */
  get waitsForClient(): boolean {
    return this.#paused || this.#complete;
  }

  onConnect(connection: UpstreamConnection): void {
    if (this.#done) throw CANCELLED;
    this.connected = true;
    this.#connection = connection;
    this.#exchange.onConnected();
  }

  onInformation(status: number, rawHeaders: string[]): void {
    if (!this.#done) this.#exchange.onInformation(this, status, rawHeaders);
  }

  onHeaders(status: number, rawHeaders: string[], resume: () => void, statusText: string): void {
    if (this.#done) return;
    this.answered = true;
    const { server } = this;
    const exchange = this.#exchange;
    const now = exchange.engine.options.clock.now();
    recordAnswer(server, exchange.engine.health, status, now, now - this.#startedAt);
    if (mayRetryStatus(exchange, server, status)) {
      this.cancel();
      exchange.retryElsewhere(this);
      return;
    }
    const fields = answerFields(exchange, server, status, rawHeaders);
    if (fields === 'hook-failed') {
      exchange.refuse(this, 500);
      return;
    }
    if (fields === 'invalid') {
      this.fail('protocol', new UpstreamError('protocol', 'The fields of the answer can not be relayed'));
      return;
    }
    this.#resume = resume;
    this.#head = fields.raw;
    this.#status = fields.status;
    this.#statusText = statusText;
    this.#contentLength = fields.contentLength;
    this.#trailers = fields.trailers;
    exchange.touch();
    exchange.engine.heads.add(this);
  }

  onData(chunk: Buffer, lent = false): boolean {
    if (this.#done) return true;
    const exchange = this.#exchange;
    const { res } = exchange.ctx;
    // Whoever captures bodies keeps it.
    if (lent && !isPlain(res)) this.#connection?.keep?.();
    exchange.touch();
    if (this.#head !== undefined) {
      if (chunk.length === this.#contentLength && chunk.length <= ONE_WRITE && this.#held === undefined) {
        // All of it: head and body leave together, when the end is told in the same turn.
        if (lent) this.#connection?.keep?.();
        this.#held = chunk;
        return true;
      }
      // The head waits for the chunk behind it: both are one write.
      if (this.#held === undefined) this.#writeHead();
      else this.flushHead();
      if (this.#done) return true;
    }
    const more = res.write(chunk);
    if (mayGoOn(res, more, lent)) return true;
    this.#paused = true;
    // Below the stream's own mark it says nothing when it is empty again.
    if (more) res.write('', () => this.#onDrain());
    else if (!this.#listensForDrain) {
      this.#listensForDrain = true;
      res.on('drain', () => this.#onDrain());
    }
    return false;
  }

  onComplete(rawTrailers: string[]): void {
    if (this.#done) return;
    const { res } = this.#exchange.ctx;
    const held = this.#held;
    this.#held = undefined;
    if (this.#head !== undefined && !this.#writeHead()) return;
    if (this.#trailers && rawTrailers.length > 0 && !this.#addTrailers(rawTrailers)) return;
    this.#complete = true;
    this.release();
    if (held === undefined) res.end();
    // Node joins head and body into one write only where both are strings, which takes half the time of two buffers.
    else res.end(held.toString('latin1'), 'latin1');
  }

  onUpgrade(rawHeaders: string[], socket: Duplex, head: Buffer, statusText: string): void {
    if (this.#done) {
      socket.destroy();
      return;
    }
    const { engine } = this.#exchange;
    const now = engine.options.clock.now();
    this.answered = true;
    recordAnswer(this.server, engine.health, 101, now, now - this.#startedAt);
    this.#exchange.onTunnel(this, { rawHeaders, socket, head, statusText });
  }

  onError(error: Error): void {
    if (this.#done) return;
    if (!this.connected && isUnsendable(error)) this.#exchange.refuse(this, 400);
    else this.fail(failureOf(error, this.connected), error);
  }

  /** Ends the attempt as failed: what follows is decided by the exchange. */
  fail(failure: UpstreamFailure, error: Error): void {
    if (this.#done) return;
    const { engine } = this.#exchange;
    const now = engine.options.clock.now();
    recordFailure(this.server, engine.health, failure, now, now - this.#startedAt);
    engine.totals.failed[failure]++;
    if (engine.events.has('attemptFailed'))
      engine.events.emit('attemptFailed', { id: this.server.id, failure, error });
    this.release();
    this.#connection?.abort();
    this.#exchange.onFailed(this, failure, error);
  }

  /** Ends the attempt for a reason that is not the server's, as when the client has left. */
  cancel(): void {
    if (this.#done) return;
    if (this.#trial) this.#exchange.engine.health.trialOver(this.server);
    this.release();
    this.#connection?.abort();
  }

  /** The head leaves without waiting for the body any longer. */
  flushHead(): void {
    if (this.#done || this.#head === undefined || !this.#writeHead()) return;
    const { res } = this.#exchange.ctx;
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) res.flushHeaders();
    else res.write(held);
  }

  #writeHead(): boolean {
    const head = this.#head!;
    this.#head = undefined;
    const { res } = this.#exchange.ctx;
    try {
      this.#exchange.beforeHead(this.#status);
      if (this.#statusText === '') res.writeHead(this.#status, head);
      else res.writeHead(this.#status, this.#statusText, head);
      return true;
    } catch (error) {
      // Somebody else has answered, or Node finds a field that must not go on the wire.
      this.fail('protocol', error as Error);
      return false;
    }
  }

  #addTrailers(rawTrailers: readonly string[]): boolean {
    try {
      this.#exchange.ctx.res.addTrailers(safeTrailers(rawTrailers));
      return true;
    } catch (error) {
      // A folded one, or one with a control character.
      this.fail('protocol', error as Error);
      return false;
    }
  }

  #onDrain(): void {
    if (!this.#paused || this.#done) return;
    this.#paused = false;
    this.#exchange.touch();
    this.#resume?.();
  }

  /** Gives the slot back, once; also for the tunnel that the attempt has become. */
  release(): void {
    if (this.#done) return;
    this.#done = true;
    this.server.release();
    const { queue } = this.#exchange.engine;
    if (queue.size > 0) queue.wake();
  }
}
