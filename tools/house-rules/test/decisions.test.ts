import { expect, test } from '@jest/globals';
import { filesBelow } from '../src/files-below.js';
import { readText } from '../src/workspace.js';

const FOLDER = 'docs/decisions';
const records = filesBelow(FOLDER, '.md')
  .map((file) => file.slice(FOLDER.length + 1))
  .filter((name) => name !== 'README.md');

test('decision records are numbered without gaps', () => {
  expect(records.length).toBeGreaterThan(0);
  const numbers = records.map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1] ?? `bad name: ${name}`);
  expect(numbers).toEqual(records.map((_, index) => String(index + 1).padStart(4, '0')));
});

test('the index names every record, and none that is not there', () => {
  const index = readText(`${FOLDER}/README.md`) ?? '';
  const linked = [...index.matchAll(/\]\((?:\.\/)?(\d{4}-[^)]+\.md)\)/g)].map(([, name]) => name);
  expect([...new Set(linked)].sort()).toEqual(records);
});
