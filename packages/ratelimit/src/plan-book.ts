import type { Context } from '@spark-perf/core';
import { InvalidOptionError } from '@spark-perf/core';
import { TooManyPlansError } from './errors.js';
import type { WindowPolicy } from './policy.js';
import { windowPolicy } from './policy.js';
import type { ResolvedRateLimiterOptions } from './resolve-options.js';
import type { AsyncWindows, SyncWindows, WindowSpec } from './window-store.js';

const MAX_PLANS = 16;

/** A set of policies and its counters. */
export interface Plan {
  readonly policies: readonly WindowPolicy[];
  readonly windows: LocalWindows | RemoteWindows;
}

export interface LocalWindows {
  readonly synchronous: true;
  readonly sync: SyncWindows;
}

export interface RemoteWindows {
  readonly synchronous: false;
  readonly async: AsyncWindows;
  /** What stands in; made when first needed. */
  readonly local: () => LocalPlan;
}

/** What stands in for a plan while its store is out of reach. */
export interface LocalPlan {
  readonly policies: readonly WindowPolicy[];
  readonly sync: SyncWindows;
}

type Options<C extends Context> = Pick<
  ResolvedRateLimiterOptions<C>,
  'policies' | 'precision' | 'store' | 'localStore' | 'countRejected' | 'concurrency' | 'instances'
>;

/** The plans of a limiter: one, or one for each limit and window that the options' functions give, opened when met. */
export class PlanBook<C extends Context> {
  readonly #options: Options<C>;
  readonly #plans = new Map<string, Plan>();
  readonly #fixed: Plan | undefined;
  #localStore: ReturnType<Options<C>['localStore']> | undefined;

  constructor(options: Options<C>) {
    this.#options = options;
    if (typeof options.policies !== 'function') this.#fixed = this.#open('', options.policies);
  }

  get plans(): readonly Plan[] {
    return this.#fixed === undefined ? [...this.#plans.values()] : [this.#fixed];
  }

  /** The plan of a request. @throws InvalidOptionError, TooManyPlansError */
  of(ctx?: C): Plan {
    return this.#fixed ?? this.#planOf(ctx);
  }

  #planOf(ctx: C | undefined): Plan {
    const { policies, precision } = this.#options;
    if (ctx === undefined || typeof policies !== 'function')
      throw new InvalidOptionError('ctx', 'given, as `maxRequests` or `windowSize` is a function', ctx);
    const [maxRequests, windowSize] = policies(ctx);
    const name = `${maxRequests}/${windowSize}`;
    const known = this.#plans.get(name);
    if (known !== undefined) return known;
    const policy = windowPolicy({ name: 'default', maxRequests, windowSize, precision });
    if (this.#plans.size >= MAX_PLANS) throw new TooManyPlansError(MAX_PLANS);
    const plan = this.#open(name, [policy]);
    this.#plans.set(name, plan);
    return plan;
  }

  /** Forgets what was counted while the store was out of reach. */
  close(): void {
    void this.#localStore?.close();
  }

  #open(namespace: string, policies: readonly WindowPolicy[]): Plan {
    const { store, countRejected, concurrency, instances } = this.#options;
    const spec: WindowSpec = { namespace, policies, countRejected, concurrency };
    if (store.synchronous) return { policies, windows: { synchronous: true, sync: store.open(spec) } };
    let opened: LocalPlan | undefined;
    const local = (): LocalPlan => {
      if (opened !== undefined) return opened;
      const shares = policies.map((policy) => share(policy, instances));
      this.#localStore ??= this.#options.localStore();
      const slots = concurrency === 0 ? 0 : Math.max(1, Math.floor(concurrency / instances));
      opened = {
        policies: shares,
        sync: this.#localStore.open({ ...spec, policies: shares, concurrency: slots }),
      };
      return opened;
    };
    return { policies, windows: { synchronous: false, async: store.open(spec), local } };
  }
}

/** One process's part of a policy; at least 1 of a limit that is not 0. */
function share(
  { name, maxRequests, windowSize, unit, scale }: WindowPolicy,
  instances: number,
): WindowPolicy {
  const part = Math.max(Math.min(1, maxRequests), Math.floor(maxRequests / instances));
  return windowPolicy({ name, maxRequests: part, windowSize, precision: Math.max(1, unit / scale) });
}
