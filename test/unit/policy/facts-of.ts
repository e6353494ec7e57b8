/** Small ledgers and reconciliations for the tests of the judge: only what a test names differs from a clean run. */
import { countSteps, type CutName, cutNames, explainedSteps, type RowStep, plainRowSteps } from '../../../src/model/bridge.ts';
import { noControls } from '../../../src/model/close.ts';
import { microsPerDay, parseInstant } from '../../../src/model/instant.ts';
import type { CountBridgeStep } from '../../../src/model/judgement.ts';
import type { Invoice, InvoiceLine, Ledger, Period } from '../../../src/model/ledger.ts';
import { amountOf, formatMoney, Money, noAmount, sumMoney } from '../../../src/model/money.ts';
import type { Policy, Threshold } from '../../../src/model/policy.ts';
import type { CutRow, Reconciliation, StepAmount } from '../../../src/model/reconciliation.ts';
import type { JudgeInput } from '../../../src/policy/facts.ts';

export type Amounts = Readonly<Partial<Record<RowStep, string>>>;
export type Counts = Readonly<Partial<Record<CountBridgeStep, number>>>;

const at = { file: 'trueup.yaml', line: 7, column: 3 };

export function threshold(bounds: { amount?: string; percent?: string }): Threshold {
  return {
    amount: bounds.amount === undefined ? null : new Money(bounds.amount),
    percent: bounds.percent === undefined ? null : new Money(bounds.percent),
    source: at,
  };
}

export const laxPolicy: Policy = {
  ignoreBelow: new Money('0.01'),
  total: { warn: null, fail: threshold({ percent: '100000' }) },
  model: { warn: null, fail: null },
  categories: {},
  counts: { warn: null, fail: threshold({ percent: '100000' }) },
  overrides: [],
  rules: {},
  retryCap: { default: new Money('1.20'), services: {} },
  volume: null,
  budget: [],
  drills: null,
  fx: new Map(),
  minLinked: new Money(95),
  minCompared: new Money(50),
  maxDelay: 3n * microsPerDay,
  gross: 'parts',
  keepResults: false,
  unstated: [],
};

function stepAmounts(amounts: Amounts): StepAmount[] {
  return plainRowSteps.map((step) => {
    const amount = formatMoney(new Money(amounts[step] ?? '0'));
    const positive = new Money(amount).greaterThan(0);
    const sides = { increase: positive ? amount : noAmount, decrease: positive ? noAmount : amount };
    const isOpen = step !== 'expected' && !explainedSteps.includes(step);
    const open = isOpen ? sides : { increase: amountOf('0'), decrease: amountOf('0') };
    return { step, amount, ...sides, count: amount === '0' ? 0 : 1, excepted: amountOf('0'), left: sides, open };
  });
}

const explainedCounts = ['requests', 'not_billable', 'in_transit', 'carried_forward', 'out_of_scope', 'extra_retry', 'extra_fallback'];

function openCount(step: string, count: number): number {
  return explainedCounts.includes(step) ? 0 : Math.abs(count);
}

/** One key with the whole in every cut, unless `cuts` splits it. */
export function reconciliationOf(
  amounts: Amounts,
  counts: Counts = {},
  cuts: Partial<Record<CutName, Readonly<Record<string, Amounts>>>> = {},
): Reconciliation {
  const cutRows = (name: CutName): CutRow[] => Object.entries(cuts[name] ?? { all: amounts }).map(([key, part]) => ({ key, steps: stepAmounts(part) }));
  const requests = counts.requests ?? 100;
  const entries = countSteps.map((step) => ({ step, count: step === 'requests' ? requests : (counts[step] ?? 0), open: openCount(step, counts[step] ?? 0) }));
  const charges = entries.reduce((sum, { count }) => sum + count, 0);
  const duplicate = counts.duplicate ?? 0;
  const log = { requests, attempts: requests, duplicates: 0, exportDuplicates: 0, byStatus: { success: requests } };
  return {
    steps: stepAmounts(amounts),
    cuts: Object.fromEntries(cutNames.map((name) => [name, cutRows(name)])) as unknown as Reconciliation['cuts'],
    countBridge: [
      ...entries,
      { step: 'charges', count: charges, open: 0 },
      { step: 'duplicate', count: duplicate, open: duplicate },
      { step: 'provider_rows', count: charges + duplicate, open: 0 },
    ],
    counts: {
      application: log,
      gateway: null,
      provider: {
        charges,
        duplicates: duplicate,
        exportDuplicates: 0,
        refunds: 0,
        adjustments: 0,
        rowsByModel: {},
        setAside: {},
        byStatus: { success: charges },
      },
      comparable: charges,
      linkedCharges: charges,
      linkedAnywhere: charges,
      requestsWithCharge: requests,
    },
    tokens: {
      input: { application: '1000', provider: '1000' },
      cached_input: { application: '0', provider: '0' },
      cache_write: { application: '0', provider: '0' },
      cache_write_1h: { application: '0', provider: '0' },
      output: { application: '500', provider: '500' },
      reasoning: { application: '0', provider: '0' },
    },
    setAsideAmounts: {},
    totals: { providerReported: formatMoney(sumMoney(stepAmounts(amounts).map(({ amount }) => new Money(amount)))), providerComputed: amountOf('0') },
    providerCounted: { count: 0, expected: amountOf('0') },
    freeCharges: { count: 0, cost: amountOf('0') },
    balance: null,
    exceptionUses: [],
  };
}

