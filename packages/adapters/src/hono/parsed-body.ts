import type { Context as HonoContext } from 'hono';
import type { HostContext } from '../host-context.js';

/**
 * Puts on ours what a validator or handler before us has read of the body: Node's stream is empty then. Hono keeps a
 * promise per form that was asked for, of text for JSON too. `undefined` when nobody has read anything.
 */
export function takeParsedBody(c: HonoContext, ctx: HostContext): Promise<void> | undefined {
  for (const first in c.req.bodyCache) return take(c, ctx, first);
  return undefined;
}

async function take(c: HonoContext, ctx: HostContext, first: string): Promise<void> {
  const { parsedBody } = c.req.bodyCache as { readonly parsedBody?: unknown };
  // Multipart can't be written again byte by byte: there is no raw body.
  const isForm = first === 'formData' || first === 'parsedBody';
  try {
    if (!isForm) ctx.rawBody ??= Buffer.from(await c.req.arrayBuffer());
    const isJson = /^application\/([^;\s]+\+)?json\b/i.test(ctx.get('content-type') ?? '');
    if (parsedBody !== undefined) ctx.body = parsedBody;
    else if (isForm) ctx.body = await c.req.parseBody();
    else ctx.body = isJson ? await c.req.json<unknown>() : ctx.rawBody?.toString();
  } catch {
    // Malformed or cut off: that is for whoever asked to answer.
  }
}
