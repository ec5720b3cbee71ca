// Holds each package's `api.md` against its build, so that no change of what users depend on goes unseen. One test for
// each package.
import { existsSync, readFileSync } from 'node:fs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { countedTests } from '../setup/counted-tests.mjs';
import { firstDifference } from './first-difference.mjs';
import { reportFile } from './report-file.mjs';
import { reportOf } from './report-of.mjs';

const { test, none, finish } = countedTests();
for (const one of publicPackages()) {
  await test(`${one.name}: api.md is up to date`, () => {
    const file = reportFile(one);
    const difference = firstDifference(existsSync(file) ? readFileSync(file, 'utf8') : '', reportOf(one));
    none(difference ? [...difference, 'Run `pnpm api-report`, and write a changeset.'] : []);
  });
}
finish();
