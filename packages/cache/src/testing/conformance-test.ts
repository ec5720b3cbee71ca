/** A named test for whatever runner you use: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Runs each case on a harness of its own, and disposes of it. */
export function conformanceTests<H extends { readonly dispose: () => Promise<void> }>(
  open: () => Promise<H>,
  cases: Readonly<Record<string, (harness: H) => Promise<void>>>,
): readonly ConformanceTest[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    run: async () => {
      const harness = await open();
      try {
        await check(harness);
      } finally {
        await harness.dispose();
      }
    },
  }));
}
