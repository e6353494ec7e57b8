/** The order of the test files: those that take longest come first, so that the workers end together. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Below `test/`; what is not named comes after them. */
const longest = [
  'scenarios.test.ts',
  'e2e/drill-faults.test.ts',
  'e2e/broken-inputs.test.ts',
  'properties/laws.test.ts',
  'e2e/interrupted.test.ts',
  'e2e/first-hour.test.ts',
  'unit/ledger/yaml-bounds.test.ts',
  'e2e/action/action.test.ts',
  'e2e/controls/close.test.ts',
  'e2e/gate.test.ts',
  'e2e/periods-apart.test.ts',
  'e2e/prices.test.ts',
  'e2e/broken-ground.test.ts',
  'e2e/remedies.test.ts',
  'properties/engine-equals-reference.test.ts',
  'properties/exceptions.test.ts',
  'e2e/history/hold-past.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.indexOf(relative(import.meta.dirname, moduleId).replaceAll('\\', '/'));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
