/** What a recomputation may say of a close: the same, other details, other totals; by the same version or another. */
import { amountOf } from '../../../src/model/money.ts';
import { expect, it } from 'vitest';
import { checkClose } from '../../../src/period/verify-ledger.ts';
import type { Close } from '../../../src/model/close.ts';
import type { Totals } from '../../../src/model/judgement.ts';

const totals: Totals = {
  expected: amountOf('20'),
  provider_at_snapshot: amountOf('20'),
  provider_charged: amountOf('20'),
  provider_reported: amountOf('20'),
  provider_computed: amountOf('0'),
  invoice_usage: null,
  invoice_total: null,
  explained: amountOf('0'),
  unexplained_net: amountOf('0'),
  unexplained_gross: amountOf('0'),
  quarantined: amountOf('0'),
};
const digests = { inputs: `sha256:${'1'.repeat(64)}`, result: `sha256:${'2'.repeat(64)}` };
const other = `sha256:${'3'.repeat(64)}`;
const close: Close = {
  name: 'periods/2026-05/close-1.yaml',
  sha256: '0'.repeat(64),
  period: '2026-05',
  number: 1,
  accountRef: 'acct',
  environment: null,
  approvedBy: 'jane',
  note: null,
  verdict: 'pass',
  stage: 'usage',
  asOf: '2026-06-15',
  judgedEnd: 0n,
  toolVersion: '1.0.0',
  programSha256: null,
  assurance: null,
  results: [],
  digests,
  totals,
  closingBalance: null,
  previous: null,
  reopened: null,
  carriedFrom: null,
  openItems: null,
  files: [],
  fileSources: [],
  source: { file: 'periods/2026-05/close-1.yaml', line: 4, column: 9 },
};

it.each([
  ['the same', { digests, totals, tool_version: '1.0.0' }, []],
  ['the same by another version', { digests, totals, tool_version: '2.0.0' }, []],
  ['the same result of inputs that a newer version hashes otherwise', { digests: { ...digests, inputs: other }, totals, tool_version: '2.0.0' }, []],
  ['other inputs', { digests: { ...digests, inputs: other }, totals, tool_version: '1.0.0' }, [['fail', 'other-digest']]],
  ['another result', { digests: { ...digests, result: other }, totals, tool_version: '1.0.0' }, [['fail', 'other-digest']]],
  [
    'other totals',
    { digests: { ...digests, result: other }, totals: { ...totals, expected: amountOf('21') }, tool_version: '1.0.0' },
    [['fail', 'other-totals']],
  ],
  [
    'a total that was none',
    { digests: { ...digests, result: other }, totals: { ...totals, invoice_total: amountOf('0') }, tool_version: '1.0.0' },
    [['fail', 'other-totals']],
  ],
  ['other details by another version', { digests: { ...digests, result: other }, totals, tool_version: '2.0.0' }, [['info', 'other-digest-version']]],
  [
    'other totals by another version',
    { digests: { ...digests, result: other }, totals: { ...totals, expected: amountOf('21') }, tool_version: '2.0.0' },
    [['warn', 'other-totals-version']],
  ],
] as const)('%s', (_, result, expected) => {
  const findings = checkClose(close, result);
  expect(findings.map(({ severity, args }) => [severity, args['problem']])).toEqual(expected);
  expect(findings.every(({ code, source }) => code === 'result-changed' && source === close.source)).toBe(true);
});

it('names the total and both amounts', () => {
  const [found] = checkClose(close, { digests, totals: { ...totals, provider_charged: amountOf('19.5') }, tool_version: '1.0.0' });
  expect(found?.args).toEqual({
    close: close.name,
    closed: 'provider_charged 20',
    recomputed: 'provider_charged 19.5',
    problem: 'other-totals',
  });
});
