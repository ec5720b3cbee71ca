import type { Dispatcher } from './dispatcher.js';
import type { Entry } from './entry.js';

/** What a look at the idle connections has shown. */
export interface HealthReport {
  readonly checked: number;
  readonly unhealthy: number;
}

/** Validated side by side, so that a check never empties the pool at once. */
const CONCURRENCY = 4;

/** Validates idle connections, a few at a time, each out of the idle set meanwhile: nobody's query is disturbed. */
export class HealthCheck<T> {
  #running: Promise<HealthReport> | undefined;

  constructor(private readonly pool: Dispatcher<T>) {}

  /** Looks at the idle entries that are `due`, once each. A call during a run joins it. */
  run(due: (entry: Entry<T>) => boolean): Promise<HealthReport> {
    this.#running ??= this.#run(due).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(due: (entry: Entry<T>) => boolean): Promise<HealthReport> {
    const { stock } = this.pool;
    if (!stock.examiner.validates) return { checked: 0, unhealthy: 0 };
    // Those of now: one that replaces an unhealthy one is not looked at, or a run might never end.
    const subjects = new Set(stock.registry);
    let checked = 0;
    let unhealthy = 0;
    for (;;) {
      let places = CONCURRENCY;
      const swept = stock.idle.sweep((entry) => subjects.has(entry) && due(entry) && places-- > 0);
      const batch = Array.isArray(swept) ? swept : await swept;
      if (batch.length === 0) return { checked, unhealthy };
      for (const entry of batch) subjects.delete(entry);
      checked += batch.length;
      const findings = await Promise.all(batch.map((entry) => this.pool.inspector.validate(entry)));
      unhealthy += findings.filter((healthy) => !healthy).length;
    }
  }
}
