import type { Clock, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { ProfileTask } from '../actions/profile-task.js';
import type { EventFeed } from '../feed/event-feed.js';
import type { ProcessReport } from '../report/process-report.js';
import { RetiredProcesses } from '../report/retired-processes.js';
import type { Emitting } from './listen-together.js';
import { listenTogether } from './listen-together.js';
import type { Answer, Question } from './messages.js';
import { seal, unseal } from './messages.js';

/** The part of `node:cluster` that is used. */
export interface ClusterLike extends Emitting {
  readonly workers?: Readonly<Record<number, WorkerLike | undefined>> | undefined;
}

export interface WorkerLike {
  readonly id: number;
  readonly process: { readonly pid?: number | undefined };
  isConnected(): boolean;
  send(message: object, callback: (error: Error | null) => void): boolean;
}

/** Time that a worker's profile may come late. */
const GRACE: Milliseconds = 10_000;
/** So often in vain, and a worker is asked without being waited for: it may not report at all. */
const PATIENCE = 3;

/** The other processes of a cluster, for the one that serves the page. They report when asked, and when they end. */
export class WorkerProcesses {
  readonly retired = new RetiredProcesses();
  readonly #cluster: ClusterLike;
  readonly #clock: Clock;
  readonly #feed: EventFeed;
  readonly #ends: readonly (() => void)[];
  readonly #last = new Map<number, ProcessReport>();
  readonly #open = new Map<number, { worker: number; settle: (answer: Answer | undefined) => void }>();
  /** Questions in a row that a worker did not answer. */
  readonly #silence = new Map<number, number>();
  /** Workers that have said their last. */
  readonly #finished = new Set<number>();
  #nextId = 1;

  constructor(cluster: ClusterLike, clock: Clock, feed: EventFeed) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#feed = feed;
    this.#ends = [
      listenTogether(cluster, 'message', (worker: WorkerLike, message: unknown) =>
        this.#onMessage(worker, message),
      ),
      listenTogether(cluster, 'disconnect', (worker: WorkerLike) => this.#onDisconnect(worker)),
    ];
  }

  /** What they say within `timeout`. Of one that is too slow it is what it said before. */
  async ask(timeout: Milliseconds): Promise<readonly ProcessReport[]> {
    const workers = this.#connected().filter(({ id }) => !this.#finished.has(id));
    await Promise.all(
      workers.map(async (worker) => {
        const silence = this.#silence.get(worker.id) ?? 0;
        const asked = this.#question(worker, { type: 'report' }, timeout).then((answer) =>
          this.#silence.set(worker.id, answer === undefined ? silence + 1 : 0),
        );
        if (silence < PATIENCE) await asked;
      }),
    );
    return workers.flatMap(({ id }) => this.#last.get(id) ?? []);
  }

  /** Lets the worker of that process id make a profile. `absent`: there is none, or it did not manage to. */
  async profile(
    pid: number,
    task: ProfileTask,
    duration: Milliseconds,
  ): Promise<{ readonly profile: string } | 'busy' | 'absent'> {
    const worker = this.#connected().find(({ process }) => process.pid === pid);
    if (worker === undefined) return 'absent';
    const answer = await this.#question(worker, { type: 'profile', task, duration }, duration + GRACE);
    if (answer?.type === 'profile') return { profile: answer.profile };
    return answer?.type === 'failed' && answer.reason === 'busy' ? 'busy' : 'absent';
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const { settle } of this.#open.values()) settle(undefined);
  }

  #connected(): WorkerLike[] {
    return Object.values(this.#cluster.workers ?? {}).filter(
      (worker) => worker?.isConnected() === true,
    ) as WorkerLike[];
  }

  async #question(
    worker: WorkerLike,
    question:
      Omit<Extract<Question, { type: 'report' }>, 'id'> | Omit<Extract<Question, { type: 'profile' }>, 'id'>,
    timeout: Milliseconds,
  ): Promise<Answer | undefined> {
    const id = this.#nextId++;
    const answer = new Promise<Answer | undefined>((settle) => {
      this.#open.set(id, { worker: worker.id, settle });
      worker.send(seal({ ...question, id }), (error) => {
        if (error !== null) settle(undefined);
      });
    });
    try {
      const onTimeout = (): Error => new Error('The worker did not answer in time');
      return await withDeadline(this.#clock, answer, timeout, { onTimeout });
    } catch {
      return undefined;
    } finally {
      this.#open.delete(id);
    }
  }

  #onMessage(worker: WorkerLike, message: unknown): void {
    const answer = unseal<Answer>(message);
    if (answer === undefined) return;
    if (answer.type === 'report' || answer.type === 'final') this.#keep(worker.id, answer.report);
    if (answer.type === 'final') this.#retire(worker.id);
    else this.#open.get(answer.id)?.settle(answer);
  }

  /** Comes after the last message has been read, as `exit` need not. */
  #onDisconnect(worker: WorkerLike): void {
    this.#retire(worker.id);
    this.#finished.delete(worker.id);
    this.#silence.delete(worker.id);
    for (const { worker: id, settle } of this.#open.values()) if (id === worker.id) settle(undefined);
  }

  #retire(worker: number): void {
    const last = this.#last.get(worker);
    this.#last.delete(worker);
    this.#finished.add(worker);
    if (last !== undefined) this.retired.add(last);
  }

  #keep(worker: number, report: ProcessReport): void {
    this.#last.set(worker, report);
    for (const event of report.events)
      this.#feed.take({ ...event, source: `${report.name} ${event.source}` });
  }
}
