import type { Project } from './workspace.js';
import { readText } from './workspace.js';

/** The entry points that a package offers, and the source file of each: `./redis` → `packages/x/src/redis.ts`. */
export function entriesOf({ folder, manifest }: Project): Map<string, string | undefined> {
  const entries = new Map<string, string | undefined>();
  for (const key of Object.keys(manifest.exports ?? {})) {
    if (key === './package.json') continue;
    const name = key === '.' ? 'index' : key.slice(2);
    const candidates = [`${folder}/src/${name}.ts`, `${folder}/src/${name}/index.ts`];
    entries.set(
      key,
      candidates.find((file) => readText(file) !== undefined),
    );
  }
  return entries;
}
