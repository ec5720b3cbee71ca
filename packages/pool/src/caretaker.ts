import type { Milliseconds, Timer } from '@spark-perf/core';
import { every } from '@spark-perf/core';
import type { Dispatcher } from './dispatcher.js';
import type { HealthCheck } from './health-check.js';
import { mayRetire } from './retirement.js';

const MAX_PERIOD: Milliseconds = 1_000;
const MIN_PERIOD: Milliseconds = 10;
/** Share of `maxSize` that may be closed for its age or idleness per look, at least one. */
const BATCH = 0.1;

/**
 * Looks after the pool, every second or more often where its limits are tighter: closes what is unused or old,
 * validates, finds leaks, keeps `minSize`.
 */
export class Caretaker<T> {
  readonly #timer: Timer;
  #lookedAt: Milliseconds;
  #checkAt: Milliseconds;

  constructor(
    private readonly pool: Dispatcher<T>,
    private readonly health: HealthCheck<T>,
  ) {
    const { clock, idleTimeout, maxLifetime, healthCheckInterval, keepalive, leakDetection } = pool.options;
    const tightest = Math.min(idleTimeout, maxLifetime, healthCheckInterval, keepalive, leakDetection) / 2;
    const period = Math.max(MIN_PERIOD, Math.min(MAX_PERIOD, tightest));
    this.#lookedAt = clock.now();
    this.#checkAt = this.#lookedAt + healthCheckInterval;
    this.#timer = every(clock, period, () => this.look());
  }

  look(): void {
    const { pool } = this;
    const now = pool.coarse.readExactly();
    if (now < this.#lookedAt) this.#rebase(now - this.#lookedAt);
    this.#lookedAt = now;
    pool.spare = this.#anyOld(now) ? 1 : 0;
    pool.retirements = Math.max(1, Math.ceil(pool.options.maxSize * BATCH));
    this.#closeUnused(now);
    this.#closeOld(now);
    if (pool.options.leakDetection !== Infinity) pool.leaks.look(pool.stock.registry, now);
    this.#validate(now);
    pool.pump();
  }

  stop(): void {
    this.#timer.cancel();
  }

  /** The clock was set back: everything that was reckoned by it goes back too, or nothing would ever expire. */
  #rebase(by: Milliseconds): void {
    for (const entry of this.pool.stock.registry) {
      entry.lastUsedAt += by;
      entry.aliveAt += by;
      entry.borrowedAt += by;
      entry.expiresAt += by;
    }
    this.#checkAt += by;
  }

  #closeUnused(now: Milliseconds): void {
    const { stock, options, retirements } = this.pool;
    let surplus = Math.min(stock.registry.size - options.minSize, retirements);
    if (surplus <= 0 || options.idleTimeout === Infinity) return;
    void stock.sweep((entry) => now - entry.lastUsedAt >= options.idleTimeout && surplus-- > 0, 'idle');
  }

  #anyOld(now: Milliseconds): boolean {
    for (const entry of this.pool.stock.registry) if (now >= entry.expiresAt) return true;
    return false;
  }

  #closeOld(now: Milliseconds): void {
    const { pool } = this;
    // Asked one by one, because each that goes changes what the next may do.
    let more = true;
    const next = async (): Promise<void> => {
      while (more) {
        let asked = false;
        const old = (expiresAt: Milliseconds): boolean => {
          if (asked || now < expiresAt) return false;
          asked = true;
          return mayRetire(pool);
        };
        more = (await pool.stock.sweep((entry) => old(entry.expiresAt), 'lifetime')) > 0;
      }
    };
    if (pool.options.maxLifetime !== Infinity) void next();
  }

  #validate(now: Milliseconds): void {
    const { healthCheckInterval, keepalive } = this.pool.options;
    if (now >= this.#checkAt) {
      this.#checkAt = now + healthCheckInterval;
      void this.health.run(() => true);
    } else if (keepalive !== Infinity) {
      void this.health.run((entry) => now - entry.aliveAt >= keepalive);
    }
  }
}
