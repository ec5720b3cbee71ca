import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const template = fileURLToPath(new URL('template', import.meta.url));

/**
 * Makes a package from the template, and the changeset of its first release.
 *
 * @param {string} name in lower case, with dashes
 * @param {string} target folder of the package
 * @param {string} changeset file
 */
export function fillTemplate(name, target, changeset) {
  const words = {
    name,
    Name: name.replace(/(^|-)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase()),
    snake: name.replaceAll('-', '_'),
  };
  const fill = (text) => text.replace(/__(name|Name|snake)__/g, (_, word) => words[word]);

  cpSync(template, target, { recursive: true });
  for (const entry of readdirSync(target, { recursive: true })) {
    const file = path.join(target, entry);
    if (statSync(file).isDirectory()) continue;
    writeFileSync(file, fill(readFileSync(file, 'utf8')));
    // ".template": a manifest that the workspace and the publishing tools must not take for a package.
    const final = path.join(path.dirname(file), fill(path.basename(file)).replace(/\.template$/, ''));
    if (final !== file) renameSync(file, final);
  }
  mkdirSync(path.dirname(changeset), { recursive: true });
  writeFileSync(
    changeset,
    `---\n'@spark-perf/${name}': minor\n---\n\nFirst release of \`@spark-perf/${name}\`.\n`,
  );
}
