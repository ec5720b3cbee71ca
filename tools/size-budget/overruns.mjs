/**
 * Where a package is over its budget, or has none.
 *
 * @param {import('./measure.mjs').Sizes} sizes
 * @param {import('./measure.mjs').Sizes | undefined} budget
 * @returns {string[]} one sentence for each
 */
export function overruns(sizes, budget) {
  if (budget === undefined) return ['has no budget yet: run `pnpm size-budget`'];
  const limits = [
    ['runtime dependencies', sizes.dependencies, budget.dependencies],
    ['bytes installed', sizes.install, budget.install],
    ...Object.entries(sizes.bundle).map(([key, size]) => [
      `bytes bundled of ${key}`,
      size,
      budget.bundle[key],
    ]),
  ];
  return limits
    .filter(([, size, limit]) => !(size <= limit))
    .map(([what, size, limit]) =>
      limit === undefined
        ? `${what}: no budget yet, run \`pnpm size-budget\``
        : `${what}: ${size}, which is more than ${limit}. Make it smaller, or run \`pnpm size-budget\` and say why`,
    );
}
