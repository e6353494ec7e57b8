/** Judgement and counts → the result document of SPEC §6, with its digest. Pure. */
import type { Finding, FindingCode } from '../model/finding.ts';
import { type Day, formatInstant, type Instant } from '../model/instant.ts';
import type { Balance, BridgeRow, JudgedCut, Judgement } from '../model/judgement.ts';
import type { Invoice, LedgerFile, Period } from '../model/ledger.ts';
import { type Amount, formatMoney, moneyOf } from '../model/money.ts';
import { orderFindings } from '../model/order-findings.ts';
import type { LogCounts, Reconciliation } from '../model/reconciliation.ts';
import { type Result, type ResultBody, type ResultBridgeRow, type ResultCounts, type ResultCut, type ResultFinding, resultSchemaId } from '../model/result.ts';
import { sha256Of } from '../model/sha256.ts';
import { canonicalJson } from './canonical-json.ts';
import { presentable } from './scrub-secrets.ts';
import { type CutName, cutNames } from '../model/bridge.ts';
import { recordOf } from '../model/record-of.ts';
import type { Stage } from '../model/stage.ts';

export interface ResultParts {
  readonly judgement: Judgement;
  /** null when the rows could not be reconciled. */
  readonly reconciliation: Reconciliation | null;
  readonly period: Period;
  readonly judgedEnd: Instant;
  readonly asOf: Day;
  readonly toolVersion: string;
  /** `sha256:` and hex, over the parsed ledger files and each layer's sorted canonical rows. */
  readonly inputsDigest: string;
  /** The ledger's own files: only places in these are part of the result. */
  readonly ledgerFiles: readonly LedgerFile[];
}

/** The whole document. */
export function assembleResult(parts: ResultParts): Result {
  const { schema, as_of, period, verdict, ...rest } = bodyOf(parts);
  const digests = { inputs: parts.inputsDigest, result: digestOf({ schema, as_of, period, verdict, ...rest }) };
  return { schema, tool_version: parts.toolVersion, as_of, period, verdict, digests, ...rest };
}

/** The written form: two blanks, one newline at the end, the same bytes for the same result. */
export function serializeResult(result: Result): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** `sha256:` of the canonical JSON of everything but `digests` and `tool_version`. */
export function digestOf(body: ResultBody): string {
  return `sha256:${sha256Of(canonicalJson(body))}`;
}

function bodyOf({ judgement, reconciliation, period, judgedEnd, asOf, ledgerFiles }: ResultParts): ResultBody {
  return presentable({
    schema: resultSchemaId,
    as_of: asOf,
    period: periodOf(period, judgedEnd, judgement.stage),
    verdict: judgement.verdict,
    ...assuranceOf(reconciliation),
    counts: reconciliation === null ? null : countsOf(reconciliation, judgement.amplification, period.invoices),
    tokens: reconciliation === null ? null : reconciliation.tokens,
    ...byMeter(reconciliation),
    ...fxOf(judgement.conversion),
    ...ratesOf(period),
    bridge: judgement.bridge.map(bridgeRowOf),
    count_bridge: judgement.countBridge.map(({ step, count }) => ({ step, count })),
    totals: judgement.totals,
    ...(judgement.balance === null ? {} : { balance: balanceOf(judgement.balance) }),
    set_aside_amounts: reconciliation === null ? {} : sortedByKey(reconciliation.setAsideAmounts),
    ...cutsOf(judgement),
    findings: findingsOf(judgement.findings, new Set(ledgerFiles.map(({ name }) => name))),
    decision: judgement.decision,
  });
}

function assuranceOf(reconciliation: Reconciliation | null): Pick<ResultBody, 'assurance' | 'buckets'> {
  if (reconciliation?.buckets === undefined) return {};
  const { width, by } = reconciliation.buckets;
  return { assurance: width === 'period' ? 'invoice' : 'bucket', buckets: { width, by: [...by] } };
}

/** Only where rows count anything beside tokens. */
function byMeter(reconciliation: Reconciliation | null): Pick<ResultBody, 'by_meter'> {
  const meters = reconciliation?.meters ?? [];
  return meters.length === 0 ? {} : { by_meter: meters.map(({ meter, application, provider }) => ({ meter, application, provider })) };
}

/** Without those that have no rows and may. */
function cutsOf({ cuts }: Judgement): Pick<ResultBody, CutName> {
  const { by_key: byKey, by_account: byAccount, ...always } = recordOf(cutNames, (name) => cuts[name].map(cutOf));
  return { ...always, ...(byKey.length === 0 ? {} : { by_key: byKey }), ...(byAccount.length === 0 ? {} : { by_account: byAccount }) };
}

function periodOf(period: Period, judgedEnd: Instant, stage: Stage): Result['period'] {
  return {
    id: period.id,
    start_utc: formatInstant(period.start),
    end_utc: formatInstant(period.end),
    judged_end_utc: formatInstant(judgedEnd),
    account_ref: period.accountRef,
    environment: period.environment,
    currency: period.currency,
    models: period.models,
    ...(period.accounts.length === 1 ? {} : { accounts: period.accounts }),
    ...(period.keys === null ? {} : { keys: period.keys }),
    stage,
    invoice_id: period.invoiceId,
  };
}

