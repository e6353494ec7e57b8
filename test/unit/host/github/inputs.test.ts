/** Inputs as the runner hands them over. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inputNames } from '../../../action-metadata.ts';
import { readInputs, type Inputs } from '../../../../src/host/github/inputs.ts';

afterEach(() => void vi.unstubAllEnvs());

/** As the runner hands them over: in the environment. */
function read(variables: Readonly<Record<string, string>>): Inputs {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return readInputs();
}

describe('readInputs', () => {
  it('takes empty texts for none', () => {
    const empty = Object.fromEntries(inputNames.map((name) => [`INPUT_${name.toUpperCase()}`, '']));
    const none = readInputs();
    expect(read(empty)).toEqual(none);
    expect(none).toEqual({
      ledgers: [],
      path: null,
      periods: [],
      failOn: 'fail',
      comment: 'on-change',
      token: null,
      checkRun: 'no',
      artifact: 'yes',
      includeEvidence: 'no',
      evidenceRoot: null,
      memory: null,
      asOf: null,
      mode: 'judge',
      report: null,
      trackingIssue: null,
      alertWebhook: null,
    });
  });

  it('reads lists, choices, days and sizes', () => {
    const inputs = read({
      INPUT_LEDGER: ' a/b \n\nc d\n',
      INPUT_PERIODS: '2026-05, 2026-06\n2026-07',
      'INPUT_FAIL-ON': 'warn',
      'INPUT_CHECK-RUN': 'True',
      INPUT_MEMORY: '1GiB',
      'INPUT_AS-OF': '2026-06-15',
    });
    expect(inputs).toMatchObject({
      ledgers: ['a/b', 'c d'],
      periods: ['2026-05', '2026-06', '2026-07'],
      failOn: 'warn',
      checkRun: 'yes',
      memory: 1_073_741_824n,
      asOf: '2026-06-15',
    });
  });

  it.each([
    ['FAIL-ON', 'sometimes', 'fail, warn, never'],
    ['COMMENT', 'yes', 'always, on-change, on-failure, never'],
    ['ARTIFACT', '1', 'true, false'],
    ['MODE', 'judged', 'judge, publish'],
    ['AS-OF', '2026-02-30', 'YYYY-MM-DD'],
    ['MEMORY', '10MB', 'at least 64MB'],
  ])('%s: %s is an error with a remedy', (name, value, remedy) => {
    let said = '';
    try {
      read({ [`INPUT_${name}`]: value });
    } catch (error) {
      said = (error as { remedy?: string }).remedy ?? '';
    }
    expect(said).toContain(remedy);
  });
});
