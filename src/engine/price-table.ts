/** Fills the small tables of the trade: models, prices as scaled integers, mapping spans and expectations. */
import { tokenClasses } from '../model/evidence.ts';
import type { MappingBook } from '../model/mapping-book.ts';
import { decimalsOf, toScaled, zero, type Money } from '../model/money.ts';
import type { PriceBook, UnitPrices } from '../model/price-book.ts';
import type { Database } from './database.ts';
import { columnPrice, meterColumns, type MeterTerm } from './meter-terms.ts';
import { spansUnder } from './price-conditions.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** The bound of the highest tier. */
export const unbounded = 9_223_372_036_854_775_807n;

/** The decimals that every price of the book needs: of meters those that rows have. */
export function priceDecimals(book: PriceBook, meters: readonly MeterTerm[]): number {
  const metered = (row: UnitPrices): Money[] =>
    meters.flatMap(({ name, meter }) => {
      const price = row.meters.get(name);
      return price === undefined ? [] : [columnPrice(price, meter)];
    });
  return Math.max(0, ...book.rows.flatMap((row) => [row.request, ...Object.values(row.unit), ...metered(row)]).map(decimalsOf));
}

/** The most that any row counts, and of which meters rows count anything. */
interface Most {
  readonly tokens: bigint;
  readonly metered: bigint;
  readonly meters: readonly MeterTerm[];
}

/** An upper bound of any cost, and of any price: the dearest unit price of any class times the most tokens, for all classes, the same of meters, plus the dearest request. */
export function largestCost(book: PriceBook, { tokens: mostTokens, metered, meters }: Most): Money {
  const dearest = (amounts: readonly Money[]): Money => amounts.reduce((most, next) => (next.gt(most) ? next : most), zero);
  const unit = dearest(book.rows.flatMap((row) => Object.values(row.unit)));
  const quantity = dearest(book.rows.flatMap((row) => meters.flatMap(({ name }) => row.meters.get(name) ?? [])));
  return unit
    .times(mostTokens > 0n ? mostTokens.toString() : 1)
    .times(tokenClasses.length)
    .plus(quantity.times(metered > 0n ? metered.toString() : 1).times(meters.length))
    .plus(dearest(book.rows.map((row) => row.request)));
}

/** `models`: every billed model of the provider and every model the mappings name, numbered by name. */
export async function createModels(database: Database, book: MappingBook, terms: Terms): Promise<void> {
  const named = book.expectations.flatMap((expectation) => [
    ...(expectation.billableModel === null ? [] : [expectation.billableModel]),
    ...expectation.fallbackModels,
  ]);
  const values = [...new Set(named)].map((name) => sql`(${literal(name)})`);
  const mapped = values.length === 0 ? '' : sql`\n  union\n  select name from (values ${joinSql(values)}) as mapped (name)`;
  // A cell goes by the billed model where our log carries it.
  const layers = terms.buckets?.units.filter((layer) => terms.filled[layer].includes('model_billed')) ?? [];
  const logged = joinSql(
    layers.map((layer) => sql`\n  union\n  select model_billed from ${layer} where model_billed is not null`),
    '',
  );
  const witnessed = terms.witness === null ? '' : sql`\n  union\n  select model_billed from usage_buckets where model_billed is not null`;
  const carried = terms.carried === 'none' ? '' : sql`\n  union\n  select expected_model from carried_source where expected_model is not null`;
  const scope = terms.models === null ? 'true' : sql`name in (${joinSql(terms.models.map(literal))})`;
  await database.run(sql`create table models as
with names as (
  select distinct model_billed as name
  from provider
  where model_billed is not null${mapped}${logged}${witnessed}${carried}
)
select row_number() over (order by name)::integer as model, name, ${scope} as in_scope
from names`);
}

