/** Random refunds and adjustments of a charge: what fits it, what does not, what comes in parts, and what only looks like one. */
import { formatMoney, Money } from '../../src/model/money.ts';
import type { CanonicalRow } from '../reference/input.ts';
import type { Random } from './random.ts';
import { noTokens, shifted } from './random-values.ts';

/** Mostly none; the rows of one charge come in order of time, at one time, or the other way round. */
export function randomAmendments(random: Random, charge: CanonicalRow, corrects: boolean): CanonicalRow[] {
  if (!random.chance(13)) return [];
  const isPlain = random.chance(30);
  const step = isPlain ? 60n : random.pick([86_400n, 60n, 0n, -60n]);
  const names = isPlain ? 'charge' : random.pick(['charge', 'charge', 'request', 'answer', 'mixed', 'nothing'] as const);
  return amountsFor(random, charge).map((amount, index): CanonicalRow => {
    const namesCharge = names === 'charge' || (names === 'mixed' && index % 2 === 0);
    return {
      ...charge,
      ...noTokens,
      kind: random.pick(['refund', 'refund', 'adjustment']),
      charged_amount: amount,
      charged_currency: amount === null || random.chance(95) ? null : 'EUR',
      ...(corrects ? randomCorrection(random) : {}),
      ...(corrects && random.chance(25)
        ? { timestamp_utc: random.pick(datesBefore) }
        : { timestamp_utc: shifted(charge.timestamp_utc, 30n + step * BigInt(index)) }),
      request_id: names === 'nothing' || names === 'answer' ? null : charge.request_id,
      provider_request_id: namesCharge ? charge.provider_request_id : names === 'nothing' || random.chance(50) ? null : `re-${index}`,
      response_id: names === 'nothing' ? null : charge.response_id,
      model_billed: random.chance(25) ? null : charge.model_billed,
      status: random.pick([charge.status, null]),
    };
  });
}

const datesBefore = ['2026-03-17T00:00:00Z', '2026-04-01T00:00:00Z', '2026-04-30T23:59:59.999999Z', '2026-02-10T08:00:00Z'];

/** A month before, by its id or a time in it; this one, a later one, and what is none of the ledger's. */
function randomCorrection(random: Random): Partial<CanonicalRow> {
  const words = ['2026-04', '2026-04', '2026-04', '2026-03', '2026-04-10T08:00:00Z', '2026-03-31T23:59:59Z', '2026-04-30T22:00:00-02:00'];
  return { corrects: random.pick([null, ...words, '2026-02', '2026-02-01T00:00:00Z', '2026-05', '2026-05-04T00:00:00Z', '2026-07', 'soon']) };
}

function amountsFor(random: Random, { charged_amount: text }: CanonicalRow): (string | null)[] {
  const charged = text === null ? null : new Money(text);
  const whole = charged === null || !charged.gt(0) ? new Money(random.pick(['0.000001', '0.5', '100'])) : charged;
  const half = formatMoney(whole.div(2).toDecimalPlaces(18, Money.ROUND_DOWN).negated());
  const all = formatMoney(whole.negated());
  return random.pick([
    [all],
    [half],
    [half, half],
    [half, half, '-0.01'],
    [all, half],
    [half, all, half],
    [half, all, '-0.000001'],
    [`-${formatMoney(whole.plus('0.01'))}`, all],
    ['-0.000001'],
    [`-${formatMoney(whole.plus('0.01'))}`],
    ['5'],
    [null],
    ['0'],
  ]);
}
