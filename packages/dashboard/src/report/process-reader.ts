import type { Clock, Logger } from '@spark-perf/core';
import type { EventFeed } from '../feed/event-feed.js';
import type { NamedSource } from '../sources/named-sources.js';
import type { ProcessReport, SourceReport } from './process-report.js';
import { readSource } from './read-source.js';

export interface ProcessReaderOptions {
  /** Asked each time: a process becomes a primary with its first worker. */
  readonly name: () => string;
  readonly sources: readonly NamedSource[];
  readonly feed: EventFeed;
  readonly maskKey: (key: string) => string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Asks the sources of this process. One that fails is left out, and told once. */
export class ProcessReader {
  readonly #options: ProcessReaderOptions;
  readonly #failing = new Set<string>();
  #lastEvent = 0;

  constructor(options: ProcessReaderOptions) {
    this.#options = options;
  }

  read(): ProcessReport {
    const { name, sources, feed } = this.#options;
    const events = feed.since(this.#lastEvent);
    this.#lastEvent = events.at(-1)?.id ?? this.#lastEvent;
    return {
      pid: process.pid,
      name: name(),
      uptime: process.uptime() * 1_000,
      sources: sources.flatMap((one) => this.#ask(one)),
      events,
    };
  }

  #ask(one: NamedSource): SourceReport[] {
    const { maskKey, logger, feed, clock } = this.#options;
    try {
      const report = readSource(one, maskKey);
      this.#failing.delete(one.name);
      return [report];
    } catch (error) {
      if (!this.#failing.has(one.name)) {
        this.#failing.add(one.name);
        logger.error(`The source ${one.name} failed`, error);
        feed.add({
          at: clock.wallNow(),
          level: 'warn',
          source: one.name,
          text: 'The source fails: its figures are missing',
        });
      }
      return [];
    }
  }
}
