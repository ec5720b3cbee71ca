// pnpm size-budget: measures every built package and sets the budgets that no longer fit.
import { isBuilt } from '../consumers/is-built.mjs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { readBudgets, writeBudgets } from './budgets.mjs';
import { fittingBudget } from './fitting-budget.mjs';
import { measure } from './measure.mjs';

const before = readBudgets();
const budgets = {};
for (const one of publicPackages()) {
  if (!isBuilt(one)) {
    console.log(`${one.name}: not built, its budget stays as it is`);
    if (before[one.name]) budgets[one.name] = before[one.name];
    continue;
  }
  const sizes = await measure(one);
  budgets[one.name] = fittingBudget(sizes, before[one.name]);
  const { dependencies, install, bundle } = sizes;
  const entries = Object.entries(bundle).map(([key, size]) => `${key} ${size}`);
  console.log(
    `${one.name}: ${dependencies} dependencies, ${install} B installed; ${entries.join(', ')} B bundled`,
  );
}
writeBudgets(budgets);
