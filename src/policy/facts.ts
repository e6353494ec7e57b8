/** Everything that a rule may look at: what is judged, with the bridge of every key laid out once, and the observations among it. */
import { awaitedInvoices } from '../model/awaited-invoices.ts';
import { comparedStatement } from '../model/balance.ts';
import { balanceKey, type CutName, cutNames, explainedStepsWith, invoiceKey, isConversion, isGrant, isOptionalCut, type Step } from '../model/bridge.ts';
import { defaultSeverities, type Finding, finding, type FindingCode, type Source } from '../model/finding.ts';
import { conversionOf, currencyProblem } from '../model/invoice-currency.ts';
import type { Policy } from '../model/policy.ts';
import type { Day, Instant } from '../model/instant.ts';
import type { BridgeRow, Conversion, CountBridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import type { Invoice, Ledger, Period } from '../model/ledger.ts';
import { noAmount } from '../model/money.ts';
import type { CutRow, DoubtedCharges, Observation, Reconciliation, StepAmount } from '../model/reconciliation.ts';
import { buildBridge, buildCountBridge, type InvoiceSide } from './build-bridge.ts';
import { type BalanceCoverage, coverBalance } from './cover-balance.ts';
import { coverInvoice, type InvoiceCoverage, type InvoicePiece, noCoverage } from './cover-invoice.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import { sumTotals } from './sum-totals.ts';
import { recordOf } from '../model/record-of.ts';
import type { Stage } from '../model/stage.ts';

export interface Figures {
  readonly input: JudgeInput;
  readonly stage: Stage;
  /** Those that are compared: none where there is none, where the period is judged in part, and where one is in a currency that no sum of the period may take in. */
  readonly invoices: readonly Invoice[];
  readonly bridge: readonly BridgeRow[];
  readonly countBridge: readonly CountBridgeRow[];
  readonly cuts: Readonly<Record<CutName, readonly JudgedCut[]>>;
  /** null where the invoices that are compared are in the currency of the period. */
  readonly conversion: Conversion | null;
  /** What the exceptions of the period cover of the invoice. */
  readonly coverage: InvoiceCoverage;
  /** What the statement of the prepaid balance says, and what exceptions cover of the way to it. */
  readonly prepaid: BalanceCoverage;
}
export interface Facts extends Figures {
  readonly decisions: readonly Decision[];
}

/** Lays out bridge, counts and cuts. A period of which the calendar cuts a part is judged as stage usage. */
export function layOutFigures(input: JudgeInput): Figures {
  const { period, asOf, judgedEnd, calendarEnd, reconciliation } = input;
  const stage = calendarEnd < period.end ? 'usage' : period.stage;
  const { policy } = input.ledger.settings;
  const invoices = judgedEnd < period.end ? [] : comparedInvoices(period, stage, policy);
  const conversion = conversionOf(invoices, policy);
  const known = { input, stage, invoices, conversion };
  if (reconciliation === null)
    return { ...known, bridge: [], countBridge: [], cuts: noCuts, coverage: noCoverage, prepaid: { balance: null, ...noCoverage, pieces: [] } };
  const { invoiceRounding: rounding } = input.ledger.contract;
  const coverage = invoices.length > 0 ? coverInvoice(period.exceptions, asOf, reconciliation, { invoices, conversion, rounding }) : noCoverage;
  const prepaid = coverBalance(period.exceptions, asOf, reconciliation, comparedStatement(period, judgedEnd));
  const explained = explainedStepsWith(input.ledger.contract);
  return {
    ...known,
    bridge: buildBridge(reconciliation.steps, endOf({ invoices, conversion, coverage, prepaid }), explained),
    countBridge: buildCountBridge(reconciliation, invoices),
    cuts: buildCuts(reconciliation, { pieces: coverage.pieces, prepaid, conversion, explained }),
    coverage,
    prepaid,
  };
}

/**
 * Invoices that lie there are compared whatever the stage says, but only as a whole: a part of what is billed would differ for being a part. So none is while the
 * period is open and some that it names have not come, none where one of them is in a currency that enters no sum, and none beside a prepaid balance.
 */
function comparedInvoices(period: Period, stage: Figures['stage'], policy: Policy): readonly Invoice[] {
  const isAwaited = stage === 'usage' && awaitedInvoices(period).length > 0;
  const isForeign = period.invoices.some((invoice) => currencyProblem(invoice, period, policy) !== null);
  return isAwaited || isForeign || period.stage === 'prepaid' ? [] : period.invoices;
}

function endOf({ invoices, conversion, coverage, prepaid }: Pick<Figures, 'invoices' | 'conversion' | 'coverage' | 'prepaid'>): InvoiceSide {
  if (prepaid.balance !== null) return { through: 'balance_drawdown', pieces: prepaid.pieces, conversion: null };
  return { through: invoices.length === 0 ? 'provider_charged' : 'invoice_total', pieces: coverage.pieces, conversion };
}

export function observationsOf({ input }: Pick<Facts, 'input'>, code: FindingCode): readonly Observation[] {
  return input.observations.filter((seen) => seen.code === code);
}

export function observedAs(seen: Observation, words: Readonly<Record<string, string>>): Finding {
  const { code, count, amount, samples } = seen;
  return finding(code, defaultSeverities[code], { count, amount, samples, args: { ...seen.args, ...words }, source: sourceOf(seen) });
}

export function sourceOf({ row }: Observation): Source | null {
  return row === null ? null : { file: row.file, line: row.row, column: 0 };
}

export interface JudgeInput {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly asOf: Day;
  /** Exclusive; earlier than the period's end when only a part is judged. */
  readonly judgedEnd: Instant;
  /** Where `as_of` and `--through` leave the end: before the period's own end the run is one of stage usage. */
  readonly calendarEnd: Instant;
  /** null = the rows could not be reconciled: inconclusive. */
  readonly reconciliation: Reconciliation | null;
  /** Rows of all layers, as far as the formats read them. */
  readonly rows: number;
  readonly observations: readonly Observation[];
  readonly doubted: readonly DoubtedCharges[];
  readonly findings: readonly Finding[];
}

/** Every cut, empty. */
const noCuts: Readonly<Record<CutName, readonly JudgedCut[]>> = recordOf(cutNames, () => []);

/** What holds for every bridge of a period. */
interface BridgeTerms {
  readonly conversion: Conversion | null;
  readonly explained: readonly Step[];
}

interface Ends extends BridgeTerms {
  /** The invoices', empty where none is compared. */
  readonly pieces: readonly InvoicePiece[];
  readonly prepaid: BalanceCoverage;
}

/** All cuts of `reconciliation`. Keys keep their order: ascending by code point. */
function buildCuts(reconciliation: Reconciliation, { pieces, prepaid, ...terms }: Ends): Readonly<Record<CutName, readonly JudgedCut[]>> {
  const plain = recordOf(cutNames, (name) => {
    const cut = reconciliation.cuts[name].map((row) =>
      judgedCut(row, { through: 'provider_charged', pieces: [], conversion: terms.conversion }, terms.explained),
    );
    // No key of a row has a part in the balance.
    if (prepaid.balance === null || (isOptionalCut(name) && cut.length === 0)) return cut;
    return [...cut, balanceCut(reconciliation, prepaid, terms.explained)].toSorted((a, b) => compareCodePoints(a.key, b.key));
  });
  return pieces.length === 0 ? plain : { ...plain, by_model: byModel(reconciliation.cuts.by_model, pieces, terms) };
}

/**
 * By model the bridge reaches the invoices' usage when every usage line names its model; a model that only an invoice knows gets a key. Credits and discounts
 * stand under the model that they name, else under a key of their own.
 */
function byModel(rows: readonly CutRow[], pieces: readonly InvoicePiece[], { conversion, explained }: BridgeTerms): JudgedCut[] {
  const usage = pieces.filter(({ step, model }) => (step === 'usage_subtotal' || isConversion(step)) && model !== null);
  const grants = pieces.filter(({ step }) => isGrant(step)).map((piece) => ({ ...piece, model: piece.model ?? invoiceKey }));
  const known = new Set(rows.map((row) => row.key));
  const invoicedOnly = new Set([...usage, ...grants].flatMap(({ model }) => (model === null || known.has(model) ? [] : [model])));
  const through = usage.length === 0 ? 'provider_charged' : 'invoice_usage';
  return [...rows, ...[...invoicedOnly].map((key) => ({ key, steps: [] }))]
    .sort((a, b) => compareCodePoints(a.key, b.key))
    .map((row) => judgedCut(row, { through, pieces: [...usage, ...grants].filter(({ model }) => model === row.key), conversion }, explained));
}

/** What the balance differs by from the charges, with every step of the rows at nothing. */
function balanceCut({ steps }: Reconciliation, { pieces }: BalanceCoverage, explained: readonly Step[]): JudgedCut {
  return judgedCut({ key: balanceKey, steps: steps.map(({ step }) => nothingAt(step)) }, { through: 'balance_drawdown', pieces, conversion: null }, explained);
}

function nothingAt(step: StepAmount['step']): StepAmount {
  const none = { increase: noAmount, decrease: noAmount };
  return { step, amount: noAmount, ...none, count: 0, excepted: noAmount, left: none, open: none };
}

function judgedCut(row: CutRow, invoice: InvoiceSide, explained: readonly Step[]): JudgedCut {
  const bridge = buildBridge(row.steps, invoice, explained);
  return { key: row.key, bridge, totals: sumTotals(bridge, invoice.conversion, null) };
}
