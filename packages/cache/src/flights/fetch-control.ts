import type { FetchContext } from '../entry-options.js';
import type { KeySpace } from '../keys/key-space.js';
import type { Milliseconds } from '@spark-perf/core';
import { numberOption } from '@spark-perf/core';

/** What a fetcher is given, and what it has said by the end. */
export class FetchControl implements FetchContext {
  readonly #space: KeySpace;
  ttl: Milliseconds | undefined;
  grace: Milliseconds | undefined;
  readonly tags: string[] = [];
  skipped = false;

  constructor(
    readonly key: string,
    readonly signal: AbortSignal,
    readonly stale: unknown,
    space: KeySpace,
  ) {
    this.#space = space;
  }

  setTTL(ttl: Milliseconds): void {
    this.ttl = numberOption('ttl', ttl, 0, { infinity: true });
  }

  setGrace(grace: Milliseconds): void {
    this.grace = numberOption('grace', grace, 0);
  }

  addTags(...tags: string[]): void {
    for (const tag of tags) this.tags.push(this.#space.tag(tag));
  }

  skip(): void {
    this.skipped = true;
  }
}
