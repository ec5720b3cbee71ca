import type { ProbeCase } from './probe-case.js';
import { RawClient } from './raw-client.js';
import type { RawUpstream } from './raw-upstream.js';
import { REQUEST_CASES } from './request-cases.js';
import { RESPONSE_CASES } from './response-cases.js';

/** The 22 cases. */
export const PROBE_CASES: readonly ProbeCase[] = [...REQUEST_CASES, ...RESPONSE_CASES];

/**
 * Puts one case to the proxy on `port`, which relays to `upstream`: `ok`, or what is wrong.
 * @param patience multiplies every wait, of at most 2 s: more than 1 on a machine that is slow or busy
 */
export async function runProbeCase(
  one: ProbeCase,
  port: number,
  upstream: RawUpstream,
  patience = 1,
): Promise<string> {
  const client = new RawClient(port, patience);
  try {
    return await one.run({
      client,
      upstream,
      async exchange(request, end = '\r\n\r\n') {
        client.send(request);
        await client.until(
          () =>
            client.closed ||
            (client.received.includes('\r\n\r\n') && client.received.endsWith(end)) ||
            hasWholeBody(client.received),
          1_000,
        );
        return client.received;
      },
    });
  } finally {
    client.destroy();
  }
}

/** Whether an answer has as many bytes of body as it says. */
function hasWholeBody(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /^content-length: *(\d+)$/im.exec(answer.slice(0, end))?.[1];
  return end !== -1 && length !== undefined && answer.length - end - 4 === Number(length);
}
