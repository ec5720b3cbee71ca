import type { Milliseconds } from '@spark-perf/core';

/** The state of the shared version clock, and the versions of some tags. */
export interface Versions {
  /** Grows with every invalidation of a tag or namespace. */
  readonly clock: number;
  /** What began before it is not valid: the level has lost its data since, or forgotten its tags. */
  readonly base: number;
  /** By tag, in the order asked for; 0 for a tag that was never invalidated. */
  readonly tags: readonly number[];
}

export interface Reading {
  /** The texts, in key order. */
  readonly texts: readonly (string | null)[];
  readonly versions: Versions;
}

export interface WriteRequest {
  readonly key: string;
  /** The body of a value; `undefined` writes a tombstone. */
  readonly body: string | undefined;
  readonly ttl: Milliseconds;
}

export interface FillRequest extends WriteRequest {
  /** The generation that must still stand; 0 for absent. */
  readonly expected: number;
  /** The lease that must not be somebody else's by now. */
  readonly token?: string | undefined;
  /** The generation to write; a new one when left out. Of a promotion: that of the level below. */
  readonly generation?: number | undefined;
}

/** Outcome of a claim of a lease. */
export interface LeaseClaim {
  readonly acquired: boolean;
  readonly text: string | null;
}

/**
 * The level that a fleet shares. Every method is one atomic step and fails fast when the level is not there; whoever
 * calls it brings the deadline.
 */
export interface SharedLevel {
  /** Whether steps are atomic, and leases and messages exist. */
  readonly scripted: boolean;
  /** Whether a call has a chance now; costs nothing. */
  readonly ready: boolean;
  /** The highest generation seen: nothing younger was written before it. */
  readonly seen: number;
  read(keys: readonly string[], tags: readonly string[]): Promise<Reading>;
  versions(tags: readonly string[]): Promise<Versions>;
  /** Returns the new generation. */
  write(request: WriteRequest): Promise<number>;
  /** Writes if nothing has changed. Returns the generation, or 0. */
  fill(request: FillRequest): Promise<number>;
  /** The time that the generations of a key, or of all keys, are made of, in µs; 0 where there is no single one. */
  time(key?: string): Promise<number>;
  /**
   * Writes what was missed, or may arrive late. If somebody else has written after generation `cutoff`, nobody can tell
   * whose is newer: with `soft` nothing happens, else a tombstone is written. Returns the generation of the value, or 0.
   */
  replay(request: WriteRequest, cutoff: number, soft: boolean): Promise<number>;
  /** Invalidates tags; returns the version clock after it. */
  bump(tags: readonly string[]): Promise<number>;
  claim(key: string, token: string, lease: Milliseconds): Promise<LeaseClaim>;
  /** Whether the lease is still held. */
  renew(key: string, token: string, lease: Milliseconds): Promise<boolean>;
  /** Gives the lease back and tells those who wait. */
  surrender(key: string, token: string): Promise<void>;
}
