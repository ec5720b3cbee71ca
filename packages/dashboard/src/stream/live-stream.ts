import type { Clock, Context, Logger, Milliseconds, Timer } from '@spark-perf/core';
import { every } from '@spark-perf/core';
import type { History } from '../snapshot/history.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { eventMessage } from './event-message.js';
import type { MayWatch } from './viewers.js';
import { Viewers } from './viewers.js';

/** Proxies close what is silent. As often it is asked whether those who watch still may. */
const HEARTBEAT: Milliseconds = 15_000;
const RETRY: Milliseconds = 2_000;

export interface LiveStreamOptions {
  readonly clock: Clock;
  readonly interval: Milliseconds;
  readonly maxViewers: number;
  readonly logger: Logger;
  readonly history: History;
  /** Makes the next snapshot, and puts it into the history. */
  readonly take: () => Promise<Snapshot>;
  readonly onViewers: (count: number) => void;
}

/** One stream for all viewers. While nobody watches there is no timer and nothing is worked out. */
export class LiveStream {
  readonly viewers: Viewers;
  readonly #options: LiveStreamOptions;
  #timers: readonly Timer[] = [];
  #taking = false;
  #sentAt: Milliseconds = 0;
  /** What the next viewer begins with: made once per snapshot. */
  #welcome: readonly Buffer[] | undefined;
  #last: Buffer | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.viewers = new Viewers(options.maxViewers, (count) => {
      if (count > 0) this.#start();
      else this.#stop();
      options.onViewers(count);
    });
  }

  /** Whether ticks record the history now. */
  get running(): boolean {
    return this.#timers.length > 0;
  }

  /** Answers with the stream: first what the charts need of before, then a snapshot with each tick. */
  open(ctx: Context, mayWatch: MayWatch): void {
    const { res } = ctx;
    ctx.responded = true;
    ctx.statusCode = 200;
    if (ctx.req.httpVersionMajor === 1) {
      // The stream ends with its connection anyway. Without chunks a message is one write instead of three.
      res.removeHeader('Transfer-Encoding');
      res.setHeader('Connection', 'close');
    }
    res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    if (ctx.method === 'HEAD') {
      res.end();
      return;
    }
    const watched = this.running && this.#last !== undefined;
    if (!watched) this.#welcome = undefined;
    this.#welcome ??= [
      Buffer.from(`retry: ${RETRY}\n\n`),
      eventMessage('history', this.#options.history),
      ...(watched ? [this.#last!] : []),
    ];
    for (const chunk of this.#welcome) res.write(chunk);
    this.viewers.add(res, mayWatch);
    if (!watched) void this.#tick();
  }

  end(): void {
    this.viewers.end();
    this.#stop();
  }

  #start(): void {
    if (this.running) return;
    const { clock, interval } = this.#options;
    this.#sentAt = clock.now();
    this.#timers = [
      every(clock, interval, () => void this.#tick()),
      every(clock, HEARTBEAT, () => this.#beat()),
    ];
  }

  #stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#last = this.#welcome = undefined;
  }

  /** Never rejects. One that is slow delays the next: ticks don't overlap. */
  async #tick(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    const { take, logger, clock } = this.#options;
    try {
      const snapshot = await take();
      this.#last = eventMessage('snapshot', snapshot, snapshot.sequence);
      this.#welcome = undefined;
      this.#sentAt = clock.now();
      this.viewers.send(this.#last);
    } catch (error) {
      logger.error('The dashboard could not take a snapshot', error);
    } finally {
      this.#taking = false;
    }
  }

  #beat(): void {
    if (this.#options.clock.now() - this.#sentAt >= HEARTBEAT)
      this.viewers.send(Buffer.from(': heartbeat\n\n'));
    void this.viewers.review();
  }
}
