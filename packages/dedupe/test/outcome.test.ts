import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../src/index.js';
import { outcomeSize, verdictOn } from '../src/outcome.js';

const answered = (status: number, body = ''): Outcome => ({
  kind: 'response',
  response: { outcome: 'complete', status, statusMessage: undefined, headers: [], body: Buffer.from(body) },
});

describe('what is replayed', () => {
  test.each([
    [200, 'success', 'success'],
    [304, 'success', 'success'],
    [399, 'success', 'success'],
    [400, 'success', 'success'],
    [401, 'failure', 'success'],
    [404, 'failure', 'success'],
    [408, 'failure', 'failure'],
    [413, 'success', 'success'],
    [415, 'success', 'success'],
    [422, 'success', 'success'],
    [425, 'failure', 'failure'],
    [429, 'failure', 'failure'],
    [500, 'failure', 'success'],
    [503, 'failure', 'success'],
  ] as const)('%d: %s; with replayErrors: all, %s', (status, validation, all) => {
    for (const outcome of [answered(status), { kind: 'tooLarge', status } as const]) {
      expect(verdictOn(outcome, 'validation')).toBe(validation);
      expect(verdictOn(outcome, 'all')).toBe(all);
    }
  });

  test.each(['cutOff', 'thrown'] as const)('%s is a failure, whatever is asked for', (kind) => {
    expect([verdictOn({ kind }, 'validation'), verdictOn({ kind }, 'all')]).toEqual(['failure', 'failure']);
  });
});

test('a response is counted by its bytes', () => {
  const empty = outcomeSize(answered(200));
  expect(outcomeSize(answered(200, 'x'.repeat(1_000)))).toBe(empty + 1_000);
  expect(empty).toBeGreaterThan(0);
});
