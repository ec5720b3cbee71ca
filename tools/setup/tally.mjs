const LONGEST = 240;

/** Counts what passed and what failed over a whole run, and remembers the names of the latter. */
export class Tally {
  passed = 0;
  /** @type {string[]} */
  failures = [];
  /** @type {string[]} */
  skipped = [];

  pass(count = 1) {
    this.passed += count;
  }

  fail(name) {
    this.failures.push(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
  }

  /** Tests that a file holds and that did not run. */
  notRun(names) {
    this.skipped.push(...names);
  }

  /** @param {boolean} ok */
  record(name, ok) {
    if (ok) this.pass();
    else this.fail(name);
  }

  /** Prints the failures and, as the last line, the sum. Returns the exit code. */
  report() {
    const { passed, failures, skipped } = this;
    if (skipped.length > 0)
      console.log(`\nSkipped, and not counted:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
    if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`);
    console.log(`\n${passed} passed, ${failures.length} failed`);
    return failures.length === 0 ? 0 : 1;
  }
}
