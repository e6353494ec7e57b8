/** The explanation of one request: its numbers, its sentences, and that nothing foreign in it can act. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueSteps } from '../../../src/model/bridge.ts';
import { canonicalColumns, type CanonicalColumn, type Layer } from '../../../src/model/evidence.ts';
import { finding } from '../../../src/model/finding.ts';
import { startOfDay } from '../../../src/model/instant.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { lineColumns, type LineColumn, type LineReason, type TraceLine } from '../../../src/model/line.ts';
import { openPriceBook } from '../../../src/model/price-book.ts';
import type { Explanation, OriginalRow, TraceRow } from '../../../src/model/trace.ts';
import { renderExplanation } from '../../../src/report/render-explanation.ts';
import { LedgerFolder } from '../ledger/ledger-folder.ts';
import { hostile } from './sample-run.ts';
import { plainScreen } from '../../plain-screen.ts';

const folder = new LedgerFolder();
let ledger: Ledger;

beforeAll(async () => {
  const reading = await folder.read();
  if (reading.ledger === null) throw new Error('the base ledger must be readable');
  ledger = reading.ledger;
});
afterAll(() => folder.remove());

type Values = Partial<Record<CanonicalColumn, string>>;
type Cells = Partial<Record<LineColumn, string | null>> & { readonly reason?: LineReason | null };

function rowOf(layer: Layer, row: number, values: Values, roles: readonly string[]): TraceRow {
  const empty = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as TraceRow['values'];
  return {
    layer,
    file: `periods/2026-05/evidence/${layer}.csv`,
    row,
    values: { ...empty, ...values },
    roles,
    joinedBy: layer === 'provider' ? { id: 'provider_request_id', layer: 'application' } : null,
  };
}
function lineOf(cells: Cells): TraceLine {
  return { ...(Object.fromEntries([...lineColumns, 'reason'].map((column) => [column, null])) as TraceLine), ...cells };
}

const called: Values = {
  request_id: 'req-003',
  provider_request_id: 'comet-003',
  timestamp_utc: '2026-05-05T10:00:00Z',
  account_ref: 'acct_redacted',
  environment: 'production',
  internal_name: 'support-chat-primary',
  model_requested: 'gpt-4.1-nano',
  status: 'success',
  attempt: '1',
  input_tokens: '90000',
  cached_input_tokens: '40000',
  output_tokens: '5000',
};
const charged: Values = {
  ...called,
  timestamp_utc: '2026-05-05T10:00:02Z',
  model_billed: 'gpt-4.1-nano-2025-04-14',
  kind: 'charge',
  charged_amount: '0.0064',
  charged_currency: 'USD',
};
const charge: Cells = {
  line: 'charge',
  request_id: 'req-003',
  provider_request_id: 'comet-003',
  provider_file: 'periods/2026-05/evidence/provider.csv',
  provider_row: '3',
  status: 'success',
  attempt: '1',
  model_expected: 'gpt-4.1-nano-2025-04-14',
  model_billed: 'gpt-4.1-nano-2025-04-14',
  serving: 'true',
  input_quantity: '50000',
  cached_input_quantity: '40000',
  output_quantity: '5000',
  subtotal: '0.006400000',
  rounded_total: '0.006400000',
  charged_amount: '0.006400000',
  expected: '0.006400000',
  step: 'serving',
  reason: 'only-charge',
};
const application = (values: Values = {}, roles: readonly string[] = ['logged', 'first', 'final']): TraceRow =>
  rowOf('application', 3, { ...called, ...values }, roles);
const provider = (values: Values = {}, roles: readonly string[] = ['charge', 'serving']): TraceRow => rowOf('provider', 3, { ...charged, ...values }, roles);

interface Given {
  readonly rows?: readonly TraceRow[];
  readonly lines?: readonly Cells[];
  readonly originals?: readonly OriginalRow[];
  readonly requestId?: string;
  readonly providerCounted?: Explanation['providerCounted'];
}
function explanationOf({
  rows = [application(), provider()],
  lines = [charge],
  originals = [],
  requestId = 'req-003',
  providerCounted = [],
}: Given = {}): Explanation {
  const period = ledger.periods[0] ?? null;
  if (period === null) throw new Error('the base ledger has a period');
  return {
    requestId,
    ledger,
    period,
    judgedEnd: startOfDay('2026-06-01'),
    providerCounted,
    priceBook: openPriceBook(period, ledger.snapshots),
    trace: { requestId, rows, lines: lines.map(lineOf) },
    originals,
    findings: [],
  };
}
const explain = (given?: Given): string => renderExplanation(explanationOf(given), plainScreen);

describe('a request that was broken off', () => {
  const uncounted = Object.fromEntries(Object.entries({ ...called, status: 'timeout' }).filter(([name]) => !name.endsWith('_tokens')));
  const rows = [rowOf('application', 3, uncounted, ['logged', 'first', 'final']), provider()];

  it("takes the provider's counts where the contract says so, shows them, and says whose they are", () => {
    const text = explain({ rows, providerCounted: ['timeout'] });
    expect(text).toMatch(/tokens +the provider's, of the serving charge \(row 2\): the final row has none, and billing\.client_stopped \(contract\.yaml:\d+\)/);
    expect(text.split('Expected cost (E)')[1]).toMatch(/50000 {2}input × \(0\.1 × 0\.8 ÷ 1000000\) +\D= 0\.004\n/);
    expect(text).toContain("0.0064 USD, by the provider's token counts alone\n");
    expect(text).not.toContain('error of the tool');
  });

  it('and no others', () => {
    const lines = [{ ...charge, expected: '0', status: 'timeout', step: 'missing_usage', missing_usage: '0.0064' }];
    for (const providerCounted of [[], ['canceled']] as const) {
      const text = explain({ rows, lines, providerCounted });
      expect(text).toContain('0 USD: the input count is missing');
      expect(text).not.toContain("the provider's, of the serving charge");
    }
    expect(explain({ providerCounted: ['timeout'] })).not.toContain("by the provider's token counts");
  });
});

describe('a request that cost what was expected', () => {
  it('says so first', () => {
    expect(explain()).toContain('Request req-003 in the period 2026-05\n\nExpected 0.0064 USD, charged 0.0064 USD: the same.\n');
  });

  it('shows rows with their place and the time as the file writes it', () => {
    const text = explain({ originals: [{ timestamp_utc: '2026-05-05T12:00:00+02:00' }, { timestamp_utc: '2026-05-05T10:00:02Z', charged_amount: '3200' }] });
    expect(text).toContain('  1 application  periods/2026-05/evidence/application.csv:3\n');
    expect(text).toContain('2026-05-05T10:00:00Z (in the file: 2026-05-05T12:00:00+02:00)\n');
    expect(text).toContain('2026-05-05T10:00:02Z (so in the file)\n');
    expect(text).toContain('0.0064 USD (in the file: 3200)\n');
  });

  it('multiplies tokens by price, ratio and unit, class by class, from the line of the price file', () => {
    const text = explain();
    expect(text).toContain('prices/cometapi/2026-05-01.yaml:11: gpt-4.1-nano-2025-04-14, ratio 0.8, per 1000000 tokens');
    expect(text).toMatch(/50000 {2}input × \(0\.1 × 0\.8 ÷ 1000000\) +\D= 0\.004\n/);
    expect(text).toMatch(/40000 {2}cached input × \(0\.025 × 0\.8 ÷ 1000000\) +\D= 0\.0008\n/);
    expect(text).toMatch(/5000 {2}output × \(0\.4 × 0\.8 ÷ 1000000\) +\D= 0\.0016\n/);
    expect(text).toMatch(/sum +\D= 0\.0064 USD\n/);
    expect(text).toContain('not reported, so valued at 0: cache write, cache write 1h, reasoning');
  });

  it('names the mapping behind the expected model', () => {
    expect(explain()).toContain('the primary mapping (models.yaml:2) of gpt-4.1-nano as support-chat-primary in row 1');
  });

  it('says how the contract rounds, and by how much', () => {
    const lines = [{ ...charge, subtotal: '0.0064007', rounded_total: '0.0064', rounding: '-0.0000007' }];
    expect(explain({ lines })).toContain('half-up to a multiple of 0.000002, at least 0.000002: 0.0064007 becomes 0.0064 (-0.0000007)');
  });
});

describe('money that differs', () => {
  it('leads from expected to charged, step by step', () => {
    const lines = [
      {
        ...charge,
        subtotal: '0.0065',
        rounded_total: '0.006502',
        charged_amount: '0.007',
        token_difference: '0.0001',
        rounding: '0.000002',
        price_difference: '0.000498',
      },
      { ...charge, line: 'duplicate', provider_row: '4', step: 'duplicate', expected: null, duplicate: '0.007' },
    ];
    const text = explain({ rows: [application(), provider(), rowOf('provider', 4, charged, ['duplicate'])], lines });
    expect(text).toContain(
      'Expected 0.0064 USD, charged 0.014 USD: 0.0076 more (token_difference +0.0001, rounding +0.000002, price_difference +0.000498, duplicate +0.007).',
    );
    const table = text
      .slice(text.indexOf('Its part of the bridge'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(table.slice(1, -1)).toEqual([
      ['expected', '0.0064'],
      ['token_difference', '+0.0001', 'unexplained'],
      ['=', 'provider_at_snapshot', '0.0065'],
      ['rounding', '+0.000002', 'explained'],
      ['price_difference', '+0.000498', 'unexplained'],
      ['duplicate', '+0.007', 'unexplained'],
      ['=', 'provider_charged', '0.014'],
    ]);
  });

  it('says so when its own formula and the engine disagree', () => {
    expect(explain()).not.toContain('error of the tool');
    expect(explain({ lines: [{ ...charge, subtotal: '0.0065' }] })).toContain('0.0065, its cost, but the formula gives 0.0064: this is an error of the tool');
    expect(explain({ lines: [{ ...charge, expected: '0.0065' }] })).toContain('0.0065 USD, but the formula gives 0.0064: this is an error of the tool');
  });

  it('shows which class the layers count differently', () => {
    const text = explain({
      rows: [application({ output_tokens: '4000' }), provider()],
      lines: [{ ...charge, expected: '0.00608', token_difference: '0.00032' }],
    });
    expect(text).toContain('token_difference  +0.00032  application → provider: output 4000 → 5000; 0.0064 − 0.00608');
  });
});

describe('steps', () => {
  const splitOnly = ['price_timing', 'tier_difference', 'token_difference', 'meter_difference'];
  const steps = [...valueSteps.filter((step) => !splitOnly.includes(step)), 'serving', 'duplicate', 'refund'];

  it.each(steps)('%s has its sentence', (step) => {
    const text = explain({ lines: [{ ...charge, step, serving: 'false' }] });
    const sentence = /step +.*\n +(.*)\n/.exec(text.slice(text.indexOf('Line 1')))?.[1] ?? '';
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toContain('No sentence');
  });

  it.each([
    ['names-final', "It serves the request: it carries the provider's id of the final row (row 1)."],
    ['answers-final', 'It serves the request: it carries the response id of the final row (row 1).'],
    ['only-charge', 'It serves the request: it is its only charge.'],
    ['first-in-order', 'of its 1 charges it is the first by success'],
  ] as const)('serving by %s', (reason, sentence) => {
    expect(explain({ lines: [{ ...charge, reason }] })).toContain(sentence);
  });

  it('retry names the charge that served and the logged attempts', () => {
    const rows = [
      application({ attempt: '1', status: 'timeout' }, ['logged', 'first']),
      rowOf('application', 4, { ...called, attempt: '2' }, ['logged', 'final']),
      provider({ attempt: '1' }, ['charge']),
      rowOf('provider', 4, { ...charged, attempt: '2' }, ['charge', 'serving']),
    ];
    const lines = [
      { ...charge, step: 'retry', serving: 'false', expected: null, retry: '0.0064' },
      { ...charge, provider_row: '4', attempt: '2' },
    ];
    const text = explain({ rows, lines });
    expect(text).toContain(
      'Row 4 serves the request (attempt 2); this one is another try that our logs show (attempt 1), billed as the same model gpt-4.1-nano-2025-04-14.',
    );
    expect(text).toContain('2 attempts were logged (1, 2), by the application: at most so many charges are backed.');
  });

  it('non_billable names the rule and its line', () => {
    expect(explain({ lines: [{ ...charge, status: 'error', step: 'non_billable', reason: 'own-status' }] })).toContain(
      'It should not be billed: status error is not billable (contract.yaml:31).',
    );
  });

  it('unpriced names the class that has no price', () => {
    const lines = [{ ...charge, cache_write_quantity: '7', step: 'unpriced', rounded_total: null, reason: 'own-cost' as const }];
    expect(explain({ lines })).toContain(
      'It cannot be priced: the snapshot cometapi/2026-05-01, which is in force then, has no price for the cache write tokens of this model.',
    );
  });

  it('out_of_scope says what is outside', () => {
    const text = explain({ rows: [application({ environment: 'staging' }), provider()], lines: [{ ...charge, step: 'out_of_scope', serving: 'false' }] });
    expect(text).toContain("the final row's environment staging is not production (periods/2026-05/period.yaml:1)");
  });

  it('not_charged says from when on a charge could be late', () => {
    const text = explain({
      rows: [application()],
      lines: [
        {
          line: 'uncharged',
          request_id: 'req-003',
          step: 'not_charged',
          expected: '0.0064',
          not_charged: '-0.0064',
          model_expected: 'gpt-4.1-nano-2025-04-14',
        },
      ],
    });
    expect(text).toContain('its final time is before 2026-06-01T00:00:00Z (finalized_through_utc 2026-06-02T00:00:00Z, less the delay of 24h)');
    expect(text).toContain('Expected 0.0064 USD, charged 0 USD: 0.0064 less (not_charged -0.0064).');
  });
});

describe('what is missing', () => {
  it('is said for a request that nobody names, with what was read', () => {
    const text = explain({ rows: [], lines: [], requestId: 'req-x' });
    expect(text).toContain('No layer names it');
    expect(text).toContain('provider: evidence/provider.csv in the format trueup');
  });

  it('is said for rows that put no money anywhere', () => {
    const text = explain({ rows: [provider({ account_ref: 'acct_other' }, ['set-aside:account'])], lines: [] });
    expect(text).toContain('set aside, no part of the bridge: its account acct_other is not acct_redacted');
    expect(text).toContain('none of its rows puts money into the bridge');
  });

  it('is said for counts that contradict each other', () => {
    const text = explain({
      rows: [application({}, ['logged', 'first', 'final', 'token-data-error']), provider()],
      originals: [{ input_tokens: '-5', output_tokens: '12' }],
      lines: [{ ...charge, expected: '0', step: 'missing_usage', missing_usage: '0.0064' }],
    });
    expect(text).toContain('they contradict each other and count as missing (in the file: input_tokens -5, output_tokens 12)');
    expect(text).toContain('0 USD: the input count is missing');
  });

  it('is said by findings when something could not be read', () => {
    const findings = [finding('evidence-missing', 'inconclusive', { args: { layer: 'provider', pattern: 'evidence/usage.csv' } })];
    const text = renderExplanation({ ...explanationOf(), trace: null, findings }, plainScreen);
    expect(text).toContain('Request req-003 in the period 2026-05\n\ninconclusive evidence-missing');
    const unread = renderExplanation(
      { requestId: 'req-003', ledger: null, period: null, judgedEnd: null, providerCounted: [], trace: null, priceBook: null, originals: [], findings },
      plainScreen,
    );
    expect(unread).toContain('Request req-003\n\ninconclusive evidence-missing');
  });
});

describe('hostile text', () => {
  it.each(hostile.map((text, index) => [index, text] as const))('number %i cannot act', (_, text) => {
    const values = { service: text, internal_name: text, model_requested: text, model_billed: text, provider_request_id: text, account_ref: text };
    const rendered = explain({
      requestId: text,
      rows: [{ ...application(values), file: text }, provider({ ...values, request_id: text, charged_currency: text }, ['charge', 'serving', text])],
      lines: [{ ...charge, model_billed: text, model_expected: text, provider_request_id: text, step: 'unlinked' }],
      originals: [{ timestamp_utc: text, input_tokens: text, charged_amount: text }],
    });
    // oxlint-disable-next-line no-control-regex
    expect(rendered.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/u);
    expect(rendered).not.toMatch(/::error|##\[/);
    expect(Math.max(...rendered.split('\n').map((line) => line.length))).toBeLessThan(3000);
  });

  it('keeps colour apart from foreign text', () => {
    expect(renderExplanation(explanationOf({ requestId: '\u001b[31mred' }), { ...plainScreen, colour: 'ansi' })).not.toContain('\u001b[31mred');
  });
});
