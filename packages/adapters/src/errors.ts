import { SparkPerfError } from '@spark-perf/core';

/** Hono does not run on `@hono/node-server`: there are no Node objects to work on. */
export class MissingNodeServerError extends SparkPerfError<'SPARK_ADAPTER_NO_NODE_SERVER'> {
  constructor() {
    super(
      'SPARK_ADAPTER_NO_NODE_SERVER',
      'toHono needs @hono/node-server: c.env has no incoming and outgoing',
    );
  }
}
