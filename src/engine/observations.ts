/** What the rows show besides the bridge, as facts with samples; policy says what they mean. */
import { bucketQueries } from './buckets/bucket-queries.ts';
import { witnessedQueries } from './buckets/witnessed.ts';
import { connectionCount, type Database, type Row } from './database.ts';
import { idShapes } from './id-shapes.ts';
import { likelyPairs, pairUp } from './likely-pairs.ts';
import { observationQueries } from './observation-queries.ts';
import type { Occurrence } from './occurrences.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { partStride } from './reading/part-rows.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';
import { type CanonicalColumn, type EvidenceLayer, type Layer, layers } from '../model/evidence.ts';
import type { RowStep } from '../model/bridge.ts';
import type { FindingCode } from '../model/finding.ts';
import { formatInstant } from '../model/instant.ts';
import { inLanes } from '../model/lanes.ts';
import type { Mapping } from '../model/ledger.ts';
import { amountOfUnits } from '../model/money.ts';
import type { PriceBook } from '../model/price-book.ts';
import type { Observation, Reconciliation } from '../model/reconciliation.ts';

export interface Surroundings {
  readonly loaded: readonly LoadedLayer[];
  readonly mappings: readonly Mapping[];
  readonly priceBook: PriceBook;
  readonly reconciliation: Reconciliation;
  readonly occurrences: ReadonlySet<Occurrence>;
}

/** How many samples a fact shows. */
const sampleCount = 5;

/** Every observation, in a fixed order of queries and, inside one, by its words. */
export async function readObservations(database: Database, terms: Terms, surroundings: Surroundings): Promise<Observation[]> {
  const { counts, steps } = surroundings.reconciliation;
  await createMappingStarts(database, surroundings.mappings);
  const observations: Observation[] = [];
  const { buckets } = terms;
  const queries = buckets === null ? observationQueries(terms, surroundings.priceBook) : bucketQueries(buckets, terms, surroundings.priceBook);
  const witnessed = terms.witness === null ? [] : witnessedQueries(terms.witness, terms);
  const asked = [...queries, ...witnessed].filter(({ about }) => about === undefined || surroundings.occurrences.has(about));
  const answers = await inLanes(asked, connectionCount, async ({ code, query }) => ({ code, rows: await database.rows(query) }));
  for (const { code, rows } of answers) observations.push(...rows.map((row) => toObservation(code, row, terms, surroundings.loaded)));
  for (const pair of buckets === null ? likelyPairs : []) {
    if (!pair.about.some((one) => surroundings.occurrences.has(one))) continue;
    const row = await pairUp(database, pair, terms);
    if (row !== null) observations.push(toObservation(pair.code, row, terms, surroundings.loaded));
  }
  observations.push(...filteredRows(surroundings.loaded), ...floatShifts(surroundings.loaded, terms.currency), ...(await unexplainedSteps(database, steps)));
  // Sums name no request: there are no ids to compare.
  const unjoined = counts.linkedAnywhere < counts.provider.charges || counts.requestsWithCharge < counts.application.requests;
  if (buckets === null && unjoined) {
    for (const row of await database.rows(idShapes(terms))) observations.push(toObservation('linkage-low', row, terms, surroundings.loaded));
  }
  const { comparable, linkedCharges } = counts;
  if (linkedCharges === 0 || linkedCharges < comparable) observations.push(await readHoldings(database, terms, comparable - linkedCharges));
  return observations;
}

/** Columns of a query: `count`, `amount` (scaled units), `samples`, `layer` and `seq` of the first row; every other column is a word. */
function toObservation(code: FindingCode, row: Row, terms: Terms, loaded: readonly LoadedLayer[]): Observation {
  const { count, amount, samples, seq, ...words } = row;
  const args = Object.fromEntries(
    Object.entries(words).map(([name, value]) => [name, moneyWords.includes(name) ? amountOfUnits(value, terms.scale) : wordOf(name, value)]),
  );
  return {
    code,
    count: Number(count ?? 0),
    amount: amount === null || amount === undefined ? null : amountOfUnits(amount, terms.scale),
    args,
    samples: Array.isArray(samples) ? samples.filter((sample) => sample !== null).map(String) : [],
    row: seq === null || seq === undefined ? null : locate(loaded, row['layer'] as EvidenceLayer, Number(seq)),
  };
}

/** Words that are amounts, in scaled units. */
const moneyWords: readonly string[] = ['stated', 'expected', 'charged', 'base', 'top', 'short', 'over'];

function wordOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  if (name.endsWith('_utc')) return formatInstant(BigInt(String(value)));
  return String(value);
}

/** The file and data row of a row number of a layer; a part stands where its row does. */
export function locate(loaded: readonly LoadedLayer[], layer: EvidenceLayer, seq: number): Observation['row'] {
  const files = loaded.find((one) => one.layer === layer)?.files ?? [];
  const place = seq % Number(partStride);
  const found = files.find(({ firstRow, rows }) => place >= firstRow && place < firstRow + rows);
  return found === undefined ? null : { layer, file: found.file.name, row: place - found.firstRow + 1 };
}

