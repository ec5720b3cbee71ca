import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Suite } from './suite.js';

const folder = new URL('./suites/', import.meta.url);

/** The suites there are: every `suites/<name>.js` and `suites/<name>/index.js`. */
export function suiteNames(): string[] {
  return readdirSync(fileURLToPath(folder), { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory()) return entry.name;
      return entry.name.endsWith('.js') ? entry.name.slice(0, -'.js'.length) : [];
    })
    .sort();
}

/** Loads one suite. @throws when its module has no `suite` */
export async function loadSuite(name: string): Promise<Suite> {
  const single = readdirSync(fileURLToPath(folder)).includes(`${name}.js`);
  const module = (await import(new URL(single ? `${name}.js` : `${name}/index.js`, folder).href)) as {
    suite?: Suite;
  };
  if (module.suite === undefined) throw new Error(`suites/${name} exports no \`suite\``);
  return module.suite;
}
