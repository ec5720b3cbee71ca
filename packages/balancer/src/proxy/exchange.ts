import type { Context, Milliseconds } from '@spark-perf/core';
import type { UpstreamFailure } from '../errors.js';
import { UpstreamError } from '../errors.js';
import { mayRetry } from '../retry/may-retry.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import { answerFailure } from './answer-failure.js';
import type { FailureStatus } from './answer-failure.js';
import { Attempt } from './attempt.js';
import type { Sweepable } from './deadline-sweeper.js';
import { expireAttempt } from './expire-attempt.js';
import { isHandshakeFailure } from './failure-of.js';
import { InterimAnswers } from './interim-answers.js';
import { pickServer } from './pick-server.js';
import type { PreparedRequest } from './prepare-request.js';
import { prepareRequest } from './prepare-request.js';
import type { ProxyEngine } from './proxy-engine.js';
import { refuseRequest } from './refuse-request.js';
import { RequestBody } from './request-body.js';
import type { OpenedTunnel, UpgradeRequest } from './tunnel.js';
import { sendAttempt } from './send-attempt.js';
import { openTunnel } from './tunnel.js';
import { UploadDrain } from './upload-drain.js';
import type { Place, Waiter } from './wait-queue.js';
import { whenOver } from './when-over.js';

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
  request: PreparedRequest | undefined;
  #attempt: Attempt | undefined;
  #place: Place | undefined;
  #interim: InterimAnswers | undefined;
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
    whenOver(ctx, () => this.#onClose());
    if (this.#settled) return;
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
    this.request = prepared;
    engine.sweeper.add(this);
    this.#go(now);
  }

  onConnected(): void {
    const body = this.request?.body;
    if (body instanceof RequestBody) body.markSent();
    this.touch();
  }

  onInformation(attempt: Attempt, status: number, rawHeaders: string[]): void {
    this.#interim ??= new InterimAnswers(this.ctx.res, this.request?.ask);
    const verdict = this.#interim.relay(status, rawHeaders);
    if (verdict === 'alive') this.touch();
    else if (verdict === 'too-many')
      attempt.fail('protocol', new UpstreamError('protocol', 'Too many interim answers'));
  }

  /** The head is about to be written: from here on the answer is this one. */
  beforeHead(status: number): void {
    const body = this.request?.body;
    if (body instanceof RequestBody) body.settle();
    this.ctx.statusCode = status;
  }

  onTunnel(attempt: Attempt, opened: OpenedTunnel): void {
    if (!openTunnel(this, attempt, opened)) {
      opened.socket.destroy();
      attempt.fail('protocol', new UpstreamError('protocol', 'Not an upgrade that can be relayed'));
      return;
    }
    this.engine.totals.upgrades++;
    this.engine.sweeper.delete(this);
    this.#attempt = undefined;
    this.#settle();
  }

  /** Whether the request still waits for what comes of `attempt`. */
  isCurrent(attempt: Attempt): boolean {
    return !this.#settled && this.#attempt === attempt;
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
    else this.#giveUp(this.engine.options.clock.now());
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
    const uploading = this.request?.body instanceof RequestBody && !this.request.body.complete;
    const waiting = this.#attempt?.answered !== true && !uploading;
    this.#arm(clock.now(), waiting ? timeouts.firstByte : timeouts.idle);
  }

  onDeadline(now: Milliseconds): void {
    const attempt = this.#attempt;
    this.deadline = Infinity;
    if (this.#place !== undefined) {
      this.#leaveQueue();
      refuseRequest(this, 'queue-timeout');
    } else if (attempt !== undefined) expireAttempt(this, attempt, now);
  }

  onRoom(): boolean {
    if (this.ctx.req.socket.destroyed) {
      // A lost connection ends all of its requests, but one at a time: this one's turn is about to come.
      this.#onClose();
      return true;
    }
    const now = this.engine.options.clock.now();
    const picked = pickServer(this, now);
    if (picked === 'full') return false;
    this.#leaveQueue();
    this.#goTo(picked, now);
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
    // Those who wait come first.
    this.engine.queue.wake();
    const picked = pickServer(this, now);
    if (picked !== 'full') this.#goTo(picked, now);
    else if ((this.#place = this.engine.queue.join(this)) === undefined) refuseRequest(this, 'queue-full');
    else this.#arm(now, this.engine.options.queue.timeout);
  }

  #goTo(picked: UpstreamServer | 'none' | 'failed', now: Milliseconds): void {
    if (picked === 'none') this.#giveUp(now);
    else if (picked === 'failed') this.answer(500);
    else this.#send(picked, now);
  }

  #send(server: UpstreamServer, now: Milliseconds): void {
    const attempt = new Attempt(this, server, now);
    this.#attempt = attempt;
    this.attempts++;
    this.#arm(now, this.engine.options.timeouts.connect);
    sendAttempt(this, attempt, this.request!);
  }

  /** Ends a request that can't be sent, to whomever: by a hook's fault (500), or the client's (400). */
  refuse(attempt: Attempt, status: FailureStatus): void {
    this.#attempt = undefined;
    attempt.cancel();
    this.answer(status);
  }

  #giveUp(now: Milliseconds): void {
    if (now >= this.totalDeadline) this.answer(504);
    else if (this.#failure === undefined) refuseRequest(this, 'no-server');
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
    const body = this.request?.body;
    if (body instanceof RequestBody && body.abandon()) new UploadDrain(this.engine, req);
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
