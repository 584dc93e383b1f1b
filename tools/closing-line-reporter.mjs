// Ends a test run with `N passed, N failed` on the output's last line, and fails a run in which no test ran.
// A file that could not be loaded and an error outside every test count as failures. What passed only when it was tried again is named.

import { writeSync } from 'node:fs';

/** @import { Reporter, TestModule } from 'vitest/node' */

/** @implements {Reporter} */
export default class ClosingLineReporter {
  counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  flaky = [];

  onInit() {
    // Vitest's own summary and its complaints come before the process ends, so this line is last.
    process.once('exit', () => this.close());
  }

  /**
   * @param {ReadonlyArray<TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    /** @param {string} state */
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const errors = suites.flatMap((suite) => suite.errors()).length + unhandledErrors.length;
    this.counts = { passed: count('passed'), failed: count('failed') + errors, skipped: count('skipped') };
    this.flaky = tests
      .filter((test) => test.diagnostic()?.flaky)
      .map((test) => `${test.module.relativeModuleId}: ${test.fullName}`);
  }

  close() {
    const { passed, failed, skipped } = this.counts;
    if (passed + failed === 0 || failed > 0) process.exitCode ||= 1;
    for (const name of this.flaky) writeSync(1, `passed at the second attempt: ${name}\n`);
    writeSync(1, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}
