/** An option for differential tests: idle connections stay in generic-pool, every acquire goes through it. */
export const WITHOUT_LANE: unique symbol = Symbol.for('@spark-perf/pool.without-lane');
