/**
 * The least test runner: prints a line for each test, as `counted-script.mjs` reads it.
 *
 * @returns `test(name, work)` runs one; `none(faults)` throws where a list is not empty; `finish()` ends the process
 */
export function countedTests() {
  let failed = 0;
  return {
    async test(name, work) {
      try {
        await work();
        console.log(`ok - ${name}`);
      } catch (error) {
        failed++;
        console.log(`  ${error.message.replaceAll('\n', '\n  ')}\nnot ok - ${name}`);
      }
    },
    none(faults) {
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
    finish() {
      process.exit(failed > 0 ? 1 : 0);
    },
  };
}
