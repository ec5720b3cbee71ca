import type { Duplex, Readable } from 'node:stream';
import type { Milliseconds } from '@spark-perf/core';
import type { UpstreamTarget } from '../servers/server-options.js';

/** One request to one server, ready to be written. */
export interface UpstreamRequest {
  readonly method: string;
  /** The request target as it goes on the wire: begins with `/`, or is `*`. */
  readonly path: string;
  /** Names and values in turn, in wire order; `Host` is there, nothing hop-by-hop is. */
  readonly headers: string[];
  /**
   * The body: bytes, a stream that the transport reads, or nothing. A stream is framed by the Content-Length in
   * `headers` when there is one, else in chunks.
   */
  readonly body: Buffer | Readable | null;
  /** The value of `Upgrade`, for a request that wants to leave HTTP. */
  readonly upgrade: string | undefined;
  /** Whether the body waits for `100 Continue`. */
  readonly expectContinue: boolean;
  /** Gives the trailers once the body stream has ended; undefined when none are announced. */
  readonly trailers: (() => readonly string[]) | undefined;
}

/** The connection that carries a request. */
export interface UpstreamConnection {
  /** Ends the request, and the connection with it. */
  abort(): void;
  /** During `onData` of a lent chunk: the handler looks at it for longer. */
  keep?(): void;
}

/**
 * What a transport tells. In this order: `onConnect`, any number of `onInformation`, then `onHeaders`, `onData`…,
 * `onComplete`; or `onUpgrade`. `onError` ends it at any point. Nothing is told after `onComplete`, `onUpgrade` or
 * `onError`, except that a transport may report an error after a complete answer, which is to be ignored.
 */
export interface UpstreamHandler {
  /**
   * A connection is there, nothing has been written: what fails before this call was provably not sent. Throwing
   * gives the connection back unused.
   */
  onConnect(connection: UpstreamConnection): void;
  /** An interim answer: 100, 102, 103. */
  onInformation(status: number, rawHeaders: string[]): void;
  /** The head of the answer. `resume` goes on after `onData` has returned false. */
  onHeaders(status: number, rawHeaders: string[], resume: () => void, statusText: string): void;
  /**
   * Part of the body. False: no more until `resume`. A chunk that is `lent` is written over some time after `onData`
   * has returned true, or after `resume`, unless `keep` is called meanwhile.
   */
  onData(chunk: Buffer, lent?: boolean): boolean;
  onComplete(rawTrailers: string[]): void;
  /** 101: the connection belongs to the handler; `head` came with it already. */
  onUpgrade(rawHeaders: string[], socket: Duplex, head: Buffer, statusText: string): void;
  onError(error: Error): void;
}

/** Connections to one server. */
export interface UpstreamTransport {
  /** Starts a request. Never throws; whatever goes wrong is told to `handler`. */
  dispatch(request: UpstreamRequest, handler: UpstreamHandler): void;
  /** Ends all connections, busy ones included. Idempotent. */
  destroy(): void;
}

export interface TransportOptions {
  readonly connectTimeout: Milliseconds;
}

export type TransportFactory = (target: UpstreamTarget, options: TransportOptions) => UpstreamTransport;