/** Starts of the mappings by name, to tell traffic before its mapping from traffic without one. */
async function createMappingStarts(database: Database, mappings: readonly Mapping[]): Promise<void> {
  await database.run(sql`create table mapping_starts (internal_name varchar, requested_model varchar, billable_model varchar, valid_from bigint)`);
  const rows = mappings.map(
    ({ internalName, requestedModel, billableModel, from }) => sql`(${literal(internalName)}, ${literal(requestedModel)}, ${literal(billableModel)}, ${from})`,
  );
  if (rows.length > 0) await database.run(sql`insert into mapping_starts values ${joinSql(rows)}`);
}

/** Rows that a format leaves out, per file: said, never silent. */
function filteredRows(loaded: readonly LoadedLayer[]): Observation[] {
  return loaded.flatMap(({ layer, files }) => {
    const count = files.reduce((sum, { filtered }) => sum + filtered, 0);
    return count === 0 ? [] : [{ code: 'rows-filtered' as const, count, amount: null, args: { layer }, samples: [], row: null }];
  });
}

/** What rounding moved the provider's amounts by, by currency. */
function floatShifts(loaded: readonly LoadedLayer[], own: string): Observation[] {
  const shifts = loaded.filter(({ layer }) => layer === 'provider').flatMap((provider) => provider.shifts);
  return shifts
    .filter(({ count }) => count > 0)
    .map(({ currency, net, gross, count }) => ({
      code: 'float-shift',
      count,
      amount: net,
      args: { gross, ...(currency === null || currency === own ? {} : { currency }) },
      samples: [],
      row: null,
    }));
}

/** Every step that holds money, with its dearest requests. */
async function unexplainedSteps(database: Database, steps: Reconciliation['steps']): Promise<Observation[]> {
  const held = steps.filter(({ step, count }) => step !== 'expected' && count > 0);
  if (held.length === 0) return [];
  const samples = await stepSamples(
    database,
    steps.map(({ step }) => step),
  );
  return held.map(({ step, amount, count }) => ({ code: 'unexplained-step', count, amount, args: { step }, samples: samples.get(step) ?? [], row: null }));
}

/** Steps of which `noted_lines` has a column. */
const sampledSteps = ['tier_difference', 'token_difference', 'meter_difference', 'price_difference', 'duplicate', 'adjustment', 'correction'] as const;

/** The dearest lines of each step: first by amount over numbers alone, then the ids of those few; ties by id. */
async function stepSamples(database: Database, steps: readonly RowStep[]): Promise<Map<string, string[]>> {
  const line = (step: Sql, amount: Sql, condition: Sql): Sql =>
    sql`select coalesce(request_id, provider_request_id, '(no id)') as id, ${step} as step, abs(${amount})::hugeint as size from noted_lines where ${condition} and ${amount} <> 0`;
  const rows = await database.rows(sql`with parts as (
  ${joinSql(
    [
      line(sql`main_step`, sql`main_amount`, sql`main_step is not null`),
      line(sql`model_step`, sql`model_amount`, sql`model_step is not null and model_step <> 'fallback'`),
      ...sampledSteps.filter((step) => steps.includes(step)).map((step) => line(literal(step), sql`${step}`, sql`true`)),
      'select request_id, step, expected_cost from uncharged where expected_cost <> 0',
    ],
    '\n  union all\n  ',
  )}
),
ranked as (
  select id, step, size, dense_rank() over (partition by step order by size desc) as rank
  from parts
),
dearest as (
  select distinct id, step, size
  from ranked
  where rank <= ${sampleCount}
)
select step, list(id order by size desc, id) as ids
from dearest
group by step`);
  return new Map(rows.map((row) => [String(row['step']), (row['ids'] as string[]).slice(0, sampleCount)]));
}

/** So many values of a layer are named, the most frequent first. */
const shownValues = 5;

const holdings = {
  accounts: { application: 'account_ref', gateway: 'account_ref', provider: 'account_ref' },
  environments: { application: 'environment', gateway: 'environment', provider: 'environment' },
  keys: { application: 'key_ref', gateway: 'key_ref', provider: 'key_ref' },
  models: { application: 'model_requested', gateway: 'model_requested', provider: 'model_billed' },
} as const satisfies Record<string, Record<Layer, CanonicalColumn>>;

/** One observation, `coverage-low`: each word names the layers that hold such values, with the number of their rows. */
async function readHoldings(database: Database, terms: Terms, count: number): Promise<Observation> {
  const args: Record<string, string> = {};
  for (const [word, columns] of Object.entries(holdings)) {
    const held: string[] = [];
    for (const layer of layers) {
      if (terms.filled[layer].includes(columns[layer])) held.push(await valuesOf(database, layer, columns[layer]));
    }
    if (held.length > 0) args[word] = held.join('; ');
  }
  return { code: 'coverage-low', count, amount: null, args, samples: [], row: null };
}

async function valuesOf(database: Database, layer: Layer, column: CanonicalColumn): Promise<string> {
  const rows = await database.rows(sql`select coalesce(${column}, '(none)') as value, count(*) as count
from ${layer}
group by 1
order by count desc, value
limit ${shownValues + 1}`);
  const named = rows.slice(0, shownValues).map((row) => `${String(row['value']).slice(0, 100)} (${String(row['count'])})`);
  return `${layer} ${[...named, ...(rows.length > shownValues ? ['more'] : [])].join(', ') || '(no rows)'}`;
}
