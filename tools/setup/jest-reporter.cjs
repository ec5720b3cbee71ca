// Writes what each test file did as a line of JSON, as soon as it is known: a run that is killed loses nothing.
const { appendFileSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');

module.exports = class LineReporter {
  #file;

  constructor() {
    this.#file = process.env.SPARK_RESULTS;
  }

  onTestResult(_test, result) {
    const file = path.relative(root, result.testFilePath);
    const named = (status) =>
      result.testResults.filter((one) => one.status === status).map((one) => `${file}: ${one.fullName}`);
    const failed = named('failed');
    // A file that does not load has no tests; an error after the last one belongs to none.
    if (result.testExecError && failed.length === 0) failed.push(`${file}: failed outside of its tests`);
    this.#write({
      passed: named('passed').length,
      failed,
      skipped: [...named('pending'), ...named('todo'), ...named('disabled')],
    });
  }

  onRunComplete() {
    this.#write({ done: true });
  }

  #write(entry) {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
};
