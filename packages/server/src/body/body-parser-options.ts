import type { Bytes } from '@spark-perf/core';

/** What `bodyParser(…)` takes. */
export interface BodyParserOptions {
  /** Longest body, in bytes, as sent and as decompressed. @default the application's `bodyLimit` */
  readonly limit?: Bytes | undefined;
}
