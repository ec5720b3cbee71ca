import type { Context, Milliseconds } from '@spark-perf/core';
import type { UpstreamFailure } from '../errors.js';
import { UpstreamError } from '../errors.js';
import { mayRetry } from '../retry/may-retry.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import { answerFailure } from './answer-failure.js';
import type { FailureStatus } from './answer-failure.js';
import { Attempt } from './attempt.js';
import type { Sweepable } from './deadline-sweeper.js';
import { relayInformation } from './early-hints.js';
import { isHandshakeFailure } from './failure-of.js';
import type { PreparedRequest } from './prepare-request.js';
import { prepareRequest } from './prepare-request.js';
import type { ProxyEngine } from './proxy-engine.js';
import { refuseRequest } from './refuse-request.js';
import { RequestBody } from './request-body.js';
import type { OpenedTunnel, UpgradeRequest } from './tunnel.js';
import { openTunnel } from './tunnel.js';
import { upstreamRequest } from './upstream-request.js';
import type { Place, Waiter } from './wait-queue.js';

/** Most of a refused upload that is read to keep the client's connection; beyond it is cut. */
const DRAIN_LIMIT = 1_048_576;

/** One request of a client, over all its attempts. */
export class Exchange implements Sweepable, Waiter {
  deadline: Milliseconds = Infinity;
  slot = -1;
  readonly ctx: Context;
  readonly engine: ProxyEngine;
  readonly upgrade: UpgradeRequest | undefined;
  attempts = 0;
  /** Servers that have failed this request. */
  tried: readonly UpstreamServer[] | undefined;
  /** When the time for the request with all its attempts is over. */
  totalDeadline: Milliseconds = Infinity;
  #request: PreparedRequest | undefined;
  #attempt: Attempt | undefined;
  #place: Place | undefined;
  /** The last failure of an attempt whose connection was accepted. */
  #failure: UpstreamFailure | undefined;
  #settled = false;
  readonly #onSettled: () => void;

  constructor(engine: ProxyEngine, ctx: Context, upgrade: UpgradeRequest | undefined, onSettled: () => void) {
    this.engine = engine;
    this.ctx = ctx;
    this.upgrade = upgrade;
    this.#onSettled = onSettled;
  }

