import type { Context } from '@spark-perf/core';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { GeneratedAsset } from '../generated/assets.js';
import { GENERATED_ASSETS } from '../generated/assets.js';
import type { AssetUrls } from '../view/page.js';

interface Encoded {
  readonly type: string;
  readonly etag: string;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
  plain: Buffer | undefined;
}

/** The page's script, style and icon. Their names hold a hash of their content: they are kept for ever. */
export class PageAssets {
  readonly #byFile: ReadonlyMap<string, Encoded>;
  readonly urls: AssetUrls;

  constructor(assets: readonly GeneratedAsset[] = GENERATED_ASSETS) {
    this.#byFile = new Map(assets.map((asset) => [asset.file, encoded(asset)]));
    const url = (name: string): string =>
      `assets/${assets.find((asset) => asset.name === name)?.file ?? name}`;
    this.urls = { script: url('app.js'), style: url('style.css'), icon: url('icon.svg') };
  }

  /** Answers with the file of that name. Returns whether there is one. */
  serve(ctx: Context, file: string): boolean {
    const asset = this.#byFile.get(file);
    if (asset === undefined) return false;
    const { res, headers } = ctx;
    const accepted = headers['accept-encoding'] ?? '';
    const coding = accepts(accepted, 'br') ? 'br' : accepts(accepted, 'gzip') ? 'gzip' : undefined;
    ctx.responded = true;
    res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    res.setHeader('ETag', asset.etag);
    res.setHeader('Vary', 'Accept-Encoding');
    if (headers['if-none-match']?.includes(asset.etag) === true) {
      ctx.statusCode = res.statusCode = 304;
      res.end();
      return true;
    }
    const body =
      coding === 'br'
        ? asset.brotli
        : coding === 'gzip'
          ? asset.gzip
          : (asset.plain ??= gunzipSync(asset.gzip));
    if (coding !== undefined) res.setHeader('Content-Encoding', coding);
    ctx.statusCode = res.statusCode = 200;
    res.setHeader('Content-Type', asset.type);
    res.setHeader('Content-Length', body.length);
    res.end(ctx.method === 'HEAD' ? undefined : body);
    return true;
  }
}

function encoded({ type, gzip, brotli }: GeneratedAsset): Encoded {
  const compressed = Buffer.from(gzip, 'base64');
  const etag = `"${createHash('sha256').update(compressed).digest('base64url').slice(0, 16)}"`;
  return { type, etag, gzip: compressed, brotli: Buffer.from(brotli, 'base64'), plain: undefined };
}

/** Whether the field names the coding, and does not forbid it. */
function accepts(field: string, coding: string): boolean {
  const entry = field.split(',').find((one) => one.trim().split(';')[0]!.toLowerCase() === coding);
  return entry !== undefined && !/;\s*q=0(\.0*)?\s*$/.test(entry);
}