/** `prices`: one row per time span, model and tier; unit prices in scaled units, null = unknown. */
export async function createPrices(database: Database, book: PriceBook, terms: Terms): Promise<void> {
  const quantities = [...tokenClasses.map((name) => sql`${name}`), ...meterColumns(terms.meters)];
  const needs = terms.needs === 'none' ? [] : [...terms.meters.map((_, index) => sql`needs_${index}`), sql`needs_tokens`, sql`lacks`];
  const classes = joinSql([...quantities.map((name) => sql`${name} ${terms.money}`), ...needs.map((name) => sql`${name} boolean`)]);
  const { priceConditions: conditions } = terms;
  await database.run(
    sql`create table prices (price integer, span ${conditions === null ? 'usmallint' : 'integer'}, model integer, above bigint, up_to bigint, ${classes}, request ${terms.money})`,
  );
  const isAsked = conditions === null ? () => true : await knownModels(database);
  const rows = book.rows.flatMap((row, index) =>
    [...book.spans.entries()]
      .filter(([, { snapshot }]) => snapshot === row.snapshot && isAsked(row.billableModel))
      .flatMap(([span]) => spansUnder(row, span, conditions).map((own) => priceValues(index, own, row, terms))),
  );
  if (rows.length === 0) return;
  await database.run(sql`insert into prices
select listed.price, listed.span, models.model, listed.above, listed.up_to, ${joinSql([...quantities, ...needs].map((name) => sql`listed.${name}`))}, listed.request
from (values ${joinSql(rows)}) as listed (price, span, name, above, up_to, ${joinSql([...quantities, ...needs])}, request)
join models on models.name = listed.name`);
}

/** Prices that are many for each model are laid out only for the models that there are. */
async function knownModels(database: Database): Promise<(name: string) => boolean> {
  const names = new Set((await database.rows(sql`select name from models`)).map((row) => String(row['name'])));
  return (name) => names.has(name);
}

function priceValues(index: number, span: number, row: UnitPrices, terms: Terms): Sql {
  const units = tokenClasses.map((name) => {
    const price = row.unit[name];
    return price === undefined ? sql`null` : sql`${toScaled(price, terms.scale)}`;
  });
  const metered = terms.meters.map(({ name, meter }) => {
    const price = row.meters.get(name);
    return price === undefined ? sql`null` : sql`${toScaled(columnPrice(price, meter), terms.scale)}`;
  });
  const bounds = sql`${row.above ?? -1n}, ${row.upTo ?? unbounded}`;
  return sql`(${index}, ${span}, ${literal(row.billableModel)}, ${bounds}, ${joinSql([...units, ...metered, ...neededOf(row, terms)])}, ${toScaled(row.request, terms.scale)})`;
}

/** For each meter whether the row's cost rests on it, whether it rests on tokens, and whether it rests on something that no row has. */
function neededOf({ row: { needs } }: UnitPrices, terms: Terms): Sql[] {
  if (terms.needs === 'none') return [];
  const lacks = needs?.some((name) => !terms.meters.some((meter) => meter.name === name)) ?? false;
  return [...terms.meters.map(({ name }) => needs?.includes(name) ?? false), needs === null, lacks].map((is) => (is ? sql`true` : sql`false`));
}

/** `expectations`, `expectation_fallbacks` and `mapping_spans`. */
export async function createExpectations(database: Database, book: MappingBook): Promise<void> {
  await database.run(
    sql`create table expectations (expectation integer, span usmallint, internal_name varchar, requested_model varchar, billable_model varchar, role role_name, primaries varchar)`,
  );
  await database.run(sql`create table expectation_fallbacks (expectation integer, model integer)`);
  const spans = Array.from({ length: book.boundaries.length + 1 }, (_, span) => sql`(${span})`);
  await database.run(sql`create table mapping_spans as select span::usmallint as span from (values ${joinSql(spans)}) as spans (span)`);
  const text = (value: string | null): Sql => (value === null ? sql`null` : literal(value));
  const rows = book.expectations.map(
    (one, index) =>
      sql`(${index}, ${one.span}, ${text(one.internalName)}, ${literal(one.requestedModel)}, ${text(one.billableModel)}, ${literal(one.role)}, ${literal(JSON.stringify(one.primaries))})`,
  );
  if (rows.length > 0) await database.run(sql`insert into expectations values ${joinSql(rows)}`);
  const fallbacks = book.expectations.flatMap((one, index) =>
    one.billableModel === null ? [] : one.fallbackModels.map((name) => sql`(${index}, ${literal(name)})`),
  );
  if (fallbacks.length > 0) {
    await database.run(sql`insert into expectation_fallbacks
select fallbacks.expectation, models.model
from (values ${joinSql(fallbacks)}) as fallbacks (expectation, name)
join models on models.name = fallbacks.name`);
  }
}
