import type { Clock, Logger } from '@spark-perf/core';
import { clockOption, functionOption, optionsObject, silentLogger, stringOption } from '@spark-perf/core';
import cluster from 'node:cluster';
import { makeProfile } from '../actions/make-profile.js';
import { EventFeed } from '../feed/event-feed.js';
import { followEvents } from '../feed/follow-events.js';
import { maskKey } from '../report/mask-key.js';
import { ProcessReader } from '../report/process-reader.js';
import type { SourceOptions } from '../sources/named-sources.js';
import { namedSources, SOURCE_OPTIONS } from '../sources/named-sources.js';
import { listenTogether } from './listen-together.js';
import type { Answer, Question } from './messages.js';
import { seal, unseal } from './messages.js';

const FEED = 20;

/** Options of `report`. */
export interface ReportOptions {
  /** How the page calls this process. @default `worker` and its number in the cluster */
  readonly name?: string | undefined;
  /** How a limiter's keys are shown. @default addresses by network, else the first characters */
  readonly maskKey?: ((key: string) => string) | undefined;
  /** Where warnings go. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** What ends the reporting. */
export interface Reporting {
  /** Tells the last figures and answers no more. Idempotent. */
  close(): void;
}

/**
 * Shows the sources of this worker on the page that its primary serves. It reports when the primary asks, which it does
 * only while somebody watches, and once more when it exits. Sources of the same name in several processes are one on
 * the page. In a process without a channel to a primary it does nothing.
 *
 * @throws InvalidOptionError
 */
export function report(sources: SourceOptions, options?: ReportOptions): Reporting {
  const named = namedSources(optionsObject('sources', sources, [...SOURCE_OPTIONS]));
  const given = optionsObject('options', options, ['name', 'maskKey', 'logger', 'clock']);
  const clock = clockOption(given.clock);
  const name = stringOption('name', given.name, `worker ${cluster.worker?.id ?? process.pid}`);
  const feed = new EventFeed(FEED);
  const reader = new ProcessReader({
    name: () => name,
    sources: named,
    feed,
    maskKey: functionOption('maskKey', given.maskKey, maskKey),
    logger: given.logger ?? silentLogger,
    clock,
  });
  if (process.send === undefined) return { close: () => {} };
  const ended = new AbortController();
  let busy = false;

  const tell = (answer: Answer): void => {
    // A channel that has just closed must not become an unhandled error.
    if (process.connected) process.send?.(seal(answer), undefined, undefined, () => {});
  };
  const profile = async ({ id, task, duration }: Extract<Question, { type: 'profile' }>): Promise<void> => {
    if (busy) return tell({ type: 'failed', id, reason: 'busy' });
    busy = true;
    try {
      tell({ type: 'profile', id, profile: await makeProfile(clock, task, duration, ended.signal) });
    } catch {
      tell({ type: 'failed', id, reason: 'error' });
    } finally {
      busy = false;
    }
  };
  const onMessage = (message: unknown): void => {
    const question = unseal<Question>(message);
    if (question?.type === 'report') tell({ type: 'report', id: question.id, report: reader.read() });
    if (question?.type === 'profile') void profile(question);
  };
  const close = (): void => {
    if (ended.signal.aborted) return;
    tell({ type: 'final', report: reader.read() });
    ended.abort();
    for (const end of ends) end();
  };
  const ends = [
    followEvents(named, feed, clock),
    listenTogether(process, 'message', onMessage),
    listenTogether(process, 'exit', close),
  ];
  return { close };
}
