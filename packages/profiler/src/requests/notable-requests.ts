import type { Context, Milliseconds } from '@spark-perf/core';
import { printable } from '@spark-perf/core';

const LONGEST = 256;

/** Why a request was kept. */
export type NotableReason = 'slow' | 'critical' | 'failed';

/** A request worth a look: plain strings and numbers, without query values, headers or bodies. */
export interface NotableRequest {
  readonly reason: NotableReason;
  /** The key of its row in the report. */
  readonly route: string;
  readonly method: string;
  /** The original path, with the names of query parameters and none of their values. At most 256 characters. */
  readonly url: string;
  /** The status code sent; 0 when none was. */
  readonly statusCode: number;
  readonly duration: Milliseconds;
  /** The name of the error thrown, where one was: messages may hold secrets. */
  readonly error: string | null;
  /** When it ended, since the Unix epoch. */
  readonly at: Milliseconds;
}

/** The last notable requests, oldest first. */
export class NotableRequests {
  readonly #ring: NotableRequest[] = [];
  #next = 0;

  constructor(readonly capacity: number) {}

  add(request: NotableRequest): void {
    if (this.capacity === 0) return;
    this.#ring[this.#next] = request;
    this.#next = (this.#next + 1) % this.capacity;
  }

  list(): NotableRequest[] {
    return this.#ring.length < this.capacity
      ? [...this.#ring]
      : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}

/** The original target without the values of its query. */
export function redactedUrl(ctx: Context): string {
  const raw = (ctx.originalUrl ?? ctx.req.url ?? '/').slice(0, 4_096);
  const hash = raw.indexOf('#');
  const target = hash === -1 ? raw : raw.slice(0, hash);
  const mark = target.indexOf('?');
  if (mark === -1) return printable(target, LONGEST);
  const names = target
    .slice(mark + 1)
    .split('&', 32)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      // A bare parameter is a value as likely as a name.
      return equals === -1 ? '…' : `${pair.slice(0, equals)}=…`;
    });
  return printable(`${target.slice(0, mark)}?${names.join('&')}`, LONGEST);
}

/** The class of what was thrown, for display. */
export function errorName(error: unknown): string {
  const name: unknown = error instanceof Error ? error.name : typeof error;
  return printable(String(name), 64);
}
