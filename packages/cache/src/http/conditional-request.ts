import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '@spark-perf/core';
import { fieldOf } from './header-list.js';
import type { StoredResponse } from './stored-response.js';

const CONDITIONAL = new Set([
  ...['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range'],
]);

/** Whether the client asks for something else than the whole answer. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-range'] !== undefined ||
    headers.range !== undefined
  );
}

/**
 * Puts the cache's own validators in the place of the client's conditional and Range fields, wherever a host may look:
 * `ctx.headers`, `req.headers` and `req.rawHeaders`. Returns what puts everything back.
 */
export function replaceConditions(ctx: Context, stored: StoredResponse | undefined): () => void {
  const wanted: [string, string][] = [];
  const etag = stored && fieldOf(stored.headers, 'etag');
  const modified = stored && fieldOf(stored.headers, 'last-modified');
  if (etag !== undefined) wanted.push(['if-none-match', etag]);
  if (modified !== undefined) wanted.push(['if-modified-since', modified]);
  const { req } = ctx;
  const bags = ctx.headers === req.headers ? [req.headers] : [req.headers, ctx.headers];
  const saved = bags.map((bag) => Object.entries(bag).filter(([name]) => CONDITIONAL.has(name)));
  const raw = [...req.rawHeaders];
  for (const bag of bags) {
    for (const name of CONDITIONAL) delete bag[name];
    for (const [name, value] of wanted) bag[name] = value;
  }
  const kept = raw.filter((_, index) => !CONDITIONAL.has(raw[index - (index % 2)]!.toLowerCase()));
  req.rawHeaders.splice(0, raw.length, ...kept, ...wanted.flat());
  let restored = false;
  return () => {
    if (restored) return;
    restored = true;
    bags.forEach((bag, index) => {
      for (const name of CONDITIONAL) delete bag[name];
      for (const [name, value] of saved[index]!) bag[name] = value as string;
    });
    req.rawHeaders.splice(0, req.rawHeaders.length, ...raw);
  };
}
