import smallLibrary from '@size-limit/preset-small-lib';
import path from 'node:path';
import sizeLimit from 'size-limit';

/**
 * What each entry of a built package weighs in a bundle: minified, with its dependencies, without its peers, in bytes
 * of Brotli.
 *
 * @param {{ folder: string, manifest: any }} one
 * @returns {Promise<Record<string, number>>} by the key in `exports`
 */
export async function bundleSizes({ folder, manifest }) {
  const external = Object.keys(manifest.peerDependencies ?? {});
  const entries = Object.entries(manifest.exports).filter(([key]) => key !== './package.json');
  const checks = entries.map(([, { import: entry }]) => ({
    files: [path.join(folder, entry.default)],
    modifyEsbuildConfig: (config) => ({
      ...config,
      external,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    }),
  }));
  const found = await sizeLimit([smallLibrary], { checks });
  return Object.fromEntries(entries.map(([key], index) => [key, found[index].size]));
}