const instant = (text: string) => parseInstant(text) ?? 0n;

export function periodOf(change: Partial<Period> = {}): Period {
  return {
    id: '2026-05',
    folder: 'periods/2026-05',
    start: instant('2026-05-01T00:00:00Z'),
    end: instant('2026-06-01T00:00:00Z'),
    accountRef: 'acct_redacted',
    accounts: ['acct_redacted'],
    environment: 'production',
    currency: 'USD',
    models: null,
    keys: null,
    stage: 'usage',
    invoiceId: null,
    prices: [],
    evidence: [],
    gatewayNone: 'no gateway',
    incidents: [],
    references: [],
    fx: [],
    ignoredFiles: [],
    invoices: [],
    statement: null,
    exceptions: [],
    closed: false,
    controls: noControls,
    source: { file: 'periods/2026-05/period.yaml', line: 1, column: 1 },
    ...change,
  };
}

export function invoiceLine(kind: InvoiceLine['kind'], amount: string, change: Partial<InvoiceLine> = {}): InvoiceLine {
  const source = { file: 'periods/2026-05/invoice.yaml', line: 5, column: 5 };
  return { kind, billableModel: null, amount: new Money(amount), taxIncluded: null, requests: null, reference: null, corrects: null, source, ...change };
}

export function invoiceOf(total: string, lines: readonly InvoiceLine[]): Invoice {
  const source = { file: 'periods/2026-05/invoice.yaml', line: 1, column: 1 };
  return { invoiceId: 'INV-1', currency: 'USD', total: new Money(total), lines, document: null, fx: null, source };
}

function ledgerOf(policy: Partial<Policy> = {}): Ledger {
  const source = { file: 'trueup.yaml', line: 1, column: 1 };
  const billing = { success: 'billable', error: 'not-billable', timeout: 'billable', canceled: 'billable' } as const;
  return {
    root: '/ledger',
    settings: {
      id: 'acme',
      provider: 'cometapi',
      currency: 'USD',
      publish: 'restricted',
      priceAuthority: null,
      cluster: null,
      policy: { ...laxPolicy, ...policy },
      source,
    },
    mappings: [],
    contract: {
      items: [],
      itemsSource: source,
      billing,
      billingSources: {},
      rounding: null,
      invoiceRounding: null,
      coverFees: {},
      tiers: 'as-requested',
      pricedAt: 'charge',
      advisors: [],
      clientStopped: { timeout: 'unverified', canceled: 'unverified' },
      clientStoppedSource: source,
      source,
    },
    snapshots: [],
    formats: [],
    periods: [],
    unreadPeriods: [],
    drills: [],
    files: [{ name: 'trueup.yaml', bytes: 1, sha256: '00', document: {} }],
  };
}

export function inputOf(reconciliation: Reconciliation | null, policy: Partial<Policy> = {}, change: Partial<JudgeInput> = {}): JudgeInput {
  const period = change.period ?? periodOf();
  return {
    ledger: ledgerOf(policy),
    period,
    asOf: '2026-06-15',
    judgedEnd: period.end,
    calendarEnd: period.end,
    reconciliation,
    rows: 200,
    observations: [],
    doubted: [],
    findings: [],
    ...change,
  };
}
