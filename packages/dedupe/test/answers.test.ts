import { describe, expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import { Answers } from '../src/answers.js';

type Refuse = (answers: Answers, ctx: Context, keyed: boolean) => void;

const ABOUT_KEYS: readonly (readonly [type: string, status: number, refuse: Refuse])[] = [
  ['key-missing', 400, (answers, ctx) => answers.missingKey(ctx)],
  ['key-malformed', 400, (answers, ctx) => answers.malformedKey(ctx, 'empty')],
  ['key-reused', 422, (answers, ctx) => answers.mismatch(ctx)],
  ['in-flight', 409, (answers, ctx) => answers.inFlight(ctx, 1_001)],
];
const ABOUT_BOTH: readonly (readonly [type: string, status: number, refuse: Refuse])[] = [
  ['outcome-unknown', 409, (answers, ctx, keyed) => answers.outcomeUnknown(ctx, keyed)],
  ['response-too-large', 409, (answers, ctx, keyed) => answers.responseTooLarge(ctx, keyed)],
  ['cut-off', 502, (answers, ctx, keyed) => answers.badGateway(ctx, keyed)],
  ['store-unavailable', 503, (answers, ctx, keyed) => answers.unavailable(ctx, keyed, 0)],
];
const RETRY_AFTER: Record<string, string> = {
  'in-flight': '2',
  'store-unavailable': '1',
  'wait-timeout': '1',
};

function refused(refuse: Refuse, keyed: boolean, headers: Record<string, string> = {}) {
  const ctx = fakeContext({ method: 'POST', headers });
  refuse(new Answers('https://example.com/keys'), ctx, keyed);
  const [head = '', body = ''] = ctx.sent().split('\r\n\r\n');
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  return { status: Number(head.split(' ')[1]), field, body: JSON.parse(body) as Record<string, unknown> };
}

describe('answers about keys', () => {
  test.each([...ABOUT_KEYS, ...ABOUT_BOTH])('%s is %d, a problem with a link', (type, status, refuse) => {
    const answer = refused(refuse, true);
    expect(answer.status).toBe(status);
    expect(answer.field('Content-Type')).toBe('application/problem+json');
    expect(answer.field('Link')).toBe('<https://example.com/keys>; rel="describedby"; type="text/html"');
    expect(answer.field('Retry-After')).toBe(RETRY_AFTER[type]);
    expect(answer.body).toMatchObject({ type: `urn:spark-perf:dedupe:${type}`, status });
    expect(answer.body.title).toEqual(expect.any(String));
    expect(answer.body.detail).toEqual(expect.any(String));
  });
});

describe('answers about requests without a key', () => {
  const wait: Refuse = (answers, ctx) => answers.waitTimeout(ctx);

  test.each([...ABOUT_BOTH, ['wait-timeout', 503, wait] as const])(
    '%s is %d in JSON, and a problem where that is asked for',
    (type, status, refuse) => {
      const plain = refused(refuse, false);
      expect(plain.status).toBe(status);
      expect(plain.body).toMatchObject({ error: expect.any(String), code: type });
      expect(plain.field('Link')).toBeUndefined();
      expect(plain.field('Retry-After')).toBe(RETRY_AFTER[type]);
      const problem = refused(refuse, false, { Accept: 'application/problem+json' });
      expect(problem.field('Content-Type')).toBe('application/problem+json');
      expect(problem.body).toMatchObject({ type: `urn:spark-perf:dedupe:${type}`, status });
    },
  );
});

test('what has been answered stays answered', () => {
  const ctx = fakeContext({ method: 'POST' });
  ctx.json({ ok: true });
  new Answers('https://example.com/keys').badGateway(ctx, true);
  expect(ctx.sent()).toContain('{"ok":true}');
  expect(ctx.sent()).not.toContain('cut-off');
});
