import type { Milliseconds } from '@spark-perf/core';

/** How bad something is. Said by word and icon, never by colour alone. */
export type Level = 'ok' | 'warn' | 'bad' | 'info';

/** Something that happened. */
export interface FeedEntry {
  /** Grows; unique within a process. */
  readonly id: number;
  /** When it last happened, since the Unix epoch. */
  readonly at: Milliseconds;
  readonly level: Level;
  /** The name of the source. */
  readonly source: string;
  readonly text: string;
  /** How often it happened in a row. */
  readonly times: number;
}
