import type { SourceKind } from '../sources/source-kind.js';
import type { Level } from './feed-entry.js';

/** What an event is called in the feed. */
export type EventText = (payload: Readonly<Record<string, unknown>>) => {
  readonly level: Level;
  readonly text: string;
};

const said =
  (level: Level, text: string): EventText =>
  () => ({ level, text });
const ms = (value: unknown): string => `${Math.round(Number(value) || 0)} ms`;
/** Only names: messages of errors may hold secrets. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
const one = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const request =
  (level: Level, word: string): EventText =>
  (slow) => ({
    level,
    text: `${word}: ${one(slow['method'])} ${one(slow['url'])} took ${ms(slow['duration'])} (${one(slow['statusCode'])})`,
  });

/**
 * The events that are followed, by kind. None of them comes with every request: a listener would make engines build
 * payloads that they else save.
 */
export const EVENT_TEXTS: Readonly<Partial<Record<SourceKind, Readonly<Record<string, EventText>>>>> =
  Object.freeze({
    profiler: { slow: request('warn', 'Slow'), critical: request('bad', 'Very slow') },
    memory: {
      verdict: (change) => ({
        level: change['to'] === 'leaking' ? 'bad' : change['to'] === 'suspect' ? 'warn' : 'info',
        text: `Heap: ${one(change['from'])} → ${one(change['to'])}`,
      }),
      highHeap: said('warn', 'The live heap is above its threshold'),
    },
    cache: {
      levelDown: (level) => ({ level: 'bad', text: `Level ${one(level['level'])} is down` }),
      levelUp: (level) => ({ level: 'ok', text: `Level ${one(level['level'])} is back` }),
      journalOverflow: (level) => ({
        level: 'warn',
        text: `The journal of level ${one(level['level'])} is full`,
      }),
      degraded: said('warn', 'The Redis client lacks commands that some guarantees need'),
      bus: (bus) => ({
        level: bus['state'] === 'up' ? 'ok' : 'warn',
        text: `Invalidations between processes: ${one(bus['state'])}`,
      }),
    },
    pool: {
      breaker: (change) => ({
        level: change['state'] === 'closed' ? 'ok' : 'bad',
        text: `Breaker ${one(change['state'])}`,
      }),
      timeout: (wait) => ({ level: 'warn', text: `A caller waited in vain for ${ms(wait['waited'])}` }),
      leak: (leak) => ({ level: 'warn', text: `A connection has been held for ${ms(leak['heldFor'])}` }),
      createError: (failure) => ({ level: 'bad', text: `Connecting failed: ${nameOf(failure['error'])}` }),
      connectionError: (failure) => ({
        level: 'warn',
        text: `A connection broke: ${nameOf(failure['error'])}`,
      }),
    },
    limiter: { storeError: said('bad', 'The store fails'), storeRecovered: said('ok', 'The store is back') },
    dedupe: {
      mismatch: said('warn', 'An idempotency key came again with another payload'),
      orphaned: said('warn', 'The owner of a request vanished'),
      ownershipLost: said('warn', 'An owner lost its claim'),
      storeError: said('bad', 'The store fails'),
      storeRecovered: said('ok', 'The store is back'),
    },
    lifecycle: {
      phase: (change) => ({
        level: 'info',
        text: `${one(change['previous'])} → ${one(change['phase'])} (${one(change['reason'])})`,
      }),
      cleanupError: (failure) => ({ level: 'bad', text: `Cleaning up ${one(failure['resource'])} failed` }),
    },
    cluster: {
      ready: (worker) => ({
        level: 'ok',
        text: `Worker ${one(worker['slot'])} is ready (pid ${one(worker['pid'])})`,
      }),
      draining: (worker) => ({
        level: 'info',
        text: `Worker ${one(worker['slot'])} drains: ${one(worker['reason'])}`,
      }),
      gone: (worker) => ({
        level: worker['expected'] === true ? 'info' : 'bad',
        text: `Worker ${one(worker['slot'])} is gone (pid ${one(worker['pid'])})`,
      }),
      backoff: (crash) => ({
        level: 'warn',
        text: `Worker ${one(crash['slot'])} starts again in ${ms(crash['delay'])}`,
      }),
      gaveUp: said('bad', 'Workers crash again and again'),
      reloaded: (reload) => ({ level: 'ok', text: `All workers replaced in ${ms(reload['duration'])}` }),
      reloadAborted: said('bad', 'A reload was given up'),
    },

    breaker: {
      open: said('bad', 'The circuit is open'),
      halfOpen: said('info', 'A probe is under way'),
      close: said('ok', 'The circuit is closed'),
    },
  });
