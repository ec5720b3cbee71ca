import { STATUS_CODES } from 'node:http';
import { answerError } from '@spark-perf/core';
import type { SparkContext } from './spark-context.js';

/** Fields that describe the body which the error replaces. */
const OF_THE_BODY = [
  ...['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-length'],
  ...['content-range', 'content-type', 'etag', 'expires', 'last-modified', 'transfer-encoding'],
];

/**
 * Answers a request whose handler threw, with `error.status ?? error.statusCode ?? 500`. Where the response has begun
 * there is nothing left to say: the connection is destroyed, so that the client sees a broken answer as broken. Never
 * throws.
 */
export function fail(ctx: SparkContext, error: unknown): void {
  const status = statusOf(error);
  ctx.app.report(error, ctx, status);
  try {
    if (ctx.res.headersSent) {
      if (!ctx.res.writableEnded) ctx.res.destroy();
      return;
    }
    ctx.responded = false;
    answerWith(ctx, status, messageOf(error, status));
  } catch {
    ctx.res.destroy();
  }
}

/** An error answer that keeps the fields set so far, except those of the body that is not sent. */
export function answerWith(ctx: SparkContext, status: number, message: string): void {
  ctx.flushFields();
  for (const name of OF_THE_BODY) ctx.res.removeHeader(name);
  answerError(ctx, { status, body: { error: message } });
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 500;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const code = status ?? statusCode;
  return typeof code === 'number' && Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
}

/** The error's own message where it is for the client, else the status in words. */
function messageOf(error: unknown, status: number): string {
  if (typeof error === 'object' && error !== null) {
    const { expose, message } = error as { expose?: unknown; message?: unknown };
    const forClient = typeof expose === 'boolean' ? expose : status < 500;
    if (forClient && typeof message === 'string' && message !== '') return message;
  }
  return STATUS_CODES[status] ?? 'Error';
}
