// Writes what each test file did as a line of JSON, as soon as it is known: a run that is killed loses nothing.
const { appendFileSync } = require('node:fs');
const path = require('node:path');

module.exports = class LineReporter {
  #file;
  #root;

  constructor({ rootDir }) {
    this.#root = rootDir;
    this.#file = process.env.SPARK_RESULTS;
  }

  onTestResult(_test, result) {
    const file = path.relative(this.#root, result.testFilePath);
    const named = (status) =>
      result.testResults.filter((one) => one.status === status).map((one) => `${file}: ${one.fullName}`);
    // A test file that fails to run has an error and no results; a failing hook outside of tests likewise.
    const broken = result.testExecError !== undefined && result.testExecError !== null;
    this.#write({
      passed: named('passed').length,
      failed: [...named('failed'), ...(broken ? [`${file}: failed to run`] : [])],
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
