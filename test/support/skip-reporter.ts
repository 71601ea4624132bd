// Vitest reporter: lists at the end what was skipped and how to get what it needs; under REQUIRE_SERVICES=1 a skip fails the run.
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { SKIP_MARK } from './skip-mark.ts';

/** @param whenSkipped `fail` sets the exit code of the run to 1 when any test was skipped, for whatever reason. */
export function skipReporter(whenSkipped: 'list' | 'fail'): Reporter {
  return {
    onTestRunEnd(testModules) {
      const skipped = skippedNames(testModules);
      if (skipped.length === 0) return;
      console.log(`\nSkipped (${skipped.length}):\n${skipped.map((name) => `  - ${name}`).join('\n')}`);
      if (whenSkipped === 'list') return;
      console.error('REQUIRE_SERVICES=1: every test must run, so these skips fail the run.');
      process.exitCode = 1;
    },
  };
}

/** A suite skipped as a whole counts once, under its own name. */
function skippedNames(testModules: readonly TestModule[]): string[] {
  const names = testModules.flatMap((testModule) =>
    [...testModule.children.allTests('skipped')].map((test) => `${testModule.relativeModuleId}: ${nameOf(test)}`),
  );
  return [...new Set(names)];
}

function nameOf(test: TestCase): string {
  for (let parent: TestSuite | TestModule = test.parent; parent.type === 'suite'; parent = parent.parent) {
    if (parent.name.includes(SKIP_MARK)) return parent.fullName;
  }
  return test.fullName;
}
