// Holds every package against its budget: what it weighs in a bundle and in node_modules, and how many packages it
// brings. One test for each package.
import assert from 'node:assert/strict';
import { publicPackages } from '../consumers/public-packages.mjs';
import { countedTests } from '../setup/counted-tests.mjs';
import { readBudgets } from './budgets.mjs';
import { measure } from './measure.mjs';
import { overruns } from './overruns.mjs';

const { test, none, finish } = countedTests();
const budgets = readBudgets();
const packages = publicPackages();
for (const one of packages) {
  await test(`${one.name} keeps within its budget`, async () =>
    none(overruns(await measure(one), budgets[one.name])));
}
await test('what is over its budget is told', () => {
  const budget = { dependencies: 1, install: 10, bundle: { '.': 5 } };
  const sizes = { dependencies: 2, install: 11, bundle: { '.': 6, './new': 1 } };
  assert.deepEqual(overruns(budget, budget), []);
  assert.equal(overruns(sizes, budget).length, 4);
  assert.equal(overruns(sizes, undefined).length, 1);
});
await test('no budget is left of a package that is gone', () => {
  const names = new Set(packages.map(({ name }) => name));
  none(Object.keys(budgets).filter((name) => !names.has(name)));
});
finish();
