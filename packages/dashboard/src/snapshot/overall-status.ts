import type { Level } from '../feed/feed-entry.js';
import type { Card } from './card.js';
import type { Memory, Runtime, Status, Traffic } from './snapshot.js';

const WARN_ERRORS = 0.01;
const BAD_ERRORS = 0.05;
const WARN_DELAY = 100;
const BAD_DELAY = 500;
const WARN_LOOP = 0.95;
const WARN_HEAP = 0.85;

/** The page's first line: the worst there is, in words. */
export function overallStatus(
  traffic: Traffic | null,
  runtime: Runtime | null,
  memory: Memory | null,
  cards: readonly Card[],
): Status {
  const found: Status[] = [];
  const say = (level: Level | undefined, text: string): void => {
    if (level !== undefined) found.push({ level, text });
  };
  if (traffic !== null) {
    const { errorRate } = traffic;
    say(above(errorRate, WARN_ERRORS, BAD_ERRORS), `${(errorRate * 100).toFixed(1)} % of requests fail`);
  }
  if (runtime !== null) {
    say(above(runtime.delay, WARN_DELAY, BAD_DELAY), `event loop is ${Math.round(runtime.delay)} ms late`);
    say(above(runtime.utilization, WARN_LOOP, Infinity), 'event loop is busy all the time');
    const full = runtime.heapLimit > 0 ? runtime.heapUsed / runtime.heapLimit : 0;
    say(above(full, WARN_HEAP, Infinity), `heap is ${Math.round(full * 100)} % full`);
  }
  if (memory?.verdict === 'leaking') say('bad', `${memory.process} leaks memory`);
  if (memory?.verdict === 'suspect') say('warn', `${memory.process} may leak memory`);
  for (const { title, status } of cards) {
    if (status.level === 'warn' || status.level === 'bad') say(status.level, `${title}: ${status.text}`);
  }
  const level: Level = found.some((one) => one.level === 'bad') ? 'bad' : found.length > 0 ? 'warn' : 'ok';
  if (level === 'ok') return { level, text: 'Everything is fine' };
  const sorted = found.sort((a, b) => Number(b.level === 'bad') - Number(a.level === 'bad'));
  const shown = sorted.slice(0, 3).map(({ text }) => text);
  return { level, text: shown.join('; ') + (found.length > 3 ? `; ${found.length - 3} more` : '') };
}

function above(value: number, warn: number, bad: number): Level | undefined {
  return value >= bad ? 'bad' : value >= warn ? 'warn' : undefined;
}
