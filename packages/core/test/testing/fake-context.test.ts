import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { fakeContext } from '../../src/testing/index.js';

test('answers once, through a real response', async () => {
  const ctx = fakeContext({ method: 'POST', url: '/a?x=1&x=2&y=3', headers: { 'X-A': ['1', '2'] } });
  expect(ctx).toMatchObject({ path: '/a', originalUrl: '/a?x=1&x=2&y=3' });
  expect({ ...ctx.query }).toEqual({ x: ['1', '2'], y: '3' });
  expect(ctx.get('x-a')).toBe('1, 2');
  const closed = once(ctx.res, 'close');
  ctx.status(201).json({ ok: true });
  ctx.json({ again: true });
  await closed;
  expect(ctx.sent()).toMatch(/^HTTP\/1.1 201 Created\r\n[^]*\{"ok":true\}$/);
});

test('its payload waits in the stream, and abort() closes the response unfinished', async () => {
  const ctx = fakeContext({ method: 'POST', payload: 'bytes' });
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe('bytes');
  const closed = once(ctx.res, 'close');
  ctx.abort();
  await closed;
  expect(ctx.res.writableFinished).toBe(false);
});
