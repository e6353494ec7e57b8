/** Sums what rounding moved the amounts of a layer by, exactly. */
import type { CanonicalColumn, EvidenceLayer } from '../../model/evidence.ts';
import { amountOfUnits, type Amount } from '../../model/money.ts';
import type { Database } from '../database.ts';
import { sql } from '../sql.ts';

/** Amounts of one currency (null = none stated); rounded − printed, summed with their signs and without, and how many moved. */
export interface FloatShift {
  readonly currency: string | null;
  readonly net: Amount;
  readonly gross: Amount;
  readonly count: number;
}

export async function readShifts(database: Database, layer: EvidenceLayer, columns: readonly CanonicalColumn[], decimals: number): Promise<FloatShift[]> {
  const currency = columns.includes('charged_currency') ? 'charged_currency' : 'null::varchar';
  const rows =
    await database.rows(sql`select ${currency} as currency, sum(float_shift)::hugeint::varchar as net_shift, sum(abs(float_shift))::hugeint::varchar as gross, count(*) filter (float_shift <> 0) as count
from ${layer}_rows
where not skipped and float_shift is not null
group by 1
order by 1`);
  const amount = (units: unknown): Amount => amountOfUnits(units, decimals);
  return rows.map((row) => ({
    currency: row['currency'] === null ? null : String(row['currency']),
    net: amount(row['net_shift']),
    gross: amount(row['gross']),
    count: Number(row['count']),
  }));
}
