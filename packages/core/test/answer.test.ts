import { describe, expect, test } from '@jest/globals';
import { acceptsNamed, answer, answerError } from '../src/index.js';
import type { FakeContext } from '../src/testing/index.js';
import { fakeContext } from '../src/testing/index.js';

describe('answer', () => {
  test('sends status, type, length and body, and keeps what is set on res', () => {
    const ctx = fakeContext();
    ctx.res.setHeader('X-Kept', '1');
    expect(answer(ctx, 418, 'text/plain', 'tëa')).toBe(true);
    expect(ctx).toMatchObject({ statusCode: 418, responded: true });
    expect(ctx.sent()).toMatch(/^HTTP\/1.1 418 /);
    expect(ctx.sent()).toMatch(/X-Kept: 1\r\n/);
    expect(ctx.sent()).toMatch(/Content-Length: 4\r\n/);
    expect(ctx.sent()).toMatch(/\r\n\r\ntëa$/);
  });

  test('answers HEAD without a body', () => {
    const ctx = fakeContext({ method: 'HEAD' });
    answer(ctx, 200, 'text/plain', 'abc');
    expect(ctx.sent()).toMatch(/Content-Length: 3\r\n[^]*\r\n\r\n$/);
  });

  test('does nothing once the response has begun', () => {
    const ctx = fakeContext();
    ctx.json({ first: true });
    const sent = ctx.sent();
    expect(answer(ctx, 500, 'text/plain', 'second')).toBe(false);
    expect(answerError(ctx, { status: 500, body: { error: 'second' } })).toBe(false);
    expect(ctx.sent()).toBe(sent);
  });
});

test.each([
  ['somebody is about to answer', (ctx: FakeContext) => (ctx.responded = true)],
  ['the head is sent', (ctx: FakeContext) => ctx.res.flushHeaders()],
  ['the client has left', (ctx: FakeContext) => ctx.abort()],
])('does nothing where %s', (_why, begin) => {
  const ctx = fakeContext();
  begin(ctx);
  const before = ctx.sent();
  expect(answer(ctx, 500, 'text/plain', 'second')).toBe(false);
  expect([ctx.sent(), ctx.res.writableEnded]).toEqual([before, false]);
});

describe('answerError', () => {
  const limited = { status: 429, body: { error: 'Rate limit exceeded', retryAfter: 3 } };
  const bodyOf = (sent: string): unknown => JSON.parse(sent.slice(sent.indexOf('\r\n\r\n')));

  test('is plain JSON by default, never cached', () => {
    const ctx = fakeContext({ headers: { Accept: '*/*' } });
    answerError(ctx, limited);
    expect(ctx.sent()).toMatch(/Content-Type: application\/json/);
    expect(ctx.sent()).toMatch(/Cache-Control: no-store/);
    expect(bodyOf(ctx.sent())).toEqual(limited.body);
  });

  test('is a problem where Accept names it, made of the plain body or given', () => {
    const headers = { Accept: 'application/problem+json' };
    const plain = fakeContext({ headers });
    answerError(plain, limited);
    expect(plain.sent()).toMatch(/Content-Type: application\/problem\+json/);
    expect(bodyOf(plain.sent())).toEqual({
      type: 'about:blank',
      status: 429,
      title: 'Rate limit exceeded',
      retryAfter: 3,
    });
    const given = fakeContext({ headers });
    answerError(given, { ...limited, problem: { type: 'urn:x', title: 'X' } });
    expect(bodyOf(given.sent())).toEqual({ type: 'urn:x', status: 429, title: 'X' });
  });

  test('alwaysProblem does not ask', () => {
    const ctx = fakeContext();
    answerError(ctx, { ...limited, alwaysProblem: true });
    expect(ctx.sent()).toMatch(/problem\+json/);
  });
});

test.each([
  ['application/problem+json', true],
  ['text/html, Application/Problem+JSON;q=0.5', true],
  ['application/problem+json;q=0', false],
  ['*/*', false],
  [undefined, false],
])('acceptsNamed(%p) is %p', (accept, named) => {
  expect(acceptsNamed(accept, 'application/problem+json')).toBe(named);
});
