import { expect, test } from '@jest/globals';
import type { Card } from '../../src/snapshot/card.js';
import { overallStatus } from '../../src/snapshot/overall-status.js';
import type { Memory, Runtime, Traffic } from '../../src/snapshot/snapshot.js';

const traffic = (errorRate: number) => ({ errorRate }) as Traffic;
const runtime = (more: Partial<Runtime>) =>
  ({ delay: 0, utilization: 0, heapUsed: 1, heapLimit: 100, ...more }) as Runtime;
const memory = (verdict: string): Memory => ({ verdict, reason: '', process: 'worker 2' });
const card = (title: string, level: 'ok' | 'warn' | 'bad' | 'info') =>
  ({ title, status: { level, text: 'so' } }) as Card;

test.each([
  ['nothing to tell', null, null, null, 'ok', 'Everything is fine'],
  ['few errors', traffic(0.0099), null, null, 'ok', 'Everything is fine'],
  ['errors', traffic(0.01), null, null, 'warn', '1.0 % of requests fail'],
  ['many errors', traffic(0.05), null, null, 'bad', '5.0 % of requests fail'],
  ['a late loop', null, runtime({ delay: 100 }), null, 'warn', 'event loop is 100 ms late'],
  ['a very late loop', null, runtime({ delay: 500 }), null, 'bad', 'event loop is 500 ms late'],
  ['a loop in time', null, runtime({ delay: 99 }), null, 'ok', 'Everything is fine'],
  ['a busy loop', null, runtime({ utilization: 0.95 }), null, 'warn', 'event loop is busy all the time'],
  ['a full heap', null, runtime({ heapUsed: 85 }), null, 'warn', 'heap is 85 % full'],
  ['a heap without limit', null, runtime({ heapUsed: 85, heapLimit: 0 }), null, 'ok', 'Everything is fine'],
  ['a leak', null, null, memory('leaking'), 'bad', 'worker 2 leaks memory'],
  ['perhaps a leak', null, null, memory('suspect'), 'warn', 'worker 2 may leak memory'],
  ['no leak', null, null, memory('healthy'), 'ok', 'Everything is fine'],
] as const)('%s', (_, requests, process, heap, level, text) => {
  expect(overallStatus(requests, process, heap, [])).toEqual({ level, text });
});

test('what is bad comes first, three are named, the others counted; what is no trouble is not told', () => {
  const cards = [card('A', 'warn'), card('B', 'info'), card('C', 'bad'), card('D', 'ok'), card('E', 'warn')];
  expect(overallStatus(null, null, null, cards)).toEqual({ level: 'bad', text: 'C: so; A: so; E: so' });
  const more = [...cards, card('F', 'bad'), card('G', 'warn')];
  expect(overallStatus(null, null, null, more).text).toBe('C: so; F: so; A: so; 2 more');
});
