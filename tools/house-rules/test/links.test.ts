import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { trackedFiles } from '../src/tracked-files.js';
import { readText, root } from '../src/workspace.js';

const documents = trackedFiles().filter(
  (file) => file.endsWith('.md') && !/(^|\/)(CHANGELOG|api)\.md$|^tools\/new-package\/template\//.test(file),
);
const proseOf = (file: string) =>
  (readText(file) ?? '').replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/<!--[\s\S]*?-->/g, '');

/** The names that GitHub gives to the headings of a document. */
const anchorsOf = (file: string) =>
  [...proseOf(file).matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );

function brokenLinksIn(file: string): string[] {
  const links = [...proseOf(file).matchAll(/\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"/g)].map(
    ([, link, image]) => link ?? image ?? '',
  );
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false; // elsewhere on the net
    const [target = '', anchor] = link.split('#');
    const to = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    if (!existsSync(path.join(root, to))) return true;
    return anchor !== undefined && to.endsWith('.md') && !anchorsOf(to).includes(anchor);
  });
}

test('links in the documents lead somewhere', () => {
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.flatMap((file) => brokenLinksIn(file).map((link) => `${file}: ${link}`))).toEqual([]);
});
