import type { Clock, Logger } from '@spark-perf/core';
import type { Server as HttpServer } from 'node:http';
import { DrainTimeoutError } from '../errors.js';
import type { TimeBudget } from '../time-budget.js';
import type { ConnectionState } from './connection.js';
import type { DrainReport } from './drain-report.js';
import type { ServerApp } from './find-server.js';
import { findServer } from './find-server.js';
import { ServerDrain } from './server-drain.js';
import type { ResolvedServerOptions } from './server-options.js';

/** One server as statistics show it. */
export interface ServerStats {
  readonly listening: boolean;
  readonly connections: Readonly<Record<ConnectionState['name'], number>>;
}

interface Member {
  readonly number: number;
  readonly options: ResolvedServerOptions;
  search: ReturnType<typeof findServer> | undefined;
  drain: ServerDrain | undefined;
  /** Set once it drains: once, whoever asks. */
  draining: Promise<void> | undefined;
}

type Report = (done: DrainReport, error?: Error) => void;

/** The servers of one manager. */
export class ServerGroup {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #members = new Map<HttpServer | ServerApp, Member>();
  #next = 0;
  /** Set once the drain has begun: what is found or added later is drained at once. */
  #draining: { readonly budget: TimeBudget; readonly report: Report } | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Whether every server is found and listens. */
  get listening(): boolean {
    return [...this.#members.values()].every(
      ({ search, drain }) => search?.look() === true && drain?.listening === true,
    );
  }

  /** The longest that a server wants between readiness off and the drain. */
  get readinessDelay(): number {
    return Math.max(0, ...[...this.#members.values()].map(({ options }) => options.readinessDelay));
  }

  /** Watches a server. The same one twice is once. @throws InvalidOptionError */
  add(target: HttpServer | ServerApp, options: ResolvedServerOptions): void {
    if (this.#members.has(target)) return;
    const member: Member = {
      number: this.#next++,
      options,
      search: undefined,
      drain: undefined,
      draining: undefined,
    };
    member.search = findServer(target, this.#clock, (server) => {
      member.drain = new ServerDrain(server, options, this.#clock, this.#logger);
      if (this.#draining !== undefined)
        void this.#drain(member, this.#draining.budget, this.#draining.report);
    });
    this.#members.set(target, member);
  }

  remove(target: HttpServer | ServerApp): void {
    const member = this.#members.get(target);
    this.#members.delete(target);
    member?.search?.stop();
    member?.drain?.detach();
  }

  stats(): ServerStats[] {
    return [...this.#members.values()].map(({ drain }) => ({
      listening: drain?.listening ?? false,
      connections: drain?.connections() ?? { unused: 0, active: 0, idle: 0, upgraded: 0 },
    }));
  }

  /** Drains all, side by side. Never rejects. */
  async drain(budget: TimeBudget, report: Report): Promise<void> {
    const members = [...this.#members.values()];
    await Promise.all(
      members.map(async (member) => {
        member.search?.look();
        await this.#drain(member, budget, report);
      }),
    );
    this.#draining = { budget, report };
  }

  /** Drains one that was added during the shutdown. */
  async drainLate(target: HttpServer | ServerApp, budget: TimeBudget, report: Report): Promise<void> {
    const member = this.#members.get(target);
    if (member !== undefined) await this.#drain(member, budget, report);
  }

  #drain(member: Member, budget: TimeBudget, report: Report): Promise<void> {
    if (member.drain === undefined) return Promise.resolve();
    member.draining ??= this.#drainOnce(member, member.drain, budget, report);
    return member.draining;
  }

  async #drainOnce(member: Member, drain: ServerDrain, budget: TimeBudget, report: Report): Promise<void> {
    const begin = this.#clock.now();
    const limit = budget.limit(member.options.timeout);
    const { cut, destroyed } = await drain.drain(limit);
    const done = { server: member.number, duration: this.#clock.now() - begin, destroyed, cut };
    report(done, cut > 0 ? new DrainTimeoutError(cut, limit) : undefined);
  }

  /** Stops looking for servers that have not appeared. */
  stopSearching(): void {
    for (const { search } of this.#members.values()) search?.stop();
  }
}
