/** How amounts of rows in another currency become the period's, exactly: by the rates that the period states (SPEC §13). */
import type { Database } from './database.ts';
import { type CurrencyTotals, readByCurrency } from './reading/layer-totals.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { type AmountColumn, amountColumns, decimalsColumn } from './reading/column-types.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { ExchangeRate } from '../model/exchange-rate.ts';
import type { EvidenceLayer } from '../model/evidence.ts';
import type { Period } from '../model/ledger.ts';
import { decimalsOf, toScaled } from '../model/money.ts';

/** A currency that amounts of the rows are in, and its rate as digits × 10^-`rateDecimals`. */
export interface Conversion {
  readonly layer: EvidenceLayer;
  readonly column: AmountColumn;
  readonly currency: string;
  readonly rate: bigint;
  readonly rateDecimals: number;
  /** Of the amounts: each number of decimals that they have, with the largest of them in units of it. */
  readonly amounts: readonly Pick<CurrencyTotals, 'decimals' | 'most'>[];
}

/** Of every layer whose rows state currencies; nothing is asked where the period converts none. */
export async function readConversions(database: Database, { fx }: Pick<Period, 'fx'>, loaded: readonly LoadedLayer[]): Promise<Conversion[]> {
  const conversions: Conversion[] = [];
  for (const { layer, columns } of loaded) {
    for (const column of amountColumns) {
      if (fx.length === 0 || !columns.includes(column) || !columns.includes('charged_currency')) continue;
      const totals = await readByCurrency(database, layer, column);
      for (const stated of fx) {
        const amounts = totals.filter(({ currency }) => currency === stated.from);
        if (amounts.length > 0) conversions.push({ layer, column, currency: stated.from, ...digitsOf(stated), amounts });
      }
    }
  }
  return conversions;
}

function digitsOf({ rate }: ExchangeRate): Pick<Conversion, 'rate' | 'rateDecimals'> {
  const rateDecimals = decimalsOf(rate);
  return { rate: toScaled(rate, rateDecimals), rateDecimals };
}

/** The decimals that the converted amounts need. */
export function convertedDecimals(conversions: readonly Conversion[]): number {
  return Math.max(0, ...conversions.flatMap(({ amounts, rateDecimals }) => amounts.map(({ decimals }) => decimals + rateDecimals)));
}

/** The largest of them, in units of 10^-`scale`. */
export function largestConverted(conversions: readonly Conversion[], scale: number): bigint[] {
  return conversions.flatMap(({ amounts, rate, rateDecimals }) =>
    amounts.map(({ decimals, most }) => most * rate * 10n ** BigInt(scale - decimals - rateDecimals)),
  );
}

/** What a row's amount is in the period's currency, in scaled units; `own`: of a row in that currency, `else`: in one without a rate. */
export function converted(conversions: readonly Conversion[], scale: number, own: Sql): Sql {
  const cases = conversions.map(({ column, currency, rate, rateDecimals, amounts }) => {
    const factors = amounts.map(({ decimals }) => sql`when ${decimals} then ${rate * 10n ** BigInt(scale - decimals - rateDecimals)}`);
    return sql`when charged_currency = ${literal(currency)} then ${column} * (case ${decimalsColumn(column)} ${joinSql(factors, ' ')} end)::hugeint`;
  });
  return cases.length === 0 ? own : sql`case ${joinSql(cases, ' ')} else ${own} end`;
}