  start(): void {
    const { ctx, engine } = this;
    const { clock, timeouts } = engine.options;
    const now = clock.now();
    engine.totals.requests++;
    engine.budget.deposit(now);
    ctx.responded = true;
    ctx.res.on('close', () => this.#onClose());
    if (timeouts.total > 0) this.totalDeadline = now + timeouts.total;
    if (engine.closed) {
      refuseRequest(this, 'closed');
      return;
    }
    const prepared = prepareRequest(this);
    if (typeof prepared === 'number') {
      this.answer(prepared);
      return;
    }
    this.#request = prepared;
    engine.sweeper.add(this);
    this.#go(now);
  }

  onConnected(): void {
    const body = this.#request?.body;
    if (body instanceof RequestBody) body.markSent();
    this.touch();
  }

  onInformation(status: number, rawHeaders: string[]): void {
    this.touch();
    relayInformation(this.ctx.res, status, rawHeaders, this.#request?.expect === true);
  }

  retriesStatus(attempt: Attempt, status: number): boolean {
    const { retryOn } = this.engine.options;
    return retryOn.size > 0 && retryOn.has(status) && mayRetry(this, attempt.server, 'status');
  }

  /** Whether all of the request can be sent again. */
  get replayable(): boolean {
    const body = this.#request?.body;
    return !this.#settled && !(body instanceof RequestBody && !body.replayable);
  }

  /** The head is about to be written: from here on the answer is this one. */
  beforeHead(status: number): void {
    const body = this.#request?.body;
    if (body instanceof RequestBody) body.settle();
    this.ctx.statusCode = status;
  }

  onTunnel(attempt: Attempt, opened: OpenedTunnel): void {
    if (this.upgrade === undefined) {
      opened.socket.destroy();
      attempt.fail('protocol', new UpstreamError('protocol', 'Not asked to upgrade'));
      return;
    }
    this.engine.totals.upgrades++;
    this.engine.sweeper.delete(this);
    this.#attempt = undefined;
    openTunnel(this.ctx.res, this.upgrade, attempt, opened);
    this.#settle();
  }

  onFailed(attempt: Attempt, failure: UpstreamFailure, error: Error): void {
    if (failure !== 'connect' || isHandshakeFailure(error)) this.#failure = failure;
    if (this.#settled) return;
    if (this.ctx.res.headersSent) {
      // Cut short, so that the client sees that something is missing.
      this.ctx.res.destroy();
      return;
    }
    if (mayRetry(this, attempt.server, failure)) this.retryElsewhere(attempt);
    else this.#giveUp();
  }

  /** The attempt has failed, and another server may do better. */
  retryElsewhere(attempt: Attempt): void {
    const { server } = attempt;
    this.tried = [...(this.tried ?? []), server];
    this.engine.totals.retries++;
    this.engine.events.emit('retry', { from: server.id, attempt: this.attempts });
    this.#attempt = undefined;
    this.#go(this.engine.options.clock.now());
  }

  /** Bytes have moved. */
  touch(): void {
    const { clock, timeouts } = this.engine.options;
    const uploading = this.#request?.body instanceof RequestBody && !this.#request.body.complete;
    const waiting = this.#attempt?.answered !== true && !uploading;
    this.#arm(clock.now(), waiting ? timeouts.firstByte : timeouts.idle);
  }

  onDeadline(now: Milliseconds): void {
    const attempt = this.#attempt;
    this.deadline = Infinity;
    if (this.#place !== undefined) {
      this.#leaveQueue();
      refuseRequest(this, 'queue-timeout');
    } else if (attempt === undefined) this.answer(now >= this.totalDeadline ? 504 : 500);
    else if (!attempt.connected) attempt.fail('connect', new UpstreamError('connect', 'Connect timeout'));
    else if (!attempt.answered && this.#request?.waitsForClient() === true) {
      attempt.cancel();
      this.answer(408);
    } else attempt.fail('timeout', new UpstreamError('timeout', 'No byte in time'));
  }

  onRoom(): boolean {
    const { servers, options } = this.engine;
    const now = options.clock.now();
    const picked = servers.pick(now, this.ctx, this.tried);
    if (picked === 'full') return false;
    this.#leaveQueue();
    if (picked === 'none') this.#giveUp();
    else this.#send(picked, now);
    return true;
  }

  onClosed(): void {
    this.#place = undefined;
    refuseRequest(this, 'closed');
  }

  /** Answers for the balancer itself. */
  answer(status: FailureStatus): void {
    answerFailure(this.ctx, status, this.engine.servers.nextExpiry - this.engine.options.clock.now());
  }

  #go(now: Milliseconds): void {
    const picked = this.engine.servers.pick(now, this.ctx, this.tried);
    if (picked === 'none') this.#giveUp();
    else if (picked !== 'full') this.#send(picked, now);
    else if ((this.#place = this.engine.queue.join(this)) === undefined) refuseRequest(this, 'queue-full');
    else this.#arm(now, this.engine.options.queue.timeout);
  }

  #send(server: UpstreamServer, now: Milliseconds): void {
    const attempt = new Attempt(this, server, now);
    this.#attempt = attempt;
    this.attempts++;
    this.#arm(now, this.engine.options.timeouts.connect);
    const made = upstreamRequest(this, this.#request!, server);
    if (!(made instanceof Promise)) {
      if (made === undefined) this.#refuse(attempt);
      else server.transport.dispatch(made, attempt);
      return;
    }
    void made.then((request) => {
      if (this.#settled || this.#attempt !== attempt) return;
      if (request === undefined) this.#refuse(attempt);
      else server.transport.dispatch(request, attempt);
    });
  }

  /** A hook has failed, or made something that can't be sent. */
  #refuse(attempt: Attempt): void {
    attempt.cancel();
    this.answer(500);
  }

  #giveUp(): void {
    if (this.#failure === undefined) refuseRequest(this, 'no-server');
    else this.answer(this.#failure === 'timeout' ? 504 : 502);
  }

  #leaveQueue(): void {
    this.#place?.leave();
    this.#place = undefined;
  }

  /** The response is over: sent, or its client gone. */
  #onClose(): void {
    if (this.#settled) return;
    this.engine.sweeper.delete(this);
    this.#leaveQueue();
    const { res, req } = this.ctx;
    if (!res.writableFinished && this.#attempt !== undefined) {
      this.engine.totals.clientAborts++;
      this.#attempt.cancel();
    }
    const body = this.#request?.body;
    if (body instanceof RequestBody) body.drain(DRAIN_LIMIT, () => req.socket.destroySoon());
    this.#settle();
  }

  #arm(now: Milliseconds, timeout: Milliseconds): void {
    const deadline = timeout > 0 ? now + timeout : Infinity;
    this.deadline = deadline < this.totalDeadline ? deadline : this.totalDeadline;
  }

  #settle(): void {
    this.#settled = true;
    this.#onSettled();
  }
}
