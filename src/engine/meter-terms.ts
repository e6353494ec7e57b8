/** What rows count beside tokens, as the engine carries it: a whole number of units for each meter, in a column of its own. */
import type { LoadedLayer } from './reading/load-layer.ts';
import { metersRead } from './reading/source-text.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Meter } from '../model/ledger.ts';
import { type Amount, amountOfUnits, Money } from '../model/money.ts';
import type { PriceBook } from '../model/price-book.ts';

export interface MeterTerm {
  readonly name: string;
  readonly meter: Meter;
}

/** Of a name that no snapshot of the period has. */
const uncounted: Meter = { unit: 'decimal', per: new Money(1), inside: null, whole: null };

/** What is priced in parts of a unit is carried in millionths. */
const fineness = 6;

/** The meters whose quantities any row has, by name; one that no snapshot of the period knows can have no price, whatever it counts. */
export function metersOf(loaded: readonly LoadedLayer[], { meters }: PriceBook): MeterTerm[] {
  const layers = loaded.filter(({ columns }) => columns.includes('meters'));
  const names = new Set(layers.flatMap(({ files }) => files.flatMap(({ file }) => metersRead(file, file.format))));
  return [...names].toSorted().map((name) => ({ name, meter: meters.get(name) ?? uncounted }));
}

function isFine({ unit, whole }: Meter): boolean {
  return unit === 'decimal' && whole === null;
}

/** Counted beside tokens, and not as a part of them. */
export function isApart({ meter }: MeterTerm): boolean {
  return meter.inside === null;
}

/** The price of what the column of a meter counts. */
export function columnPrice(price: Money, meter: Meter): Money {
  return isFine(meter) ? price.times(`1e-${fineness}`) : price;
}

/** The quantity of each meter in a row, over its text, as `quantity_<n>`. */
export function quantityColumns(meters: readonly MeterTerm[]): Sql[] {
  return meters.map(({ name }, index) => {
    const pattern = `(^| )${name.replaceAll(/[.]/g, '[.]')}=([0-9.]+)`;
    return sql`try_cast(nullif(regexp_extract(meters, ${literal(pattern)}, 2), '') as decimal(21, 6)) as quantity_${index}`;
  });
}

/** True where what is counted in whole numbers is no whole number. */
export function brokenQuantity(meters: readonly MeterTerm[]): Sql {
  const broken = meters.flatMap(({ meter }, index) => (meter.unit === 'decimal' ? [] : [sql`coalesce(quantity_${index} <> trunc(quantity_${index}), false)`]));
  return broken.length === 0 ? sql`false` : joinSql(broken, ' or ');
}

/** The column of a meter, over its quantity. */
export function meterUnits({ meter }: MeterTerm, index: number): Sql {
  if (meter.whole === 'up') return sql`ceil(quantity_${index})::bigint`;
  return isFine(meter) ? sql`(quantity_${index} * ${10 ** fineness})::bigint` : sql`quantity_${index}::bigint`;
}

/** Units of a column as the quantity that they are. */
export function quantityOf(units: unknown, { meter }: MeterTerm): Amount {
  return amountOfUnits(units, isFine(meter) ? fineness : 0);
}

export function meterColumns(meters: readonly MeterTerm[]): Sql[] {
  return meters.map((_, index) => sql`meter_${index}`);
}
