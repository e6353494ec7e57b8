/** Random ledgers whose provider gives no export: lines of an invoice sum up each model, right, rounded, split, missing or wrong. */
import { type CanonicalColumn, canonicalColumns } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import type { InvoiceRounding } from '../../src/model/ledger.ts';
import { formatMoney, Money, zero } from '../../src/model/money.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { roundCost } from '../reference/price.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { plainly } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { billableModels, unpricedModel } from './random-words.ts';
import { type Random, seededRandom } from './random.ts';

/** The ledger of a seed with lines in place of its provider's rows. */
export function randomLines(seed: number): ReferenceInput {
  const random = seededRandom(seed + 9_000_000);
  const drawn = plainly(randomLedger(seed));
  const { start, end } = drawn.period;
  const buckets = { width: 'period', whole: { start, end }, zone: '+00:00', by: ['model_billed'], lag: 0n } as const;
  const layer = { rows: [], rowsMode: 'attempts', finalizedThrough: null, delay: 0n } as const;
  const unbilled: ReferenceInput = { ...drawn, buckets, layers: { ...drawn.layers, provider: layer } };
  const rounding = random.chance(70) ? randomLineRounding(random) : undefined;
  const lines = linesOf(expectedByModel(unbilled), rounding, random).map((line, index) => rowOf(line, index, unbilled));
  return { ...unbilled, ...(rounding === undefined ? {} : { lineRounding: rounding }), layers: { ...drawn.layers, provider: { ...layer, rows: lines } } };
}

function randomLineRounding(random: Random): InvoiceRounding {
  const quantum = new Money(random.pick(['0.01', '0.0001', '0.05', '1']));
  return { quantum, mode: random.pick(['half-up', 'half-even', 'up', 'down']), per: random.pick(['line', 'total']) };
}

/** What our log expects of each model, of all that an invoice could name. */
function expectedByModel(input: ReferenceInput): Map<string, Money> {
  const { by_model: rows } = referenceReconcile(input).cuts;
  const expected = rows.map(({ key, steps }) => [key, new Money(steps.find(({ step }) => step === 'expected')?.amount ?? '0')] as const);
  return new Map([...[...billableModels, unpricedModel].map((model) => [model, zero] as const), ...expected.filter(([key]) => !key.startsWith('('))]);
}

interface Line {
  readonly model: string;
  readonly amount: Money;
  readonly requests: string | null;
}

function linesOf(expected: ReadonlyMap<string, Money>, rounding: InvoiceRounding | undefined, random: Random): Line[] {
  const countsRequests = random.chance(50);
  const lines = [...expected].flatMap(([model, own]) => {
    const requests = countsRequests && random.chance(90) ? String(random.below(6)) : null;
    // Most models that we never asked for are on no invoice.
    if (own.isZero() ? random.chance(85) : random.chance(20)) return [];
    return amountsOf(own, rounding, random).map((amount) => ({ model, amount, requests }));
  });
  // An invoice without a line is no witness.
  return lines.length > 0 ? lines : [{ model: 'nano', amount: new Money('0.02'), requests: null }];
}

/** One line, or two where the provider bills the model apart. */
function amountsOf(expected: Money, rounding: InvoiceRounding | undefined, random: Random): Money[] {
  const right = rounding === undefined ? expected : roundCost(expected, { ...rounding, minimum: null });
  if (random.chance(15)) return [right.minus('0.01'), new Money('0.01')];
  if (random.chance(10)) return [right, right];
  if (random.chance(15)) return [right.plus(random.pick(['0.01', '-0.01', '0.000001']))];
  if (random.chance(10)) return [expected];
  return [right];
}

function rowOf({ model, amount, requests }: Line, index: number, { period }: ReferenceInput): CanonicalRow {
  const empty = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, string | null>;
  return {
    ...empty,
    timestamp_utc: formatInstant(period.start),
    model_billed: model,
    line_item: `I-1/${index + 1}`,
    requests,
    charged_amount: formatMoney(amount),
    charged_currency: period.currency,
  };
}
