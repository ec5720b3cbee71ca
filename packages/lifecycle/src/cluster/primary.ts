import type { Bytes, Emitter } from '@spark-perf/core';
import { Semaphore } from '@spark-perf/core';
import cluster from 'node:cluster';
import type { ClusterStats, WorkerStats } from './cluster-stats.js';
import { CoalescingQueue } from './coalescing-queue.js';
import { CrashBudget } from './crash-budget.js';
import { CrashLoopError, ReloadAbortedError, WorkerDrainError, WorkerNotReadyError } from './errors.js';
import type { ClusterManagerEvents } from './events.js';
import type { ResolvedClusterOptions } from './options.js';
import { SLOT_VARIABLE } from './worker-context.js';
import type { WorkerExit, WorkerListener } from './worker-process.js';
import { WorkerProcess } from './worker-process.js';
import type { SlotHost } from './worker-slot.js';
import { WorkerSlot } from './worker-slot.js';

/** The primary's part: a slot per worker, rolling restarts, the limits on crashes and memory. */
export class Primary {
  readonly #options: ResolvedClusterOptions;
  readonly #events: Emitter<ClusterManagerEvents>;
  readonly #budget: CrashBudget;
  readonly #slots: WorkerSlot[];
  /** One replacement at a time, whatever asks for it. */
  readonly #turn = new Semaphore(1);
  readonly #reloads = new CoalescingQueue(() => this.#reload());
  readonly #replacing = new Set<WorkerProcess>();
  readonly #onGiveUp: (error: CrashLoopError) => void;
  readonly #onAllReady: () => void;
  readonly #readySlots = new Set<number>();
  #reloaded = 0;
  #badEnds = 0;

  constructor(
    options: ResolvedClusterOptions,
    events: Emitter<ClusterManagerEvents>,
    onAllReady: () => void,
    onGiveUp: (error: CrashLoopError) => void,
  ) {
    this.#options = options;
    this.#events = events;
    this.#onAllReady = onAllReady;
    this.#onGiveUp = onGiveUp;
    this.#budget = new CrashBudget(options.clock, options.maxCrashes, options.crashWindow);
    const host = this.#slotHost();
    this.#slots = Array.from({ length: options.workers }, (_, slot) => new WorkerSlot(slot, host));
  }

  start(): void {
    for (const slot of this.#slots) slot.start();
  }

  /** Replaces every worker, one after the other. @throws ReloadAbortedError */
  reload(): Promise<void> {
    return this.#reloads.request();
  }

  /** Drains all workers. Resolves when they are gone. @throws WorkerDrainError */
  async stop(reason: string): Promise<void> {
    this.#badEnds = 0;
    await Promise.all(this.#slots.map((slot) => slot.stop(reason)));
    if (this.#badEnds > 0) throw new WorkerDrainError(this.#badEnds);
  }

  kill(): void {
    for (const slot of this.#slots) slot.kill();
  }

  stats(): ClusterStats {
    return {
      role: 'primary',
      workers: this.#slots.map((slot) => this.#workerStats(slot)),
      reloading: this.#reloads.busy,
      crashes: this.#budget.total,
      reloads: this.#reloaded,
    };
  }

  #workerStats({ number: slot, state }: WorkerSlot): WorkerStats {
    const process =
      state.name === 'occupied'
        ? state.process
        : state.name === 'replacing'
          ? (state.process ?? state.next)
          : undefined;
    return {
      slot,
      state: state.name === 'occupied' ? state.process.state.name : state.name,
      pid: process?.pid,
      uptime: process === undefined ? 0 : this.#options.clock.now() - process.startedAt,
      memory: process?.memory,
      report: process?.report,
    };
  }

  async #reload(): Promise<void> {
    const begin = this.#options.clock.now();
    let replaced = 0;
    try {
      for (const slot of this.#slots) {
        await this.#turn.run(() => slot.replace('reload'));
        replaced += 1;
      }
    } catch (cause) {
      const error = new ReloadAbortedError(replaced, cause);
      this.#options.logger.error(error.message);
      this.#events.emit('reloadAborted', { error });
      throw error;
    }
    this.#reloaded += 1;
    this.#events.emit('reloaded', { duration: this.#options.clock.now() - begin });
  }

  async #replaceForMemory(slot: WorkerSlot, process: WorkerProcess): Promise<void> {
    this.#replacing.add(process);
    try {
      await this.#turn.run(async () => {
        // It may have been replaced while this waited for its turn.
        if (slot.state.name === 'occupied' && slot.state.process === process) await slot.replace('memory');
      });
    } catch (error) {
      // The newcomer did not become ready: the old one works on, and its next report asks again.
      if (!(error instanceof WorkerNotReadyError)) throw error;
    } finally {
      this.#replacing.delete(process);
    }
  }

  #onMemory(slot: WorkerSlot | undefined, process: WorkerProcess, rss: Bytes): void {
    const { maxMemory, maxBackoff, clock, logger } = this.#options;
    if (slot === undefined || rss <= maxMemory || this.#replacing.has(process)) return;
    // A limit below what a fresh worker needs must not make restarts a busy loop.
    if (process.state.name !== 'ready' || clock.now() - process.state.since < maxBackoff) return;
    logger.warn(`Worker ${slot.number} uses ${rss} bytes, more than ${maxMemory}: replacing it`);
    void this.#replaceForMemory(slot, process);
  }

  #slotHost(): SlotHost {
    const { clock, random, minBackoff, maxBackoff, logger } = this.#options;
    const facts = (slot: number, process: WorkerProcess) => ({
      slot,
      pid: process.pid,
      report: process.report,
    });
    return {
      clock,
      random,
      minBackoff,
      maxBackoff,
      fork: (slot, listener: WorkerListener) =>
        new WorkerProcess(cluster.fork({ [SLOT_VARIABLE]: String(slot) }), slot, this.#options, listener),
      onCrash: () => this.#onCrash(),
      onBackoff: (slot, crashes, delay) => this.#events.emit('backoff', { slot, crashes, delay }),
      onReady: (slot, process) => {
        const duration = clock.now() - process.startedAt;
        logger.info(`Worker ${slot} (${process.pid}) is ready`);
        this.#events.emit('ready', { ...facts(slot, process), duration });
        this.#readySlots.add(slot);
        if (this.#readySlots.size === this.#slots.length) this.#onAllReady();
      },
      onDraining: (slot, process, reason) =>
        this.#events.emit('draining', { ...facts(slot, process), reason }),
      onMemory: (slot, process, rss) => this.#onMemory(this.#slots[slot], process, rss),
      onGone: (slot, process, exit: WorkerExit) => {
        // A terminal's signal may well kill one that has not started to ignore it.
        if (process.wasReady && exit.code !== 0) this.#badEnds += 1;
        if (!exit.expected) {
          logger.error(`Worker ${slot} (${process.pid}) exited with ${exit.signal ?? exit.code}`);
        }
        this.#events.emit('gone', { ...facts(slot, process), ...exit });
      },
    };
  }

  #onCrash(): boolean {
    if (!this.#budget.exhaust()) return true;
    const { maxCrashes, crashWindow } = this.#options;
    this.#events.emit('gaveUp', { crashes: maxCrashes });
    this.#onGiveUp(new CrashLoopError(maxCrashes, crashWindow));
    return false;
  }
}
