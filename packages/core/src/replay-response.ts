import type { CapturedResponse } from './captured-response.js';
import type { Context } from './context.js';
import { HOP_BY_HOP } from './hop-by-hop.js';

/**
 * Answers with a captured response: its status, fields (repeats kept; hop-by-hop fields and `Date` dropped) and
 * bytes. Fields that are set on `res` already and not in the captured one stay. Returns whether it answered: not
 * when the response has begun.
 */
export function replayResponse(ctx: Context, captured: CapturedResponse): boolean {
  const { res } = ctx;
  if (ctx.responded || res.headersSent || res.writableEnded || res.destroyed) return false;
  const nominated = connectionFields(captured);
  const repeated = new Map<string, [string, string[]]>();
  for (const [name, value] of captured.headers) {
    const lower = name.toLowerCase();
    if (lower === 'date' || HOP_BY_HOP.has(lower) || nominated?.has(lower) === true) continue;
    const entry = repeated.get(lower);
    if (entry === undefined) repeated.set(lower, [name, [value]]);
    else entry[1].push(value);
  }
  ctx.statusCode = captured.status;
  ctx.responded = true;
  res.statusCode = captured.status;
  if (captured.statusMessage !== undefined) res.statusMessage = captured.statusMessage;
  for (const [name, values] of repeated.values())
    res.setHeader(name, values.length === 1 ? values[0]! : values);
  const head = ctx.method === 'HEAD';
  if (!head && !repeated.has('content-length') && captured.status !== 204 && captured.status !== 304) {
    res.setHeader('Content-Length', captured.body.length);
  }
  res.end(head ? undefined : captured.body);
  return true;
}

/** The fields that `Connection` names belong to the connection too. */
function connectionFields(captured: CapturedResponse): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (const [name, value] of captured.headers) {
    if (name.toLowerCase() !== 'connection') continue;
    names ??= new Set();
    for (const token of value.split(',')) names.add(token.trim().toLowerCase());
  }
  return names;
}
