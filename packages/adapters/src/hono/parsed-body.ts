import type { Context as HonoContext } from 'hono';
import type { HostContext } from '../host-context.js';

/**
 * Puts on ours what a validator or handler before us has read of the body: Node's stream is empty then. Hono keeps a
 * promise per form that was asked for, of text for JSON too. `undefined` when nobody has read anything.
 */
export function takeParsedBody(c: HonoContext, ctx: HostContext): Promise<void> | undefined {
  const forms = Object.keys(c.req.bodyCache);
  return forms.length === 0 ? undefined : take(c, ctx, forms);
}

const EXACT = ['arrayBuffer', 'blob', 'text', 'json'];

async function take(c: HonoContext, ctx: HostContext, forms: readonly string[]): Promise<void> {
  const isForm = forms.includes('formData');
  try {
    // A multipart form can't be written again byte by byte.
    if (forms.some((form) => EXACT.includes(form))) ctx.rawBody ??= Buffer.from(await c.req.arrayBuffer());
    const isJson = /^application\/([^;\s]+\+)?json\b/i.test(ctx.get('content-type') ?? '');
    if (isForm) ctx.body = await c.req.parseBody();
    else ctx.body = isJson ? await c.req.json<unknown>() : ctx.rawBody?.toString();
  } catch {
    // Malformed or cut off: that is for whoever asked to answer.
  }
}