function balanceOf({ opening, closing, movements, notCounted, drawdown, paid }: Balance): Result['balance'] & object {
  const markOf = ({ at, balance }: Balance['opening']) => ({ at_utc: formatInstant(at), balance });
  return { opening: markOf(opening), closing: markOf(closing), movements, not_counted: notCounted, drawdown, paid };
}

function fxOf(conversion: Judgement['conversion']): Pick<ResultBody, 'fx'> {
  if (conversion === null) return {};
  const { from, to, reference, rate, isTolerated } = conversion;
  return { fx: { from, to, reference: formatMoney(reference), rate: formatMoney(rate), tolerated: isTolerated } };
}

function ratesOf({ fx }: Period): Pick<ResultBody, 'evidence_fx'> {
  return fx.length === 0 ? {} : { evidence_fx: fx.map(({ from, rate, on }) => ({ from, rate: formatMoney(rate), on })) };
}

function countsOf({ counts, buckets, providerCounted, freeCharges }: Reconciliation, amplification: Amount | null, invoices: readonly Invoice[]): ResultCounts {
  const { application, gateway, provider, linkedCharges, linkedAnywhere, requestsWithCharge, comparable } = counts;
  return {
    application: logCountsOf(application),
    ...(buckets === undefined ? {} : { units: buckets.units, bucket_moved: buckets.moved }),
    gateway: gateway === null ? null : logCountsOf(gateway),
    provider: {
      charges: provider.charges,
      duplicates: provider.duplicates,
      export_duplicates: provider.exportDuplicates,
      refunds: provider.refunds,
      adjustments: provider.adjustments,
      ...(provider.corrections === undefined ? {} : { corrections: provider.corrections }),
      ...(provider.floatShift === undefined ? {} : { float_shift: provider.floatShift }),
      set_aside: sortedByKey(provider.setAside),
      by_status: sortedByKey(provider.byStatus),
    },
    invoice: invoices.length === 0 ? null : invoiceCountsOf(invoices.flatMap(({ lines }) => lines)),
    linked_charges: linkedCharges,
    linked_anywhere: linkedAnywhere,
    requests_with_charge: requestsWithCharge,
    comparable,
    provider_counted: { count: providerCounted.count, expected: providerCounted.expected },
    free_charges: { count: freeCharges.count, cost: freeCharges.cost },
    amplification,
  };
}

function invoiceCountsOf(lines: Invoice['lines']): ResultCounts['invoice'] {
  const stated = lines.flatMap(({ requests }) => (requests === null ? [] : [requests]));
  return { lines: lines.length, requests: stated.length === 0 ? null : Number(stated.reduce((sum, one) => sum + one, 0n)) };
}

function logCountsOf({ requests, attempts, duplicates, exportDuplicates, byStatus }: LogCounts): ResultCounts['application'] {
  return { requests, attempts, duplicates, export_duplicates: exportDuplicates, by_status: sortedByKey(byStatus) };
}

function bridgeRowOf({ step, amount, increase, decrease, count, excepted, invoiceId, currency }: BridgeRow): ResultBridgeRow {
  const about = { ...(invoiceId === null ? {} : { invoice_id: invoiceId }), ...(currency === null ? {} : { currency }) };
  return { step, amount, increase, decrease, count, excepted, ...about };
}

function cutOf({ key, bridge, totals }: JudgedCut): ResultCut {
  return { key, bridge: bridge.map(bridgeRowOf), totals };
}

/** Codes that speak of evidence: how it was split into files must not show in the result. */
const aboutEvidence = (code: FindingCode): boolean => code.startsWith('evidence-') || code === 'rows-filtered' || code === 'token-data-error';
const placeArgs: readonly string[] = ['file', 'files', 'row', 'line', 'column', 'path'];

/** Findings without their places in evidence; those about evidence that then say the same are one. */
function findingsOf(findings: readonly Finding[], ledgerNames: ReadonlySet<string>): ResultFinding[] {
  const kept: ResultFinding[] = [];
  const merged = new Map<string, ResultFinding>();
  for (const found of findings) {
    const placed = found.source !== null && ledgerNames.has(found.source.file);
    const one = withoutPlace(found, placed);
    if (placed || !aboutEvidence(found.code)) {
      kept.push(one);
      continue;
    }
    const key = canonicalJson([one.code, one.severity, one.args]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? one : mergedFinding(before, one));
  }
  return orderFindings([...kept, ...merged.values()]);
}

function withoutPlace(found: Finding, placed: boolean): ResultFinding {
  const { code, severity, count, amount, samples } = found;
  const kept = Object.entries(found.args).filter(([key]) => placed || !aboutEvidence(code) || !placeArgs.includes(key));
  return { code, severity, count, amount, args: sortedByKey(Object.fromEntries(kept)), source: placed ? found.source : null, samples };
}

function mergedFinding(a: ResultFinding, b: ResultFinding): ResultFinding {
  const amount = a.amount === null || b.amount === null ? (a.amount ?? b.amount) : formatMoney(moneyOf(a.amount).plus(b.amount));
  const samples = [...new Set([...a.samples, ...b.samples])].sort().slice(0, 5);
  return { ...a, count: a.count + b.count, amount, samples };
}

function sortedByKey<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
