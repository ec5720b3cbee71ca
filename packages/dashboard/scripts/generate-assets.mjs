// Makes the page's files and puts them into src/generated/assets.ts: bundled, hashed, compressed. Users build nothing.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function bundled(entry, outfile) {
  const result = await build({
    entryPoints: [at(entry)],
    outfile: at(outfile),
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return Buffer.from(result.outputFiles[0].contents);
}

const files = [
  ['app.js', 'text/javascript; charset=utf-8', await bundled('assets/app.ts', 'app.js')],
  ['style.css', 'text/css; charset=utf-8', await bundled('assets/style.css', 'style.css')],
  ['icon.svg', 'image/svg+xml', readFileSync(at('assets/icon.svg'))],
];

const rows = files.map(([name, type, content]) => {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const gzip = gzipSync(content, { level: 9 }).toString('base64');
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).toString(
    'base64',
  );
  const file = name.replace('.', `.${hash}.`);
  return `  { name: '${name}', file: '${file}', type: '${type}', gzip: '${gzip}', brotli: '${brotli}' },`;
});

mkdirSync(at('src/generated'), { recursive: true });
writeFileSync(
  at('src/generated/assets.ts'),
  `/** Made by scripts/generate-assets.mjs. */
export interface GeneratedAsset {
  readonly name: string;
  /** The name with a hash of the content. */
  readonly file: string;
  readonly type: string;
  /** Base64. */
  readonly gzip: string;
  readonly brotli: string;
}

export const GENERATED_ASSETS: readonly GeneratedAsset[] = Object.freeze([
${rows.join('\n')}
]);
`,
);
