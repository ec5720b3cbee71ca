import { bundleSizes } from './bundle-sizes.mjs';
import { installSize } from './install-size.mjs';

/**
 * @typedef {object} Sizes of a package; as a budget: the most that each may be
 * @property {number} dependencies packages that come with it, at any depth
 * @property {number} install bytes in node_modules, with its dependencies
 * @property {Record<string, number>} bundle bytes of each entry, minified and compressed
 */

/**
 * Measures a built package.
 *
 * @param {{ folder: string, manifest: any }} one
 * @returns {Promise<Sizes>}
 */
export async function measure(one) {
  const { bytes, dependencies } = installSize(one.folder);
  return { dependencies, install: bytes, bundle: await bundleSizes(one) };
}
