const MARGIN = 1.1; // what a small change may add without touching the budget
const LOOSE = 1.35; // a budget this far above says nothing

/**
 * A budget a little above what was measured. One that still fits stays as it is, so that an update touches only what
 * has moved.
 *
 * @param {import('./measure.mjs').Sizes} sizes
 * @param {import('./measure.mjs').Sizes | undefined} before
 * @returns {import('./measure.mjs').Sizes}
 */
export function fittingBudget(sizes, before) {
  const bundle = Object.entries(sizes.bundle).map(([key, size]) => [
    key,
    limit(size, before?.bundle[key], 100),
  ]);
  return {
    dependencies: sizes.dependencies,
    install: limit(sizes.install, before?.install, 10_000),
    bundle: Object.fromEntries(bundle),
  };
}

function limit(size, before, step) {
  if (size <= before && before <= size * LOOSE) return before;
  return Math.ceil((size * MARGIN) / step) * step;
}
