/** Holds two snapshots of a ledger against each other, and says what the open periods should have cost by the one and by the other. Nothing is written or asked. */
import { judgePeriod, validateLedger } from './reconcile.ts';
import { type PeriodTask, type RunSettings, withFacts } from './period-facts.ts';
import { calendarEndOf } from '../model/judged-end.ts';
import type { Ledger, Period, Snapshot } from '../model/ledger.ts';
import { formatMoney, moneyOf, noAmount } from '../model/money.ts';
import { differenceOf, type ExpectedCost, percentChange, type PriceEffect, type SnapshotComparison } from '../model/price-difference.ts';
import type { Result } from '../model/result.ts';
import { providerOf } from '../model/snapshot-id.ts';
import { UserError } from '../model/user-error.ts';

/** Throws a `UserError` when the ledger cannot be read, has not both snapshots, or they are in two currencies. */
export async function diffPrices(
  ledgerRoot: string,
  ids: { readonly before: string; readonly after: string },
  settings: RunSettings,
): Promise<SnapshotComparison> {
  const { ledger, findings } = await validateLedger(ledgerRoot, settings.asOf);
  if (ledger === null) throw new UserError('The ledger cannot be read.', 'Correct what `trueup validate` says first.');
  const [before, after] = [snapshotNamed(ledger, ids.before), snapshotNamed(ledger, ids.after)];
  if (before.currency !== after.currency) throw new UserError('The two snapshots are in different currencies.', 'Compare snapshots of one currency.');
  const open = ledger.periods.filter((period) => !period.closed && calendarEndOf(period, settings) > period.start);
  const names = [before.id, after.id];
  const touched = open.filter(({ prices }) => prices.some(({ snapshot }) => names.includes(snapshot)));
  const effects: PriceEffect[] = [];
  for (const period of touched) effects.push(await effectOn({ ledger, findings, period, settings }, names, { before: before.id, after: after.id }));
  return {
    ...ids,
    currency: before.currency,
    authority: ledger.settings.priceAuthority,
    between: providerOf(before.id) === providerOf(after.id) ? 'times' : 'sources',
    difference: differenceOf(before, after),
    effects,
    untouched: open.filter((period) => !touched.includes(period)).map(({ id }) => id),
  };
}

function snapshotNamed({ snapshots }: Ledger, id: string): Snapshot {
  const found = snapshots.find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  const known = snapshots.map((snapshot) => snapshot.id).slice(-10);
  throw new UserError(`There is no snapshot ${JSON.stringify(id)} that can be read.`, `The latest of the ledger are: ${known.join(', ') || 'none'}.`);
}

/** The whole period by the one, then by the other: whichever of the two it names, and from when. */
async function effectOn(task: PeriodTask, names: readonly string[], ids: { readonly before: string; readonly after: string }): Promise<PriceEffect> {
  const { id, currency } = task.period;
  const [was, is] = [await resultBy(task, names, ids.before), await resultBy(task, names, ids.after)];
  const [before, after] = [costOf(was), costOf(is)];
  const common = { period: id, currency, before, after };
  // An amount that leaves rows out says nothing about one that has them.
  if (before === null || after === null || before.unpriced !== after.unpriced) return { ...common, difference: null, percent: null, models: [] };
  const [from, to] = [moneyOf(before.expected), moneyOf(after.expected)];
  return { ...common, difference: formatMoney(to.minus(from)), percent: percentChange(from, to), models: modelChanges(was, is) };
}

async function resultBy({ period, ledger, ...task }: PeriodTask, names: readonly string[], snapshot: string): Promise<Result> {
  const priced = withPrices(period, names, snapshot);
  const periods = ledger.periods.map((each) => (each.id === period.id ? priced : each));
  const changed = { ...task, period: priced, ledger: { ...ledger, periods } };
  return judgePeriod(changed, await withFacts(changed, null, async (facts) => facts)).result;
}

function withPrices(period: Period, names: readonly string[], snapshot: string): Period {
  return { ...period, prices: period.prices.map((start) => (names.includes(start.snapshot) ? { ...start, snapshot } : start)) };
}

/** null when nothing could be judged. */
function costOf({ bridge, totals, findings }: Result): ExpectedCost | null {
  if (bridge.length === 0 || totals.expected === null) return null;
  const unpriced = findings.filter(({ code }) => code === 'unpriced').reduce((sum, { count }) => sum + (count ?? 0), 0);
  return { expected: totals.expected, unpriced };
}

function modelChanges(was: Result, is: Result): PriceEffect['models'] {
  const expectedOf = (result: Result, model: string) => result.by_model.find(({ key }) => key === model)?.totals.expected ?? noAmount;
  const models = [...new Set([...was.by_model, ...is.by_model].map(({ key }) => key))].toSorted();
  return models.map((model) => ({ model, before: expectedOf(was, model), after: expectedOf(is, model) })).filter(({ before, after }) => before !== after);
}
