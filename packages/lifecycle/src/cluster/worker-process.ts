import type { Bytes, Clock, Milliseconds, Timer } from '@spark-perf/core';
import type { Worker } from 'node:cluster';
import { WorkerNotReadyError } from './errors.js';
import type { PrimaryMessage, WorkerMessage } from './messages.js';
import { seal, unseal } from './messages.js';

/** Where a worker's process is. */
export type WorkerState =
  | { readonly name: 'starting' }
  | { readonly name: 'ready'; readonly since: Milliseconds }
  | { readonly name: 'draining'; readonly reason: string }
  | { readonly name: 'gone' };

/** How a process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was told to, after having been ready. */
  readonly expected: boolean;
}

export interface WorkerProcessOptions {
  readonly clock: Clock;
  readonly readyTimeout: Milliseconds;
  readonly drainTimeout: Milliseconds;
  readonly requireListening: boolean;
}

/** What a process tells its slot. */
export interface WorkerListener {
  onReady(process: WorkerProcess): void;
  onDraining(process: WorkerProcess, reason: string): void;
  onMemory(process: WorkerProcess, rss: Bytes): void;
  onGone(process: WorkerProcess, exit: WorkerExit): void;
}

/** One worker process as its primary sees it: starting, ready, draining, gone. */
export class WorkerProcess {
  readonly startedAt: Milliseconds;
  /** Resolves when the process is ready; rejects with `WorkerNotReadyError`. */
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  report: unknown = undefined;
  memory: Bytes | undefined = undefined;
  readonly #worker: Worker;
  readonly #slot: number;
  readonly #options: WorkerProcessOptions;
  readonly #listener: WorkerListener;
  #state: WorkerState = { name: 'starting' };
  #missing: Set<'listening' | 'ready'>;
  #wasReady = false;
  #deadline: Timer;
  #settleReady: (error?: Error) => void = () => {};
  #settleGone: () => void = () => {};

  constructor(worker: Worker, slot: number, options: WorkerProcessOptions, listener: WorkerListener) {
    const { clock, readyTimeout, requireListening } = options;
    this.#worker = worker;
    this.#slot = slot;
    this.#options = options;
    this.#listener = listener;
    this.startedAt = clock.now();
    this.#missing = new Set(requireListening ? ['listening', 'ready'] : ['ready']);
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.ready.catch(() => {}); // whoever needs it awaits it
    this.gone = new Promise((resolve) => (this.#settleGone = resolve));
    this.#deadline = clock.setTimeout(() => this.#giveUpStart(), readyTimeout, { ref: true });
    worker.on('listening', () => this.#arrive('listening'));
    worker.on('message', (message: unknown) => this.#onMessage(message));
    worker.on('error', () => {}); // a failed send; the exit tells
    worker.on('exit', (code: number | null, signal: string | null) =>
      this.#onExit(code, signal as NodeJS.Signals | null),
    );
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Whether it ever was. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Tells the process to drain and exit; kills it when it takes too long. Resolves when it is gone. */
  drain(reason: string): Promise<void> {
    if (this.#state.name === 'starting' || this.#state.name === 'ready') {
      this.#settleReady(new WorkerNotReadyError(this.#slot, 'stopped'));
      this.#state = { name: 'draining', reason };
      this.#deadline.cancel();
      const { clock, drainTimeout } = this.#options;
      this.#deadline = clock.setTimeout(() => this.kill(), drainTimeout, { ref: true });
      this.#send({ type: 'drain', reason });
      this.#listener.onDraining(this, reason);
    }
    return this.gone;
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #send(message: PrimaryMessage): void {
    // The callback takes what a closed channel would otherwise emit as an error.
    if (this.#worker.isConnected()) this.#worker.send(seal(message), () => {});
  }

  #onMessage(raw: unknown): void {
    const message = unseal<WorkerMessage>(raw);
    switch (message?.type) {
      case 'hello':
        // Told to go before it could hear it.
        if (this.#state.name === 'draining') this.#send({ type: 'drain', reason: this.#state.reason });
        return;
      case 'ready':
        this.report = message.report;
        return this.#arrive('ready');
      case 'memory':
        this.memory = message.rss;
        return this.#listener.onMemory(this, message.rss);
      case 'closing':
        return this.#send({ type: 'closed' });
      case 'bye':
      case undefined:
        return;
    }
  }

  #arrive(what: 'listening' | 'ready'): void {
    this.#missing.delete(what);
    if (this.#missing.size > 0 || this.#state.name !== 'starting') return;
    this.#deadline.cancel();
    this.#wasReady = true;
    this.#state = { name: 'ready', since: this.#options.clock.now() };
    this.#settleReady();
    this.#listener.onReady(this);
  }

  #giveUpStart(): void {
    this.#settleReady(new WorkerNotReadyError(this.#slot, 'timeout'));
    void this.drain('not ready');
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const expected = this.#state.name === 'draining' && this.#wasReady;
    this.#deadline.cancel();
    this.#state = { name: 'gone' };
    this.#settleReady(new WorkerNotReadyError(this.#slot, 'exit'));
    this.#listener.onGone(this, { code, signal, expected });
    this.#settleGone();
  }
}
