/** Random refunds and adjustments of a charge: what fits it, what does not, what comes in parts, and what only looks like one. */
import { formatMoney, Money } from '../../src/model/money.ts';
import type { CanonicalRow } from '../reference/input.ts';
import type { Random } from './random.ts';
import { noTokens, shifted } from './random-values.ts';

/** Mostly none; the rows of one charge come in order of time, at one time, or the other way round. */
export function randomAmendments(random: Random, charge: CanonicalRow): CanonicalRow[] {
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
      timestamp_utc: shifted(charge.timestamp_utc, 30n + step * BigInt(index)),
      request_id: names === 'nothing' || names === 'answer' ? null : charge.request_id,
      provider_request_id: namesCharge ? charge.provider_request_id : names === 'nothing' || random.chance(50) ? null : `re-${index}`,
      response_id: names === 'nothing' ? null : charge.response_id,
      model_billed: random.chance(25) ? null : charge.model_billed,
      status: random.pick([charge.status, null]),
    };
  });
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
