/** One judged run with something of everything, for the tests of the report. */
import { canonicalColumns } from '../../../src/model/evidence.ts';
import { finding } from '../../../src/model/finding.ts';
import type { Judgement } from '../../../src/model/judgement.ts';
import { lineColumns, type TraceLine } from '../../../src/model/line.ts';
import { amountOf } from '../../../src/model/money.ts';
import type { Result } from '../../../src/model/result.ts';
import type { RequestTrace, TraceRow } from '../../../src/model/trace.ts';
import type { JudgeInput } from '../../../src/policy/facts.ts';
import { judge } from '../../../src/policy/judge.ts';
import { assembleResult } from '../../../src/report/assemble-result.ts';
import type { ReportInput } from '../../../src/report/render-report.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from '../policy/facts-of.ts';

export const hostile = [
  '<script>alert(1)</script>',
  '@everyone',
  '@octocat/team',
  '#1',
  'a|b|c',
  '`code` ``two``',
  '**bold** _em_ ~~gone~~',
  '[link](javascript:alert(1)) ![x](http://evil.example/p.png)',
  'http://evil.example www.evil.example mail@evil.example',
  '::error file=a::b',
  '##[error]x',
  'two\nlines\r\n# heading',
  '\u202Egnp.exe\u2066\u200B',
  '\u001b[31mred\u0007\u009b2J',
  '</code></details><img src=x onerror=alert(1)>',
  '&lt;b&gt; &#64;x :tada: $x$ \\| <!-- -->',
  'x'.repeat(5000),
  '',
  ' ',
  '\ud800',
];

const amounts = {
  expected: '1234.5678',
  retry: '12.3',
  fallback: '3.21',
  unlinked: '7.5',
  not_charged: '-4.25',
  token_difference: '0.000002',
  rounding: '0.0001',
  duplicate: '2',
};
const ofModel1 = { expected: '1000', retry: '12.3', unlinked: '7.5', token_difference: '0.000002', rounding: '0.0001' };
const ofModel2 = { expected: '234.5678', fallback: '3.21', not_charged: '-4.25', duplicate: '2' };

/** Everything hostile that `text` puts into model, service, findings and traces. */
export function sampleInput(text = 'gpt-4.1-nano-2025-04-14'): JudgeInput {
  const lines = [
    invoiceLine('usage', '1255.33', { requests: 1031n }),
    invoiceLine('tax', '84.56', { reference: 'TAX-9' }),
    invoiceLine('credit', '-50', { reference: text }),
  ];
  const reconciliation = reconciliationOf(
    amounts,
    { requests: 1000, not_charged: -2, unlinked: 1, extra_retry: 30, duplicate: 2 },
    { by_model: { 'claude-haiku-4-5': ofModel2, [text]: ofModel1 }, by_service: { [text]: amounts } },
  );
  return inputOf(
    reconciliation,
    {
      total: { warn: threshold({ percent: '0.1' }), fail: threshold({ percent: '1', amount: '50' }) },
      model: { warn: null, fail: threshold({ percent: '1' }) },
      categories: { retry: { warn: threshold({ percent: '2' }), fail: null }, duplicate: { warn: null, fail: threshold({ amount: '0' }) } },
      counts: { warn: null, fail: threshold({ percent: '0.5' }) },
    },
    {
      period: periodOf({ stage: 'final', invoiceId: 'INV-2026-05', invoices: [invoiceOf('1289.89', lines)], accountRef: text, environment: text }),
      observations: [
        {
          code: 'unexplained-step',
          count: 1,
          amount: amountOf('7.5'),
          args: { step: 'unlinked' },
          samples: [text, 'req_2'],
          row: { layer: 'provider', file: `evidence/${text}.csv`, row: 12 },
        },
        { code: 'unverified-billing-rule', count: 3, amount: amountOf('1.5'), args: { status: 'timeout' }, samples: ['req_7'], row: null },
        { code: 'new-model', count: 4, amount: amountOf('9'), args: { model: text, whatever: text }, samples: [], row: null },
        {
          code: 'clock-shift',
          count: 1,
          amount: null,
          args: { from: 'application', to: 'provider', median_seconds: '7200', pairs: '900' },
          samples: [],
          row: null,
        },
      ],
      findings: [
        finding('placeholder', 'fail', {
          args: { key: 'prices.0.input_price', value: text, about: 'price' },
          source: { file: 'trueup.yaml', line: 3, column: 9 },
          excerpt: `3 | input_price: ${text.replace(/[\r\n]+/g, ' ')}\n            ^`,
        }),
      ],
    },
  );
}

export function resultOf(input: JudgeInput, judgement: Judgement = judge(input)): Result {
  return assembleResult({
    judgement,
    reconciliation: input.reconciliation,
    period: input.period,
    judgedEnd: input.judgedEnd,
    asOf: input.asOf,
    toolVersion: '0.1.0',
    inputsDigest: `sha256:${'a'.repeat(64)}`,
    ledgerFiles: input.ledger.files,
  });
}

export function sampleReport(text?: string): ReportInput {
  const input = sampleInput(text);
  const judgement = judge(input);
  const name = text ?? 'req_1';
  return {
    result: resultOf(input, judgement),
    findings: judgement.findings,
    ignored: judgement.ignored,
    traces: [traceOf(name)],
    notChecked: ['Exceptions, drills and closes are not in force yet'],
    contract: [
      {
        area: 'error-behavior.failed',
        detail: text ?? 'Failed calls are free.',
        status: 'verified',
        basis: text ?? 'support ticket 4711',
        provenBy: 'drill/test-c',
        verifiedOn: '2026-04-20',
        verifiedBy: 'jane',
        expiresOn: null,
        source: { file: 'contract.yaml', line: 2, column: 5 },
      },
      {
        area: text ?? 'rate-limits',
        detail: 'Per key.',
        status: 'unverified',
        basis: null,
        provenBy: null,
        verifiedOn: null,
        verifiedBy: null,
        expiresOn: null,
        source: { file: 'contract.yaml', line: 3, column: 5 },
      },
    ],
    inputs: [
      { name: 'trueup.yaml', role: 'ledger', bytes: 812, sha256: 'ab'.repeat(32), rows: null },
      { name: `periods/2026-05/evidence/${name}.csv`, role: 'provider', bytes: 99_812, sha256: 'cd'.repeat(32), rows: 1031 },
    ],
  };
}

function traceOf(text: string): RequestTrace {
  const row = (layer: TraceRow['layer'], roles: string[]): TraceRow => ({
    layer,
    file: `evidence/${layer}.csv`,
    row: 7,
    values: {
      ...(Object.fromEntries(canonicalColumns.map((column) => [column, null])) as TraceRow['values']),
      timestamp_utc: '2026-05-01T10:00:00Z',
      model_requested: text,
      status: 'success',
      attempt: '1',
      input_tokens: '1000',
    },
    roles,
    joinedBy: layer === 'provider' ? { id: 'provider_request_id', layer: 'application' } : null,
  });
  const line = {
    ...(Object.fromEntries([...lineColumns, 'reason'].map((column) => [column, null])) as TraceLine),
    line: 'charge',
    step: 'retry',
    retry: '0.01',
    expected: '0.02',
  };
  return { requestId: text, rows: [row('application', ['final', 'first']), row('provider', ['charge', 'serving'])], lines: [line] };
}
