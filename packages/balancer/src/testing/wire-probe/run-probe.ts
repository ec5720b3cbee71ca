import type { ProbeCase } from './probe-case.js';
import { RawClient } from './raw-client.js';
import type { RawUpstream } from './raw-upstream.js';
import { REQUEST_CASES } from './request-cases.js';
import { RESPONSE_CASES } from './response-cases.js';

/** The 22 cases. */
export const PROBE_CASES: readonly ProbeCase[] = [...REQUEST_CASES, ...RESPONSE_CASES];

/** Puts one case to the proxy on `port`, which relays to `upstream`: `ok`, or what is wrong. */
export async function runProbeCase(one: ProbeCase, port: number, upstream: RawUpstream): Promise<string> {
  const client = new RawClient(port);
  try {
    return await one.run({
      client,
      upstream,
      async exchange(request, end = '\r\n\r\n') {
        client.send(request);
        await client.until(
          () => client.closed || (client.received.includes('\r\n\r\n') && client.received.endsWith(end)),
          1_000,
        );
        return client.received;
      },
    });
  } finally {
    client.destroy();
  }
}
