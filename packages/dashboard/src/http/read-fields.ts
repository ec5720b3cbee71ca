import type { Clock, Context } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';

const LONGEST = 8_192;
const DEADLINE = 5_000;

/** The named values of a form or a JSON object. */
export type Fields = Readonly<Record<string, string>>;

/**
 * The fields of a request's body, sent as a form or as JSON, parsed already or not. `undefined` when it is neither,
 * too long, or does not come in time.
 */
export async function readFields(ctx: Context, clock: Clock): Promise<Fields | undefined> {
  const { body, rawBody } = ctx;
  if (typeof body === 'object' && body !== null && !Buffer.isBuffer(body)) return strings(body);
  if (typeof body === 'string' && body !== '') return parsed(ctx, body);
  if (Buffer.isBuffer(body)) return parsed(ctx, body.toString());
  if (rawBody !== undefined) return parsed(ctx, rawBody.toString());
  if (ctx.req.readableEnded || ctx.req.readableDidRead) return undefined;
  try {
    const onTimeout = (): Error => new Error('The body did not come in time');
    const text = await withDeadline(clock, readAll(ctx), DEADLINE, { onTimeout });
    return text === undefined ? undefined : parsed(ctx, text);
  } catch {
    return undefined;
  }
}

async function readAll({ req }: Context): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(ctx: Context, text: string): Fields | undefined {
  if (text.length > LONGEST) return undefined;
  if (!/^application\/json\b/i.test(ctx.headers['content-type'] ?? '')) {
    return strings(Object.fromEntries(new URLSearchParams(text)));
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? strings(value) : undefined;
  } catch {
    return undefined;
  }
}

function strings(body: object): Fields {
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    if (typeof value === 'string' || typeof value === 'number') fields[name] = String(value);
  }
  return fields;
}
