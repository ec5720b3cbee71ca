import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('budgets.json', import.meta.url);

/** @returns {Record<string, import('./measure.mjs').Sizes>} by package */
export const readBudgets = () => JSON.parse(readFileSync(file, 'utf8'));

/** @param {Record<string, import('./measure.mjs').Sizes>} budgets */
export function writeBudgets(budgets) {
  writeFileSync(file, `${JSON.stringify(budgets, undefined, 2)}\n`);
}
