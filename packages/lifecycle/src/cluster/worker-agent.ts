import { every, withDeadline } from '@spark-perf/core';
import cluster from 'node:cluster';
import { processLifecycle } from '../exit/process-registry.js';
import type { PrimaryMessage, WorkerMessage } from './messages.js';
import { seal, unseal } from './messages.js';
import type { ResolvedClusterOptions } from './options.js';
import type { WorkerMain } from './worker-context.js';
import { SLOT_VARIABLE } from './worker-context.js';

const FAREWELL_TIMEOUT = 1_000;

/**
 * A worker's part: runs `main`, tells the primary when all managers of the process are ready, and drains on its word, or
 * when it has died. Signals are left to the primary: a terminal sends them to every process at once.
 */
export class WorkerAgent {
  readonly #options: ResolvedClusterOptions;
  readonly #abort = new AbortController();
  #onClosed = (): void => {};

  constructor(options: ResolvedClusterOptions) {
    this.#options = options;
  }

  async run<T>(main: WorkerMain<T>): Promise<T> {
    const { clock, readyTimeout, maxMemory, memoryInterval } = this.#options;
    const lifecycle = processLifecycle();
    lifecycle.mute();
    lifecycle.beforeExit(() => this.#farewell());
    process.on('message', (message: unknown) => this.#onMessage(message));
    void this.#send({ type: 'hello' });
    cluster.worker?.on('disconnect', () => {
      // Or Node ends the process here and now, requests and all.
      if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
      this.#drain('primary gone');
    });
    if (maxMemory !== Infinity) {
      every(clock, memoryInterval, () => void this.#send({ type: 'memory', rss: process.memoryUsage.rss() }));
    }
    try {
      const slot = Number(process.env[SLOT_VARIABLE] ?? 0);
      const report = await main({ slot, signal: this.#abort.signal });
      await Promise.all([...lifecycle.members].map((one) => one.whenReady({ timeout: readyTimeout })));
      await this.#send({ type: 'ready', report });
      return report;
    } catch (error) {
      if (!lifecycle.ending) lifecycle.crash('start-up', error);
      void lifecycle.stop({ kind: 'crash', origin: 'start-up', error });
      return new Promise<never>(() => {}); // the exit is under way
    }
  }

  #onMessage(raw: unknown): void {
    const message = unseal<PrimaryMessage>(raw);
    if (message?.type === 'drain') this.#drain(message.reason);
    else if (message?.type === 'closed') this.#onClosed();
  }

  #drain(reason: string): void {
    this.#abort.abort(new Error(`The worker is draining: ${reason}`));
    void processLifecycle().stop({ kind: 'call', reason });
  }

  /**
   * Between closing its server and hearing of it the primary may have sent another connection. Messages keep their
   * order: once `closed` is back, such a connection has come and was refused, and the primary gives it to another
   * worker; once `bye` is written, so is the refusal. Without this, the exit would leave that client hanging.
   */
  async #farewell(): Promise<void> {
    const closed = new Promise<void>((resolve) => (this.#onClosed = resolve));
    await this.#bounded(this.#send({ type: 'closing' }).then((sent) => (sent ? closed : undefined)));
    await this.#bounded(this.#send({ type: 'bye' }));
  }

  async #bounded(step: Promise<unknown>): Promise<void> {
    const onTimeout = (): Error => new Error('no answer from the primary');
    await withDeadline(this.#options.clock, step, FAREWELL_TIMEOUT, { onTimeout }).catch(() => {});
  }

  /** Resolves to whether it was written. */
  #send(message: WorkerMessage): Promise<boolean> {
    return new Promise((resolve) => {
      if (!process.connected || process.send === undefined) return resolve(false);
      process.send(seal(message), undefined, undefined, (error) => resolve(error === null));
    });
  }
}
