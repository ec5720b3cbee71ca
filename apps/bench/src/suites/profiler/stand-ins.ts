import type { Context } from '@spark-perf/core';
import { EventEmitter } from 'node:events';

/** As much of a request as the middlewares look at: the socket behind a real one costs fifty times what is measured. */
const socket = { destroyed: false, writableFinished: true, readableEnded: false, errored: null };
const headers = { host: 'x', 'user-agent': 'bench' };

export class StandInResponse extends EventEmitter {
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  writableFinished = false;
  closed = false;
  readonly socket = socket;
  constructor(readonly req: object) {
    super();
  }
  getHeader(): undefined {
    return undefined;
  }
  writeHead(status: number): this {
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }
  write(): boolean {
    return true;
  }
  end(): this {
    this.writeHead(200);
    this.writableEnded = this.writableFinished = true;
    return this;
  }
  /** What Node tells when the last byte is out. */
  finish(): void {
    this.emit('finish');
    this.emit('close');
  }
}

export interface StandIn {
  readonly ctx: Context;
  readonly res: StandInResponse;
}

export function standIn(url: string, route: string | undefined): StandIn {
  const req = { method: 'GET', url, headers, socket };
  const res = new StandInResponse(req);
  const ctx = {
    req,
    res,
    method: 'GET',
    originalUrl: url,
    path: url,
    headers,
    state: {},
    statusCode: 200,
    route,
  };
  return { ctx: ctx as unknown as Context, res };
}
