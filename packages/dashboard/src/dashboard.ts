import type { EventSource, Listener, MetricFamily, Middleware, Unsubscribe } from '@spark-perf/core';
import { Emitter } from '@spark-perf/core';
import cluster from 'node:cluster';
import { Gate } from './access/gate.js';
import { Login } from './access/login.js';
import { Sessions } from './access/sessions.js';
import { Actions } from './actions/actions.js';
import { WorkerProcesses } from './cluster/worker-processes.js';
import type { DashboardEvents } from './events.js';
import { EventFeed } from './feed/event-feed.js';
import { followEvents } from './feed/follow-events.js';
import { PageAssets } from './http/page-assets.js';
import { PageRoutes } from './http/page-routes.js';
import { dashboardMiddleware } from './middleware.js';
import type { DashboardOptions } from './options.js';
import { ProcessReader } from './report/process-reader.js';
import type { ResolvedOptions } from './resolve-options.js';
import { resolveOptions } from './resolve-options.js';
import { History } from './snapshot/history.js';
import type { Snapshot } from './snapshot/snapshot.js';
import { SnapshotBuilder } from './snapshot/snapshot-builder.js';
import { endOnShutdown } from './stream/end-on-shutdown.js';
import { LiveStream } from './stream/live-stream.js';

/** What `getStats` tells. */
export interface DashboardStats {
  /** Open streams. */
  readonly viewers: number;
  /** Snapshots made so far. */
  readonly snapshots: number;
  /** Actions taken so far, failed ones among them. */
  readonly actions: number;
}

/** The live page over the engines it is given. It reads them only while somebody looks. */
export class Dashboard implements EventSource<DashboardEvents> {
  readonly #options: ResolvedOptions;
  readonly #events: Emitter<DashboardEvents>;
  readonly #reader: ProcessReader;
  readonly #workers: WorkerProcesses | undefined;
  readonly #builder: SnapshotBuilder;
  readonly #history = new History();
  readonly #stream: LiveStream;
  readonly #routes: PageRoutes;
  readonly #ends: (() => void)[] = [];
  #snapshots = 0;
  #actions = 0;
  #recordedAt = -Infinity;
  #closed = false;

  /** @throws InvalidOptionError */
  constructor(raw?: DashboardOptions) {
    const options = (this.#options = resolveOptions(raw));
    const { clock, logger, sources, maskKey, maxDuration, sessionTTL, authorize } = options;
    this.#events = new Emitter((error, event) => logger.error(`A listener of "${event}" failed`, error));
    const feed = new EventFeed(options.maxEvents);
    this.#reader = new ProcessReader({ name: processName, sources, feed, maskKey, logger, clock });
    this.#workers = cluster.isPrimary ? new WorkerProcesses(cluster, clock, feed) : undefined;
    this.#builder = new SnapshotBuilder(clock, feed);
    const take = (): Promise<Snapshot> => this.snapshot();
    this.#stream = new LiveStream({
      ...{
        clock,
        logger,
        take,
        interval: options.interval,
        maxViewers: options.maxViewers,
        history: this.#history,
      },
      onViewers: (viewers) => this.#events.emit('viewers', { viewers }),
    });
    const password = typeof authorize === 'string' ? authorize : undefined;
    const sessions = new Sessions(clock, sessionTTL, options.secret, password);
    const assets = new PageAssets();
    const onFailure = (address: string | undefined): void => this.#events.emit('loginFailed', { address });
    const onDone = (action: string, target: string, ok: boolean): void => {
      this.#actions++;
      feed.add({
        at: clock.wallNow(),
        level: ok ? 'info' : 'warn',
        source: 'dashboard',
        text: `${action} ${target}${ok ? '' : ' failed'}`,
      });
      this.#events.emit('action', { action, target, ok });
    };
    this.#routes = new PageRoutes({
      options,
      sessions,
      assets,
      take,
      gate: new Gate(options, sessions),
      login: new Login({ authorize, sessionTTL, sessions, assets, clock, onFailure }),
      actions: new Actions({ sources, workers: this.#workers, maxDuration, clock, logger, onDone }),
      stream: this.#stream,
      history: this.#history,
      isClosed: () => this.#closed,
    });
    this.#ends.push(
      followEvents(sources, feed, clock),
      endOnShutdown(sources, () => this.#end()),
    );
  }

  /** For a prefix of its own: `app.use('/admin', dashboard.middleware())`. */
  middleware(): Middleware {
    return dashboardMiddleware(this.#routes);
  }

  on<K extends keyof DashboardEvents>(event: K, listener: Listener<DashboardEvents[K]>): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** What the page shows, now, of all processes. Waits for those that report, at most `workerTimeout`. */
  async snapshot(): Promise<Snapshot> {
    const { clock, workerTimeout, interval } = this.#options;
    const others = (await this.#workers?.ask(workerTimeout)) ?? [];
    const retired = this.#workers?.retired.list() ?? [];
    const snapshot = this.#builder.build(
      [this.#reader.read(), ...others],
      retired,
      this.#stream.viewers.size,
    );
    this.#snapshots++;
    // Looks in between two ticks are no points of their own: the charts would be denser where somebody pressed reload.
    if (clock.now() - this.#recordedAt >= interval * 0.9) {
      this.#recordedAt = clock.now();
      this.#history.push(snapshot.at, snapshot.points, snapshot.traffic?.heat ?? []);
    }
    return snapshot;
  }

  getStats(): DashboardStats {
    return { viewers: this.#stream.viewers.size, snapshots: this.#snapshots, actions: this.#actions };
  }

  collect(): MetricFamily[] {
    const one = (value: number) => [{ labels: {}, value }];
    return [
      {
        name: 'spark_dashboard_viewers',
        type: 'gauge',
        help: 'Open streams.',
        samples: one(this.#stream.viewers.size),
      },
      {
        name: 'spark_dashboard_snapshots',
        type: 'counter',
        help: 'Snapshots made.',
        samples: one(this.#snapshots),
      },
      {
        name: 'spark_dashboard_actions',
        type: 'counter',
        help: 'Actions taken.',
        samples: one(this.#actions),
      },
    ];
  }

  /** Ends the streams and stops listening to the sources, which stay as they are. Idempotent. */
  close(): Promise<void> {
    this.#end();
    for (const end of this.#ends.splice(0)) end();
    this.#workers?.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(): void {
    this.#closed = true;
    this.#stream.end();
  }
}

function processName(): string {
  if (cluster.worker !== undefined) return `worker ${cluster.worker.id}`;
  return Object.keys(cluster.workers ?? {}).length > 0 ? 'primary' : 'process';
}
