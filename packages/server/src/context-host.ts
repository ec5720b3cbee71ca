import type { ProxyFacts } from './proxy-facts.js';
import type { SparkContext } from './spark-context.js';
import type { SparkSettings } from './settings.js';

/** What a context needs of its application. */
export interface ContextHost {
  readonly settings: SparkSettings;
  /** @internal */
  readonly proxyFacts: ProxyFacts;
  /** Tells listeners and the logger of an error. Never throws. */
  report(error: unknown, ctx: SparkContext, status: number): void;
}
