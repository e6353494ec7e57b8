/** Sums of parts: every step of the whole and of every key of every cut, with what exceptions leave of it. */
import { type CutName, cutNames, type Feature, type RowStep, rowStepsWith } from '../../src/model/bridge.ts';
import { dayOf } from '../../src/model/instant.ts';
import { type Amount, formatMoney, type Money, noAmount, sumMoney, zero } from '../../src/model/money.ts';
import type { CutRow, StepAmount } from '../../src/model/reconciliation.ts';
import type { Covered } from './except.ts';
import type { ReferenceInput } from './input.ts';
import { roleOf } from './mapping.ts';
import { amountOf, type Part, type Sides } from './parts.ts';
import { compareText, type Row } from './row.ts';

/** What of a part's two sides stands under a key; the whole of them without a key. */
type Share = (part: Part, sides: Sides) => Money;

export function stepAmounts(input: ReferenceInput, parts: readonly Part[], covered: Covered, share: Share = (_, sides) => amountOf(sides)): StepAmount[] {
  const held = parts.filter(({ billed, expected }) => !billed.isZero() || !expected.isZero());
  return rowStepsWith(featuresOf(input)).map((step) => {
    const own = held.filter((part) => part.step === step);
    if (own.length === 0) return emptyStep(step);
    const amounts = own.map((part) => share(part, part));
    const rest = (part: Part): Money => share(part, covered.rests.get(part) ?? part);
    const left = netted(input, own, rest);
    const open = netted(
      input,
      own.filter(({ isExplained }) => !isExplained),
      rest,
    );
    return {
      step,
      amount: formatMoney(sumMoney(amounts)),
      ...sidesOf(amounts),
      count: amounts.filter((amount) => !amount.isZero()).length,
      excepted: formatMoney(sumMoney(own.map((part) => share(part, part).minus(rest(part))))),
      left: sidesOf(left),
      open: sidesOf(open),
    };
  });
}

/** What the contract declares or a row says, and what plain ledgers have no step for. */
function featuresOf({ period, snapshots, contract, layers }: ReferenceInput): Feature[] {
  const isVaried = snapshots.some(({ id, standard }) => standard !== null && period.prices.some(({ snapshot }) => snapshot === id));
  const isCovered = layers.provider?.rows.some(({ covered_by: cover }) => cover !== null && cover !== 'wallet') ?? false;
  const covered = isCovered || Object.keys(contract.coverFees).length > 0;
  const corrects = layers.provider?.rows.some((row) => row.corrects !== null) ?? false;
  const isMetered = Object.values(layers).some((layer) => layer?.rows.some((row) => row.meters !== null) ?? false);
  const declared = { variants: isVaried, meters: isMetered, covered, corrections: corrects };
  return (['variants', 'meters', 'covered', 'corrections'] as const).filter((feature) => declared[feature]);
}

function emptyStep(step: RowStep): StepAmount {
  const sides = { increase: noAmount, decrease: noAmount };
  return { step, amount: noAmount, ...sides, count: 0, excepted: noAmount, left: sides, open: sides };
}

/** One amount a part, or one a cell: the parts of one billed model, service and UTC day. */
function netted(input: ReferenceInput, parts: readonly Part[], rest: (part: Part) => Money): Money[] {
  if (input.gross === 'parts') return parts.map(rest);
  const cells = new Map<string, Money>();
  for (const part of parts) {
    const { billedKey, keys } = part.line;
    const cell = JSON.stringify([billedKey, keys.content.service, dayOf(keys.at)]);
    cells.set(cell, (cells.get(cell) ?? zero).plus(rest(part)));
  }
  return [...cells.values()];
}

function sidesOf(amounts: readonly Money[]): { increase: Amount; decrease: Amount } {
  return {
    increase: formatMoney(sumMoney(amounts.filter((amount) => amount.gt(0)))),
    decrease: formatMoney(sumMoney(amounts.filter((amount) => amount.lt(0)))),
  };
}

export function cutsOf(input: ReferenceInput, parts: readonly Part[], covered: Covered): Record<CutName, CutRow[]> {
  const keyOf: Record<Exclude<CutName, 'by_model' | 'by_key' | 'by_account'>, (row: Row) => string | null> = {
    by_service: (row) => row.content.service,
    by_cost_center: (row) => row.content.cost_center,
    by_day: (row) => dayOf(row.at),
    by_role: (row) => roleOf(input.mappings, row),
    by_prompt_version: (row) => row.content.prompt_version,
    by_retry_reason: (row) => row.content.retry_reason,
    by_incident: (row) => incidentOf(input, row),
  };
  const cuts = {} as Record<CutName, CutRow[]>;
  for (const name of cutNames) {
    const keysOf = ({ line, expected }: Part): string[] => {
      if (name === 'by_key') return [line.key ?? '(none)'];
      if (name === 'by_account') return [line.account ?? '(none)'];
      if (name !== 'by_model') return [keyOf[name](line.keys) ?? '(none)'];
      return expected.isZero() ? [line.billedKey] : [line.billedKey, line.expectedKey];
    };
    const shareOf = (key: string): Share => {
      if (name !== 'by_model') return (_, sides) => amountOf(sides);
      return ({ line }, { billed, expected }) => (line.billedKey === key ? billed : zero).plus(line.expectedKey === key ? expected : zero);
    };
    const groups = new Map<string, Part[]>();
    for (const part of parts) {
      for (const key of new Set(keysOf(part))) groups.set(key, [...(groups.get(key) ?? []), part]);
    }
    // Where nobody names a key there is no cut by key.
    if (name === 'by_key' && [...groups.keys()].every((key) => key === '(none)')) groups.clear();
    if (name === 'by_account' && input.period.accounts.length < 2) groups.clear();
    cuts[name] = [...groups.keys()].sort(compareText).map((key) => ({ key, steps: stepAmounts(input, groups.get(key) ?? [], covered, shareOf(key)) }));
  }
  return cuts;
}

function incidentOf(input: ReferenceInput, row: Row): string | null {
  const { service } = row.content;
  const incident = input.period.incidents.find(
    ({ from, to, services }) => from <= row.at && row.at < to && (services.length === 0 || (service !== null && services.includes(service))),
  );
  return incident?.id ?? null;
}
