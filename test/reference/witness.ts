/** The reference of SPEC §9, second witness: sums of the provider against its own calls, in plain loops. */
import { bucketDimensions, tokenColumns } from '../../src/model/evidence.ts';
import { formatMoney, Money, sumMoney, zero } from '../../src/model/money.ts';
import type { Observation } from '../../src/model/reconciliation.ts';
import { bucketOf, type Cell, moveLate, reasonOf, requestsOf, shiftOf, withoutCopies, wordsOf } from './buckets.ts';
import type { ReferenceInput } from './input.ts';
import type { Matching } from './match.ts';
import { roundingOf } from './price.ts';
import { isAmendment, isCharge, parseRow, partsText, type Row, sorted } from './row.ts';
import { reportedOf } from './value.ts';

/** Calls are units, as far as a sum counts them; what else is in the cell stands beside them. */
interface WitnessCell extends Cell {
  readonly parts: Row[];
  readonly amendments: Row[];
  readonly summedAmendments: Row[];
}

type Fact = Pick<Observation, 'code' | 'count' | 'amount' | 'args'>;
type Witness = NonNullable<ReferenceInput['witness']>;

/** What both sides say of one measure in one cell; null = not reported. */
interface Said {
  readonly measure: string;
  readonly calls: Money | null;
  readonly sums: Money | null;
  readonly cell: WitnessCell;
}

const ofMoney = ['charged_amount', 'refunds'];
const measures = [...ofMoney, 'requests', ...tokenColumns];

export function referenceWitness(input: ReferenceInput, matching: Matching): Fact[] {
  const { witness } = input;
  if (witness === undefined) return [];
  const cells = cellsOf(input, witness, matching);
  const said = measures.map((measure) => cells.flatMap((cell) => saidOf(input, matching, { cell, cells, measure })));
  return [...said.flatMap((own) => differencesOf(input, own)), ...uncomparedOf(cells, said)];
}

function cellsOf(input: ReferenceInput, { cut, rows }: Witness, matching: Matching): WitnessCell[] {
  const cells = new Map<string, WitnessCell>();
  const cellOf = (row: Row): WitnessCell => {
    const bucket = bucketOf(row.at, cut);
    const words = wordsOf(cut, row, row.content.model_billed);
    const name = JSON.stringify([bucket.start.toString(), bucketDimensions.map((dimension) => words[dimension])]);
    const cell = cells.get(name) ?? { ...bucket, words, units: [], rows: [], parts: [], amendments: [], summedAmendments: [] };
    cells.set(name, cell);
    return cell;
  };
  for (const row of sorted([...matching.charges, ...matching.duplicates, ...matching.amendments, ...partsBeside(matching)])) {
    if (reasonOf(input, row) !== null) continue;
    const cell = cellOf(row);
    if (isAmendment(row)) cell.amendments.push(row);
    else if (row.whole !== null) cell.parts.push(row);
    else cell.units.push({ row, expected: reportedOf(input, matching, row) ?? zero, words: cell.words });
  }
  const sums = rows.map((row) => parseRow(row, 'provider', input.period, new Map()));
  for (const row of withoutCopies(sums.filter((one) => reasonOf(input, one) === null && (isCharge(one) || isAmendment(one))))) {
    if (bucketOf(row.at, cut).start !== row.at) continue;
    const cell = cellOf(row);
    (isAmendment(row) ? cell.summedAmendments : cell.rows).push(row);
  }
  const inOrder = [...cells.values()].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  moveLate(inOrder, cut);
  return inOrder;
}

/** Parts of answers that were set aside for their model: a sum by model holds them where their own model is in scope. Rows with an id that agree in all are one. */
function partsBeside({ setAside }: Matching): Row[] {
  const seen = new Set<string>();
  return setAside.flatMap(({ row }) => {
    const content = JSON.stringify([row.content, partsText(row)]);
    const carriesId = row.providerRequestId !== null || row.responseId !== null || row.attempt !== null;
    if (!isCharge(row) || row.whole !== null || (carriesId && seen.has(content))) return [];
    seen.add(content);
    return row.parts;
  });
}

function saidOf(
  input: ReferenceInput,
  matching: Matching,
  { cell, cells, measure }: { readonly cell: WitnessCell; readonly cells: readonly WitnessCell[]; readonly measure: string },
): Said[] {
  const isKnown = cells.some((other) => statedBy(other, measure) !== null);
  const isWithout = measure === 'refunds' || cell.rows.length === 0;
  const sums = statedBy(cell, measure) ?? (isKnown && isWithout ? zero : null);
  const calls = calledBy(input, matching, cell, measure);
  const isSaid = measure === 'refunds' ? sums !== null || !(calls ?? zero).isZero() : sums !== null || calls !== null;
  return isSaid ? [{ measure, calls, sums, cell }] : [];
}

