import type { Context as HonoContext } from 'hono';
import type { HostContext } from '../host-context.js';

/**
 * Puts on ours what a validator or handler before us has read of the body: Node's stream is empty then. Hono keeps a
 * promise per form that was asked for, of text for JSON too. `undefined` when nobody has read anything.
 */
export function takeParsedBody(c: HonoContext, ctx: HostContext): Promise<void> | undefined {
  for (const form in c.req.bodyCache) return take(c, ctx, form);
  return undefined;
}

async function take(c: HonoContext, ctx: HostContext, form: string): Promise<void> {
  try {
    if (form === 'formData' || form === 'parsedBody') {
      // Multipart can't be written again byte by byte: there is no raw body.
      ctx.body = await c.req.parseBody();
      return;
    }
    ctx.rawBody ??= Buffer.from(await c.req.arrayBuffer());
    const isJson = /^application\/([^;\s]+\+)?json\b/i.test(ctx.get('content-type') ?? '');
    ctx.body = isJson ? await c.req.json<unknown>() : ctx.rawBody.toString();
  } catch {
    // Malformed or cut off: that is for whoever asked to answer.
  }
}
