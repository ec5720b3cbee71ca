import type { RawClient } from './raw-client.js';
import type { RawUpstream } from './raw-upstream.js';

/** What a case works with: a fresh connection to the proxy, and the upstream behind it. */
export interface Probe {
  readonly client: RawClient;
  readonly upstream: RawUpstream;
  /** Sends a request and waits for an answer that ends with `end` (an answer without body by default). */
  readonly exchange: (request: string, end?: string) => Promise<string>;
}

/** One thing that a proxy gets right on the wire, or not. */
export interface ProbeCase {
  readonly name: string;
  /** `ok`, or what is wrong in a few words. */
  run(probe: Probe): Promise<string>;
}

/** Answers with a body of two bytes. */
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

export const statusOf = (answer: string): string => /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 'no answer';
