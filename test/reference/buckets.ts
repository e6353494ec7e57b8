/** The reference of SPEC §9: sums of the provider against attempts of ours, in plain loops. */
import { type CutName, cutNames, explainedSteps, type RowStep, rowStepsWith } from '../../src/model/bridge.ts';
import { type BucketDimension, bucketDimensions, tokenClasses, tokenColumns } from '../../src/model/evidence.ts';
import { formatInstant, type Instant } from '../../src/model/instant.ts';
import type { BucketCut } from '../../src/model/bucket-bounds.ts';
import type { Rounding } from '../../src/model/ledger.ts';
import { formatMoney, Money, noAmount, sumMoney, zero } from '../../src/model/money.ts';
import type { CutRow, Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';
import { countsOf } from './counts.ts';
import type { ReferenceInput } from './input.ts';
import { expectedFor } from './mapping.ts';
import { isCounted, isInScopeOf, type Matching, matchRows } from './match.ts';
import { choiceOf, costOf, roundCost, roundingOf, snapshotAt } from './price.ts';
import { compareText, earliest, isAmendment, isCharge, lowestAttempt, parseRow, type Row, sorted } from './row.ts';
import { isBillable } from './value.ts';

/** Fixed offsets and hours, days and months of them: where a bucket begins and ends, and its local date. */
export function bucketOf(at: Instant, { width, zone, whole }: Pick<BucketCut, 'width' | 'zone' | 'whole'>): { start: Instant; end: Instant; day: string } {
  if (whole !== undefined) return { ...whole, day: formatInstant(whole.start).slice(0, 10) };
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = BigInt(`${sign}1`) * (BigInt(hours) * 60n + BigInt(minutes)) * 60_000_000n;
  const local = formatInstant(at + offset);
  const cut = `${{ '1h': `${local.slice(0, 13)}:00`, '1d': `${local.slice(0, 10)}T00:00`, '1M': `${local.slice(0, 7)}-01T00:00`, period: local.slice(0, 16) }[width]}:00Z`;
  const begin = new Date(cut);
  const end = new Date(cut);
  if (width === '1h') end.setUTCHours(end.getUTCHours() + 1);
  if (width === '1d') end.setUTCDate(end.getUTCDate() + 1);
  if (width === '1M') end.setUTCMonth(end.getUTCMonth() + 1);
  const micros = (date: Date): bigint => BigInt(date.getTime()) * 1000n - offset;
  return { start: micros(begin), end: micros(end), day: cut.slice(0, 10) };
}

export interface Unit {
  readonly row: Row;
  readonly expected: Money;
  readonly words: Words;
}
export type Words = Readonly<Record<BucketDimension, string | null>>;

export interface Cell {
  readonly start: Instant;
  readonly end: Instant;
  readonly day: string;
  readonly words: Words;
  readonly units: Unit[];
  readonly rows: Row[];
}

/** What one cell, one unit or one amendment puts into one step. */
interface Part {
  readonly step: RowStep;
  readonly amount: Money;
  readonly cell: Pick<Cell, 'day' | 'words'>;
}

export function referenceBuckets(input: ReferenceInput, cut: BucketCut): Reconciliation {
  const { provider } = input.layers;
  const matching = matchRows({ ...input, layers: { ...input.layers, provider: provider === null ? null : { ...provider, rows: [] } } });
  const rows = (provider?.rows ?? []).map((row) => parseRow(row, 'provider', input.period, new Map()));
  const setAside = rows.flatMap((row) => {
    const reason = reasonOf(input, row);
    return reason === null ? [] : [{ row, reason }];
  });
  const inside = rows.filter((row) => reasonOf(input, row) === null && (isCharge(row) || isAmendment(row)));
  const once = withoutCopies(inside);
  const cells = fillCells(input, cut, matching, once.filter(isCharge));
  const moved = moveLate(cells, cut);
  const amendments = once.filter(isAmendment);
  const parts = [
    ...cells.flatMap((cell) => partsOf(input, cell)),
    ...amendments.map((row) =>
      partOf('adjustment', row.amount ?? zero, { day: bucketOf(row.at, cut).day, words: wordsOf(cut, row, row.content.model_billed) }),
    ),
  ];
  const counts = countsOf(input, { ...matching, setAside }, []);
  const filled = cells.filter((cell) => cell.rows.length > 0);
  const met = sum(filled.map((cell) => cell.units.length));
  const units = sum(cells.map((cell) => cell.units.length));
  return {
    steps: stepsOf(input, parts),
    cuts: cutsOf(input, cut, parts),
    ...countBridgeOf(cells),
    buckets: { width: cut.width, by: cut.by, units, unitsWithRow: met, moved },
    counts: {
      ...counts,
      provider: {
        charges: once.filter(isCharge).length,
        duplicates: 0,
        exportDuplicates: inside.length - once.length,
        refunds: 0,
        adjustments: amendments.length,
        rowsByModel: requestsByModel(filled),
        setAside: tally(setAside.map(({ reason }) => reason)),
        byStatus: tally(once.filter(isCharge).map(({ status }) => status)),
      },
      comparable: sum(filled.map((cell) => cell.rows.length)),
      linkedAnywhere: sum(filled.map((cell) => cell.rows.length)),
      linkedCharges: sum(filled.filter((cell) => cell.units.length > 0).map((cell) => cell.rows.length)),
      requestsWithCharge: met,
    },
    tokens: Object.fromEntries(
      tokenClasses.map((name) => {
        const total = (all: readonly Row[]): string => all.reduce((count, { tokens }) => count + (tokens[name] ?? 0n), 0n).toString();
        return [name, { application: total(cells.flatMap((cell) => cell.units.map(({ row }) => row))), provider: total(once.filter(isCharge)) }];
      }),
    ) as Reconciliation['tokens'],
    setAsideAmounts: Object.fromEntries(
      [...new Set(setAside.map(({ reason }) => reason))].map((reason) => [
        reason,
        formatMoney(sumMoney(setAside.filter((one) => one.reason === reason).map(({ row }) => row.amount ?? zero))),
      ]),
    ),
    totals: {
      providerReported: formatMoney(sumMoney([...once.map(({ amount }) => amount ?? zero), ...filled.map((cell) => unroundedBy(input, cell))])),
      providerComputed: formatMoney(sumMoney(filled.filter((cell) => chargedOf(input, cell) === null).map((cell) => valueOf(input, cell).value))),
    },
    providerCounted: { count: 0, expected: noAmount },
    freeCharges: { count: 0, cost: noAmount },
    exceptionUses: [],
    balance: null,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function tally(words: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word ?? '(none)'] = (counts[word ?? '(none)'] ?? 0) + 1;
  return counts;
}

export function reasonOf({ period }: ReferenceInput, row: Row): 'period' | NonNullable<ReturnType<typeof isInScopeOf>> | null {
  if (row.at < period.start || row.at >= period.end) return 'period';
  return isInScopeOf(period, row);
}

/** Rows that agree in every word of their identity and in every figure are one. */
export function withoutCopies(rows: readonly Row[]): Row[] {
  const words = ['timestamp_utc', 'account_ref', 'environment', 'key_ref', 'model_billed', 'service_tier', 'region', 'line_item', 'kind'] as const;
  const figures = ['requests', ...tokenColumns, 'charged_amount', 'charged_currency'] as const;
  const seen = new Set<string>();
  return rows.filter((row) => {
    const content = JSON.stringify([...words, ...figures].map((column) => row.content[column]));
    const isNew = !seen.has(content);
    seen.add(content);
    return isNew;
  });
}

export function wordsOf({ by }: BucketCut, { content }: Row, model: string | null): Words {
  const own = { ...content, model_billed: model };
  return Object.fromEntries(bucketDimensions.map((dimension) => [dimension, by.includes(dimension) ? own[dimension] : null])) as unknown as Words;
}

function fillCells(input: ReferenceInput, cut: BucketCut, matching: Matching, rows: readonly Row[]): Cell[] {
  const cells = new Map<string, Cell>();
  const cellOf = (at: Instant, words: Words): Cell => {
    const bucket = bucketOf(at, cut);
    const name = JSON.stringify([bucket.start.toString(), bucketDimensions.map((dimension) => words[dimension])]);
    const cell = cells.get(name) ?? { ...bucket, words, units: [], rows: [] };
    cells.set(name, cell);
    return cell;
  };
  for (const unit of unitsOf(input, cut, matching)) cellOf(unit.row.at, unit.words).units.push(unit);
  // A row that begins where no bucket does lies in none, and is a finding.
  for (const row of rows) if (bucketOf(row.at, cut).start === row.at) cellOf(row.at, wordsOf(cut, row, row.content.model_billed)).rows.push(row);
  return [...cells.values()].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function unitsOf(input: ReferenceInput, cut: BucketCut, { requests }: Matching): Unit[] {
  const isFinalOnly = input.layers.application?.rowsMode === 'final-only';
  return [...requests.values()].filter(isCounted).flatMap(({ gatewayRows, applicationRows, final }) => {
    const ours = isFinalOnly && final !== null ? [final] : applicationRows;
    const [first] = sorted(applicationRows, lowestAttempt, earliest);
    return (gatewayRows.length > 0 ? gatewayRows : ours)
      .filter((row) => row.at >= input.period.start && row.at < input.period.end && isBillable(input, row.status))
      .map((row) => {
        const model = first === undefined ? null : (expectedFor(input.mappings, first, row.at)?.model ?? null);
        const cost = model === null ? null : costOf(input, model, { tokens: row.tokens, ...choiceOf(row) }, row.at);
        return { row, expected: cost?.kind === 'cost' ? cost.amount : zero, words: wordsOf(cut, row, row.content.model_billed ?? model) };
      });
  });
}

/** The number of requests that the rows report; null = none of them does. */
export function requestsOf({ rows }: Cell): number | null {
  const reported = rows.flatMap(({ content: { requests } }) => (requests === null ? [] : [Number(requests)]));
  return reported.length === 0 ? null : sum(reported);
}

/** By how much a cell was charged more than its rows state: what rounding the line took or gave. */
function unroundedBy(input: ReferenceInput, cell: Cell): Money {
  return (chargedOf(input, cell) ?? zero).minus(sumMoney(cell.rows.map(({ amount }) => amount ?? zero)));
}

/** A single line of an invoice that is our cost, rounded as invoices are, says that cost. */
function chargedOf({ lineRounding }: ReferenceInput, { rows, units }: Cell): Money | null {
  const amounts = rows.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  if (amounts.length === 0) return null;
  const charged = sumMoney(amounts);
  const expected = sumMoney(units.map((unit) => unit.expected));
  const isRounded = lineRounding !== undefined && rows.length === 1 && units.length > 0 && charged.eq(roundCost(expected, { ...lineRounding, minimum: null }));
  return isRounded ? expected : charged;
}

/** Latest units within the lag go to the next cell of the same words, the oldest cell first. */
export function moveLate(cells: readonly Cell[], { lag }: BucketCut): number {
  let moved = 0;
  if (lag === 0n) return moved;
  const received = new Map<Cell, Unit[]>();
  for (const cell of cells) {
    const next = cells.find((other) => other.start === cell.end && JSON.stringify(other.words) === JSON.stringify(cell.words));
    if (next === undefined) continue;
    const [here, there] = [requestsOf(cell), requestsOf(next)];
    if (here === null || there === null) continue;
    const near = cell.units
      .filter((unit) => !(received.get(cell) ?? []).includes(unit) && cell.end - unit.row.at <= lag)
      .toSorted(
        (a, b) =>
          (a.row.at > b.row.at ? -1 : a.row.at < b.row.at ? 1 : 0) ||
          compareText(a.row.requestId, b.row.requestId) ||
          compareText(a.row.providerRequestId, b.row.providerRequestId) ||
          b.expected.comparedTo(a.expected),
      );
    const count = Math.max(0, Math.min(cell.units.length - here, there - next.units.length, near.length));
    for (const unit of near.slice(0, count)) {
      cell.units.splice(cell.units.indexOf(unit), 1);
      next.units.push(unit);
      received.set(next, [...(received.get(next) ?? []), unit]);
      moved += 1;
    }
  }
  return moved;
}

/** What the quantities of a row cost; null = they have no cost, undefined = it has none. */
function quantityCost(input: ReferenceInput, cell: Cell, row: Row): Money | null | undefined {
  const { content, tokens } = row;
  const requests = content.requests === null ? null : BigInt(content.requests);
  const perRequest = costOf(input, content.model_billed, { tokens: noTokens, ...choiceOf(row) }, cell.start);
  const request = perRequest.kind === 'cost' ? perRequest.amount : zero;
  const counts = tokenColumns.some((column) => content[column] !== null);
  if (!counts && !(requests !== null && request.gt(0))) return undefined;
  if (!isSteady(input, content.model_billed, cell)) return null;
  const [tier] = rowOf(input, content.model_billed, cell.start)?.tiers ?? [];
  if (tier !== undefined && tokens.totalInput > tier.inputTokensAbove && (requests === null || requests > 1n)) return null;
  if (!request.isZero() && requests === null) return null;
  const cost = costOf(input, content.model_billed, { tokens, ...choiceOf(row) }, cell.start);
  return cost.kind === 'cost' ? cost.amount.plus(request.times(((requests ?? 1n) - 1n).toString())) : null;
}

const noTokens = {
  input: 0n,
  cached_input: 0n,
  cache_write: 0n,
  cache_write_1h: 0n,
  output: 0n,
  reasoning: 0n,
  totalInput: 0n,
  quantities: new Map(),
  isFlawed: false,
};

function rowOf(input: ReferenceInput, model: string | null, at: Instant) {
  return snapshotAt(input, at)?.prices.find((price) => price.billableModel === model);
}

/** One price from the first moment of the bucket to its last. */
function isSteady(input: ReferenceInput, model: string | null, { start, end }: Cell): boolean {
  const starts = input.period.prices.flatMap(({ from }) => (from !== null && from > start && from < end ? [from] : []));
  const told = [start, ...starts].map((at) => {
    const row = rowOf(input, model, at);
    const divisor = snapshotAt(input, at)?.unitDivisor ?? 1n;
    if (row === undefined) return null;
    const unit = (prices: typeof row.prices): (string | null)[] =>
      tokenClasses.map((name) => {
        const price = prices[name] ?? (name === 'reasoning' ? prices.output : undefined);
        return price === undefined ? null : formatMoney(price.times(row.ratio).div(divisor.toString()));
      });
    const tiers = row.tiers.map(({ inputTokensAbove, prices }) => [inputTokensAbove.toString(), unit(prices)]);
    return JSON.stringify([unit(row.prices), tiers, formatMoney(row.requestPrice.times(row.ratio))]);
  });
  return told.every((one) => one !== null && one === told[0]);
}

function valueOf(input: ReferenceInput, cell: Cell): { readonly value: Money; readonly isCost: boolean } {
  const costs = cell.rows.map((row) => quantityCost(input, cell, row)).filter((cost) => cost !== undefined);
  const isCost = costs.length > 0 && costs.every((cost) => cost !== null);
  return { isCost, value: isCost ? sumMoney(costs.map((cost) => cost ?? zero)) : (chargedOf(input, cell) ?? zero) };
}

/** By how much one request can have been rounded. */
export function shiftOf(rounding: Rounding | null): { readonly lowest: Money; readonly highest: Money } {
  if (rounding === null) return { lowest: zero, highest: zero };
  const { mode, quantum, minimum } = rounding;
  const half = quantum.div(2);
  const lowest = mode === 'up' ? zero : mode === 'down' ? quantum.negated() : half.negated();
  const highest = mode === 'up' ? quantum : mode === 'down' ? zero : half;
  return { lowest, highest: Money.max(highest, minimum ?? zero) };
}

function partOf(step: RowStep, amount: Money, cell: Part['cell']): Part {
  return { step, amount, cell };
}

function partsOf(input: ReferenceInput, cell: Cell): Part[] {
  const expected = cell.units.map((unit) => partOf('expected', unit.expected, cell));
  if (cell.rows.length === 0) return [...expected, ...cell.units.map((unit) => partOf('not_charged', unit.expected.negated(), cell))];
  const { value, isCost } = valueOf(input, cell);
  const step = cell.units.length === 0 ? 'bucket_only' : isCost ? 'bucket_usage' : 'bucket_mix';
  const all = sumMoney(cell.units.map((unit) => unit.expected));
  const charged = chargedOf(input, cell);
  const beside = isCost && charged !== null ? charged.minus(value) : zero;
  const { lowest, highest } = shiftOf(roundingOf(input));
  const requests = requestsOf(cell) ?? cell.units.length;
  const rounding = Money.max(lowest.times(requests), Money.min(highest.times(requests), beside));
  return [...expected, partOf(step, value.minus(all), cell), partOf('rounding', rounding, cell), partOf('price_difference', beside.minus(rounding), cell)];
}

function stepsOf(input: ReferenceInput, parts: readonly Part[]): StepAmount[] {
  return rowStepsWith(['buckets']).map((step) => {
    const own = parts.filter((part) => part.step === step && !part.amount.isZero());
    const left = sidesOf(input.gross === 'parts' ? own.map(({ amount }) => amount) : netted(own));
    const isExplained = step === 'expected' || explainedSteps.includes(step);
    return {
      step,
      amount: formatMoney(sumMoney(own.map(({ amount }) => amount))),
      ...sidesOf(own.map(({ amount }) => amount)),
      count: own.length,
      excepted: noAmount,
      left,
      open: isExplained ? { increase: noAmount, decrease: noAmount } : left,
    };
  });
}

/** One amount for each model and day. */
function netted(parts: readonly Part[]): Money[] {
  const sums = new Map<string, Money>();
  for (const { cell, amount } of parts) {
    const name = JSON.stringify([cell.words.model_billed, cell.day]);
    sums.set(name, (sums.get(name) ?? zero).plus(amount));
  }
  return [...sums.values()];
}

function sidesOf(amounts: readonly Money[]): StepAmount['left'] {
  return {
    increase: formatMoney(sumMoney(amounts.filter((amount) => amount.gt(0)))),
    decrease: formatMoney(sumMoney(amounts.filter((amount) => amount.lt(0)))),
  };
}

function cutsOf(input: ReferenceInput, { by }: BucketCut, parts: readonly Part[]): Record<CutName, CutRow[]> {
  const keyOf = (name: CutName, { cell }: Part): string => {
    if (name === 'by_day') return cell.day;
    if (name === 'by_key') return cell.words.key_ref ?? '(none)';
    return name === 'by_model' ? (cell.words.model_billed ?? '(mixed)') : '(mixed)';
  };
  return Object.fromEntries(
    cutNames.map((name) => {
      const keys = [...new Set(parts.map((part) => keyOf(name, part)))].sort(compareText);
      if (name === 'by_account') return [name, []];
      if (name === 'by_key' && (!by.includes('key_ref') || keys.every((key) => key === '(none)'))) return [name, []];
      return [
        name,
        keys.map((key) => ({
          key,
          steps: stepsOf(
            input,
            parts.filter((part) => keyOf(name, part) === key),
          ),
        })),
      ];
    }),
  ) as unknown as Record<CutName, CutRow[]>;
}

function countBridgeOf(cells: readonly Cell[]): Pick<Reconciliation, 'countBridge'> {
  const beside = (cell: Cell): number => (requestsOf(cell) ?? cell.units.length) - cell.units.length;
  const both = cells.filter((cell) => cell.rows.length > 0 && cell.units.length > 0);
  const units = sum(cells.map((cell) => cell.units.length));
  const missing = sum(cells.filter((cell) => cell.rows.length === 0).map((cell) => cell.units.length));
  const only = sum(cells.filter((cell) => cell.units.length === 0).map((cell) => requestsOf(cell) ?? 0));
  const more = sum(both.map(beside));
  return {
    countBridge: [
      { step: 'units', count: units, open: 0 },
      { step: 'not_charged', count: 0 - missing, open: missing },
      { step: 'bucket_only', count: only, open: only },
      { step: 'bucket_requests', count: more, open: sum(both.map((cell) => Math.abs(beside(cell)))) },
      { step: 'provider_requests', count: units - missing + only + more, open: 0 },
    ],
  };
}

function requestsByModel(filled: readonly Cell[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const cell of filled) {
    const key = cell.words.model_billed ?? '(mixed)';
    counts[key] = (counts[key] ?? 0) + (requestsOf(cell) ?? cell.units.length);
  }
  return counts;
}
