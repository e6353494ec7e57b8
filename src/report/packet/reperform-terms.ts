/** What the script needs beside the lines, as `reperform.json`: prices and when they were in force, the declared roundings, the invoices or the balance, the order of the bridge. */
import { adjustmentSteps, chargeSteps, valueSteps } from '../../model/bridge.ts';
import { covers, tokenClasses } from '../../model/evidence.ts';
import { formatInstant } from '../../model/instant.ts';
import { isReferenced } from '../../model/balance.ts';
import { linesApart } from '../../model/invoice-lines.ts';
import type { Contract, Ledger, Period, Rounding } from '../../model/ledger.ts';
import type { Statement } from '../../model/statement.ts';
import { formatMoney, type Money } from '../../model/money.ts';
import { openPriceBook, type PriceBook, rateOf } from '../../model/price-book.ts';
import { roundingIn } from '../../model/rounding-in.ts';
import { recordOf } from '../../model/record-of.ts';
import type { Result } from '../../model/result.ts';

export function reperformTerms(
  { snapshots, contract }: Pick<Ledger, 'snapshots' | 'contract'>,
  period: Period,
  { bridge, fx }: Pick<Result, 'bridge' | 'fx'>,
): string {
  const stands = (step: string): boolean => bridge.some((row) => row.step === step);
  const book = openPriceBook(period, snapshots);
  const divisorOf = (id: string): string => String(snapshots.find((snapshot) => snapshot.id === id)?.unitDivisor ?? 1n);
  const terms = {
    schema: 'trueup.reperform/1',
    currency: period.currency,
    classes: tokenClasses,
    ...(contract.pricedAt === 'charge' ? {} : { priced_at: contract.pricedAt }),
    rounding: roundingOf(roundingIn(contract, period)),
    invoice_rounding: invoiceRoundingOf(contract),
    ...(stands('covered') ? { cover_fees: recordOf(coversWithFee(contract), (cover) => amountOrNull(contract.coverFees[cover])) } : {}),
    spans: book.spans.map(({ from, snapshot }) => ({ from_utc: from === null ? null : formatInstant(from), snapshot })),
    ...weeksOf(book),
    ...(book.meters.size === 0 ? {} : { meters: Object.fromEntries([...book.meters].map(([name, { inside, whole }]) => [name, { inside, whole }])) }),
    prices: book.rows.map(({ snapshot, billableModel, tier, above, upTo, row, rates, under, factor, meters }) => {
      return {
        snapshot,
        model: billableModel,
        tier,
        above: String(above ?? -1n),
        up_to: upTo === null ? null : String(upTo),
        unit_divisor: divisorOf(snapshot),
        ratio: formatMoney(row.ratio),
        request_price: formatMoney(row.requestPrice),
        // Reasoning without a price of its own goes at the price of output.
        rates: recordOf(tokenClasses, (name) => amountOrNull(rateOf(rates, name))),
        // Each unit, with ratio and factor.
        ...(meters.size === 0 ? {} : { meters: Object.fromEntries([...meters].map(([name, price]) => [name, formatMoney(price)])) }),
        ...(row.needs === null ? {} : { needs: row.needs }),
        ...(under === null ? {} : { factor: formatMoney(factor), under: { service_tier: under.serviceTier, region: under.region, part: under.part } }),
      };
    }),
    value_steps: ['expected', ...valueSteps].filter(stands),
    charge_steps: chargeSteps.filter(stands),
    invoice_steps: adjustmentSteps,
    // Units of the invoices' currency for one of the period's: by the policy, and on the invoices.
    fx: fx === undefined ? null : { reference: fx.reference, rate: fx.rate },
    ...(stands('balance_drawdown') && period.statement !== null ? { statement: statementOf(period.statement) } : {}),
    invoices: period.invoices.map((invoice) => ({
      invoice_id: invoice.invoiceId,
      total: formatMoney(invoice.total),
      // Usage without the tax that a line includes; the tax is a line of its own.
      lines: linesApart(invoice).map(({ kind, billableModel, amount }) => ({ kind, model: billableModel, amount: formatMoney(amount) })),
    })),
  };
  return `${JSON.stringify(terms, null, 1)}\n`;
}

function coversWithFee({ coverFees }: Contract): (keyof Contract['coverFees'])[] {
  return covers.filter((cover) => cover !== 'wallet').filter((cover) => coverFees[cover] !== undefined);
}

/** Where prices depend on the hour: from which minute of the week, Monday 00:00 UTC = 0, which part of a snapshot's week holds. */
function weeksOf({ conditions }: PriceBook): object {
  if (conditions === null) return {};
  return { weeks: Object.fromEntries([...conditions.weeks].map(([snapshot, { parts }]) => [snapshot, parts])) };
}

/** What the script computes the drawdown from. */
function statementOf({ opening, closing, movements }: Statement): object {
  const counted = movements.filter(isReferenced).map(({ amount }) => formatMoney(amount));
  return { opening: formatMoney(opening.balance), closing: formatMoney(closing.balance), movements: counted };
}

/** In the currency of the period. */
function roundingOf(rounding: Rounding | null): object | null {
  if (rounding === null) return null;
  return { mode: rounding.mode, quantum: formatMoney(rounding.quantum), minimum: amountOrNull(rounding.minimum) };
}

function invoiceRoundingOf({ invoiceRounding: rule }: Contract): object | null {
  return rule === null ? null : { ...rule, quantum: formatMoney(rule.quantum) };
}

function amountOrNull(amount: Money | null | undefined): string | null {
  return amount === null || amount === undefined ? null : formatMoney(amount);
}
