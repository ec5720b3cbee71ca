import type { Middleware } from '@spark-perf/core';
import type { SparkContext } from '../spark-context.js';

/** What `use` and the verbs take. A `cleanup` is called when the application closes. */
export type Handler = Middleware<SparkContext> & { cleanup?: () => unknown };
