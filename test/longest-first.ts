/** The order of the test files: those that take longest come first, so that the workers end together. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Below `test/`; what is not named comes after them. */
const longest = [
  'scenarios.test.ts',
  'e2e/drill-faults.test.ts',
  'e2e/remedies.test.ts',
  'e2e/gate.test.ts',
  'e2e/interrupted.test.ts',
  'e2e/controls/close.test.ts',
  'e2e/packet/packet.test.ts',
  'e2e/command-output.test.ts',
  'unit/report/render-gate.test.ts',
  'e2e/gate-rules.test.ts',
  'e2e/action/action.test.ts',
  'unit/ledger/yaml-bounds.test.ts',
  'e2e/engine-install.test.ts',
  'e2e/controls/chain.test.ts',
  'e2e/first-hour.test.ts',
  'formats.test.ts',
  'e2e/action/spawned.test.ts',
  'e2e/broken-ground.test.ts',
  'e2e/periods-apart.test.ts',
  'e2e/cli.test.ts',
  'properties/rule-laws.test.ts',
  'properties/witness-random.test.ts',
  'e2e/trend.test.ts',
  'e2e/secrets.test.ts',
  'properties/buckets-random.test.ts',
  'e2e/exports.test.ts',
  'properties/buckets-verdict.test.ts',
  'e2e/broken-inputs.test.ts',
  'properties/random-ledger.test.ts',
  'e2e/history/action-history.test.ts',
  'e2e/gate-new-period.test.ts',
  'e2e/history/check-history.test.ts',
  'reference/carried.test.ts',
  'e2e/packet/invoices.test.ts',
  'e2e/history/hold-past.test.ts',
  'e2e/action/node-24.test.ts',
  'properties/exceptions.test.ts',
  'e2e/usage/host-faults.test.ts',
  'e2e/html-page.test.ts',
  'e2e/controls/freeze.test.ts',
  'e2e/explain-request.test.ts',
  'properties/plans.test.ts',
  'e2e/action/sticky-comment.test.ts',
  'properties/laws.test.ts',
  'e2e/guess-format.test.ts',
  'e2e/prices.test.ts',
  'e2e/controls/prepaid.test.ts',
  'unit/engine/usage-bodies.test.ts',
  'e2e/controls/corrections.test.ts',
  'e2e/drill.test.ts',
  'e2e/action/api-client.test.ts',
  'e2e/same-bytes.test.ts',
  'e2e/drill-command.test.ts',
  'properties/lines-random.test.ts',
  'properties/reperform-random.test.ts',
  'properties/engine-equals-reference.test.ts',
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