function statedBy(cell: WitnessCell, measure: string): Money | null {
  const { rows, summedAmendments } = cell;
  if (measure === 'refunds') return summedAmendments.length === 0 ? null : sumMoney(summedAmendments.map(({ amount }) => amount ?? zero));
  if (measure === 'requests') {
    const count = requestsOf(cell);
    return count === null ? null : new Money(count);
  }
  const stated = rows.flatMap((row) => valueOf(row, measure) ?? []);
  return stated.length === 0 ? null : sumMoney(stated);
}

function calledBy(input: ReferenceInput, matching: Matching, { units, parts, amendments }: WitnessCell, measure: string): Money | null {
  if (measure === 'refunds') return sumMoney(amendments.map(({ amount }) => amount ?? zero));
  if (measure === 'requests') return new Money(units.length);
  const each =
    measure === 'charged_amount'
      ? [...units.map(({ row }) => reportedOf(input, matching, row)), ...parts.map((part) => reportedOf(input, matching, part) ?? zero)]
      : [...units.map(({ row }) => valueOf(row, measure)), ...parts.map((part) => valueOf(part, measure))];
  const known = each.flatMap((value) => value ?? []);
  return known.length < each.length ? null : sumMoney(known);
}

function valueOf({ amount, tokens, content }: Row, measure: string): Money | null {
  if (measure === 'charged_amount') return amount;
  const column = tokenColumns.find((name) => name === measure);
  const count = column === undefined || tokens.isFlawed ? null : content[column];
  return count === null ? null : new Money(count);
}

/** 0 where printing can have rounded the sums of the cell as far. */
function restOf(input: ReferenceInput, { measure, calls, sums, cell }: Said): Money {
  const difference = (sums ?? zero).minus(calls ?? zero);
  if (measure !== 'charged_amount') return difference;
  const printed = cell.rows.filter(({ amount }) => amount !== null).length;
  const shifts = [roundingOf(input), input.lineRounding ?? null].map((one) => shiftOf(one === null ? null : { ...one, minimum: null }));
  const lowest = Money.min(...shifts.map((shift) => shift.lowest)).times(printed);
  const highest = Money.max(...shifts.map((shift) => shift.highest)).times(printed);
  return difference.gte(lowest) && difference.lte(highest) ? zero : difference;
}

function isCompared({ calls, sums }: Said): boolean {
  return calls !== null && sums !== null;
}

function differencesOf(input: ReferenceInput, said: readonly Said[]): Fact[] {
  const compared = said.filter(isCompared);
  const rests = compared.map((one) => restOf(input, one)).filter((rest) => !rest.isZero());
  const [first] = compared;
  if (first === undefined || rests.length === 0) return [];
  const short = formatMoney(sumMoney(rests.filter((rest) => rest.gt(0))));
  const over = formatMoney(sumMoney(rests.filter((rest) => rest.lt(0))).negated());
  const words = { measure: first.measure, layer: 'usage_buckets' };
  if (ofMoney.includes(first.measure))
    return [{ code: 'bucket-mismatch', count: rests.length, amount: formatMoney(sumMoney(rests.map((rest) => rest.abs()))), args: { ...words, short, over } }];
  const all = formatMoney(sumMoney(compared.map(({ sums }) => sums ?? zero)));
  return [{ code: 'bucket-mismatch', count: rests.length, amount: null, args: { ...words, missing: short, extra: over, stated_sum: all } }];
}

function uncomparedOf(cells: readonly WitnessCell[], said: readonly (readonly Said[])[]): Fact[] {
  const silent = said.map((own) => ({ measure: own[0]?.measure ?? '', cells: own.length, compared: own.filter(isCompared).length }));
  const groups = new Map<string, string[]>();
  for (const { measure, cells: all, compared } of silent.filter((one) => one.compared < one.cells)) {
    const words = `${compared} of ${all}`;
    groups.set(words, [...(groups.get(words) ?? []), measure]);
  }
  if (groups.size === 0) return [];
  const inCells = said.flat();
  const told = cells.filter((cell) => inCells.some((one) => one.cell === cell));
  const without = told.filter((cell) => !inCells.some((one) => one.cell === cell && one.measure !== 'refunds' && isCompared(one)));
  const listed = [...groups].map(([words, names]) => `${names.join(', ')} in ${words}`).join('; ');
  return [{ code: 'bucket-uncompared', count: without.length, amount: null, args: { cells: String(told.length), measures: listed, layer: 'usage_buckets' } }];
}
