import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fakeContext } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { RequestDeduplicator } from '../src/index.js';

interface Requester {
  readonly user?: string | number | undefined;
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  readonly address: string;
}

const texts = fc.oneof(
  fc.constantFrom('1', 'a', 'us1', 'un1', 'i192.0.2.1', '["a",null]'),
  fc.string({ minLength: 1 }),
);
const requester = fc.record({
  user: fc.option(fc.oneof(texts, fc.constantFrom(1, 2, -0, 0)), { nil: undefined }),
  authorization: fc.option(texts, { nil: undefined }),
  cookie: fc.option(texts, { nil: undefined }),
  address: fc.constantFrom('192.0.2.1', '192.0.2.2', '::ffff:192.0.2.1', '2001:db8::1'),
});

/** Who it is as far as anybody can tell: the user, else the credentials, else the address. */
function nameOf({ user, authorization, cookie, address }: Requester): string {
  if (user !== undefined) return `user ${typeof user} ${String(user)}`;
  if (authorization === undefined && cookie === undefined) return address.replace('::ffff:', '');
  return JSON.stringify([authorization ?? null, cookie ?? null]);
}

test.each([undefined, 'the-same-key'])(
  'whoever sends the same body, with the key %s, gets an answer that was made for them',
  async (key) => {
    const one = async (people: readonly Requester[]): Promise<void> => {
      const dedupe = new RequestDeduplicator();
      for (const who of people) {
        const headers: Record<string, string> = {
          'Content-Type': 'application/json',
          'Content-Length': '12',
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
          ...(who.authorization === undefined ? {} : { Authorization: who.authorization }),
          ...(who.cookie === undefined ? {} : { Cookie: who.cookie }),
        };
        const ctx = fakeContext({
          method: 'POST',
          url: '/pay',
          headers,
          payload: '{"amount":1}',
          remoteAddress: who.address,
          ...(who.user === undefined ? {} : { user: { id: who.user } }),
        });
        await dedupe.process(ctx, async () => void ctx.json({ for: nameOf(who) }));
        expect(ctx.sent()).toContain(JSON.stringify({ for: nameOf(who) }));
      }
      await dedupe.close();
    };
    await fc.assert(fc.asyncProperty(fc.array(requester, { minLength: 2, maxLength: 6 }), one), {
      seed: testSeed(),
      numRuns: soakCount(2_000),
    });
  },
);
