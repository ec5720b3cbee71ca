import type { Bytes, Clock, Milliseconds } from '@spark-perf/core';
import { clockOption, integerOption, numberOption, optionsObject } from '@spark-perf/core';
import type { OwnerToken } from '../dedupe-state.js';
import type { ClaimRequest, ClaimResult, DedupeStore, SettleRequest } from '../dedupe-store.js';
import { MemoryClaims } from './memory-claims.js';

export interface MemoryDedupeStoreOptions {
  /** Finished requests that are kept, at least 1. The least recently used leave first. @default 10_000 */
  readonly maxEntries?: number | undefined;
  /** Bytes of finished requests that are kept. @default 67_108_864 (64 MiB) */
  readonly maxMemory?: Bytes | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Defaults of `MemoryDedupeStoreOptions`. */
export const MEMORY_DEDUPE_STORE_DEFAULTS = Object.freeze({
  maxEntries: 10_000,
  maxMemory: 64 * 1024 * 1024,
});

/** In this process. A claim, a settlement and a replay are O(1); one timer sweeps what has expired. */
export class MemoryDedupeStore implements DedupeStore {
  readonly #claims: MemoryClaims;

  /** @throws InvalidOptionError */
  constructor(raw?: MemoryDedupeStoreOptions) {
    const options = optionsObject('options', raw, ['maxEntries', 'maxMemory', 'clock']);
    const defaults = MEMORY_DEDUPE_STORE_DEFAULTS;
    this.#claims = new MemoryClaims({
      maxEntries: integerOption('maxEntries', options.maxEntries, defaults.maxEntries, { min: 1 }),
      maxMemory: numberOption('maxMemory', options.maxMemory, defaults.maxMemory, { min: 1 }),
      clock: clockOption(options.clock),
    });
  }

  async claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    return this.#claims.claim(id, request);
  }

  async renew(id: string, token: OwnerToken, lease: Milliseconds): Promise<boolean> {
    return this.#claims.renew(id, token, lease);
  }

  async settle(id: string, token: OwnerToken, request: SettleRequest): Promise<boolean> {
    return this.#claims.settle(id, token, request);
  }

  async release(id: string, token: OwnerToken): Promise<boolean> {
    return this.#claims.release(id, token);
  }

  wait(id: string, options: { timeout: Milliseconds; signal: AbortSignal }): Promise<void> {
    return this.#claims.wait(id, options);
  }

  size(): { entries: number; bytes: number } {
    return this.#claims.size();
  }

  async close(): Promise<void> {
    this.#claims.close();
  }
}
