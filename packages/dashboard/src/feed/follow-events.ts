import type { Clock } from '@spark-perf/core';
import type { NamedSource } from '../sources/named-sources.js';
import type { EventFeed } from './event-feed.js';
import type { EventText } from './event-texts.js';
import { EVENT_TEXTS } from './event-texts.js';

/** Puts what the sources tell into the feed. Returns what ends it. */
export function followEvents(sources: readonly NamedSource[], feed: EventFeed, clock: Clock): () => void {
  const ends: (() => void)[] = [];
  for (const { name, kind, source } of sources) {
    if (typeof source.on !== 'function' || kind === undefined) continue;
    for (const [event, text] of Object.entries(EVENT_TEXTS[kind] ?? {})) {
      const end = source.on(event as never, (payload: never) => put(feed, clock, name, text, payload));
      if (typeof end === 'function') ends.push(end as () => void);
    }
  }
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

function put(feed: EventFeed, clock: Clock, source: string, text: EventText, payload: unknown): void {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  feed.add({ at: clock.wallNow(), source, ...text(fields) });
}
