/** Two rows that look like one call (SPEC §15): a charge that repeats one that we know, and a request and a charge that do not meet. */
import type { Database, Row } from './database.ts';
import { shapeOf } from './id-shapes.ts';
import type { Occurrence } from './occurrences.ts';
import { pairNearest, type Point, type Reach } from './pair-nearest.ts';
import { joinSql, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';
import { type TokenClass, tokenClasses } from '../model/evidence.ts';
import type { FindingCode } from '../model/finding.ts';

export interface LikelyPairs {
  readonly code: FindingCode;
  /** Asked where any of these occurs. */
  readonly about: readonly Occurrence[];
  readonly reach: Reach;
  /** The rows of both sides: `side`, `timestamp_utc`, `family` columns that the two of a pair have alike, `id`, `value`, `seq` and the shapes of ids. */
  readonly sides: (terms: Terms) => { readonly alike: readonly Sql[]; readonly query: Sql };
  readonly words: (pairs: Pairs) => Row;
}

/** What is kept of the pairs, whose number is the ledger's. */
interface Pairs {
  count: number;
  amount: bigint;
  /** The lowest row of the provider. */
  seq: bigint | null;
  samples: string[];
  readonly shapes: Map<string, number>;
}

const minute = 60_000_000n;
const sampleCount = 5;

const retryReach: Reach = { order: 'any', most: 10n * minute };
const joinReach: Reach = { order: 'directed', most: 15n * minute };

const inputClasses = tokenClasses.filter((name): name is Exclude<TokenClass, 'output' | 'reasoning'> => name !== 'output' && name !== 'reasoning');

/** What a class does not report counts as 0. */
function counted(row: Sql, classes: readonly TokenClass[]): Sql {
  return joinSql(classes.map((name) => sql`coalesce(${row}.${name}, 0)::bigint as ${name}`));
}

/** Rows whose counts are missing look like everything. */
function tells(row: Sql, classes: readonly TokenClass[]): Sql {
  const output = classes.includes('output') ? sql` and ${row}.output is not null` : sql``;
  return sql`${row}.input is not null${output} and not ${row}.tokens_flawed`;
}

/** A part of an answer is no call. */
function onlyWholes({ parts }: Terms): Sql {
  return sql`${parts === 'none' ? '' : ' and part_of is null'}`;
}

/** Charges that no attempt of ours stands behind, at their place. */
function strayCharges(places: Sql, classes: readonly TokenClass[], key: Sql, terms: Terms): Sql {
  return sql`select
    'stray' as side,
    provider.seq,
    provider.timestamp_utc,
    provider.request_id,
    coalesce(provider.provider_request_id, provider.response_id) as their_id,
    noted_lines.value::hugeint as value,
    noted_lines.model,
    ${key} as key_ref,
    ${counted(sql`provider`, classes)}
  from noted_lines
  join provider using (seq)
  where noted_lines.line = 'charge' and noted_lines.place in (${places}) and noted_lines.model is not null and ${tells(sql`provider`, classes)}${onlyWholes(terms)}`;
}

function alikeOf(names: readonly TokenClass[], { most }: Reach): { readonly columns: readonly Sql[]; readonly join: Sql } {
  return {
    columns: names.map((name) => sql`${name}`),
    join: sql`one.model = reached.model and one.timestamp_utc // ${most} = reached.stretch and ${joinSql(
      names.map((name) => sql`one.${name} is not distinct from reached.${name}`),
      ' and ',
    )}`,
  };
}

/** A CTE `reached`: stray rows by each stretch of time in which a row may lie that they can meet. */
function reachedBy({ most }: Reach): Sql {
  return sql`reached as (
  select stray.*, stretches.stretch
  from stray
  cross join unnest([timestamp_utc // ${most} - 1, timestamp_utc // ${most}, timestamp_utc // ${most} + 1]) as stretches (stretch)
)`;
}

/** Only the rows that have anything to meet are looked up and put in order. */
function hiddenRetries(terms: Terms): { readonly alike: readonly Sql[]; readonly query: Sql } {
  const key = terms.filled.provider.includes('key_ref') ? sql`provider.key_ref` : sql`null::varchar`;
  const { columns, join } = alikeOf(inputClasses, retryReach);
  return {
    alike: [sql`model`, sql`key_ref`, ...columns],
    query: sql`stray as (
  ${strayCharges(sql`'unlinked', 'unbacked'`, inputClasses, key, terms)}
),
${reachedBy(retryReach)},
alike as (
  select seq, timestamp_utc, model, ${joinSql(inputClasses.map((name) => sql`coalesce(${name}, 0)::bigint as ${name}`))}
  from kept_charges
  anti join (select seq from noted_lines where place in ('unlinked', 'unbacked')) as strays using (seq)${terms.parts === 'none' ? '' : '\n  where part_of is null'}
),
known as (
  select
    'known' as side,
    provider.seq,
    provider.timestamp_utc,
    provider.request_id,
    coalesce(provider.provider_request_id, provider.response_id) as their_id,
    0::hugeint as value,
    one.model,
    ${key} as key_ref,
    ${joinSql(columns.map((name) => sql`one.${name}`))}
  from (select one.* from alike as one semi join reached on ${join}) as one
  join provider using (seq)
  where ${tells(sql`provider`, inputClasses)}
),
sides as (
  select * from stray
  union all
  select * from known
)`,
  };
}

function brokenJoins(terms: Terms): { readonly alike: readonly Sql[]; readonly query: Sql } {
  const { columns, join } = alikeOf(tokenClasses, joinReach);
  return {
    alike: [sql`model`, ...columns],
    query: sql`stray as (
  ${strayCharges(sql`'unlinked'`, tokenClasses, sql`null::varchar`, terms)}
),
${reachedBy(joinReach)},
known as (
  select
    'known' as side,
    application.seq,
    application.timestamp_utc,
    application.request_id,
    coalesce(application.provider_request_id, application.response_id) as their_id,
    0::hugeint as value,
    uncharged.model,
    null::varchar as key_ref,
    ${counted(sql`application`, tokenClasses)}
  from uncharged
  join application on application.seq = uncharged.request
  where uncharged.step = 'not_charged' and ${tells(sql`application`, tokenClasses)}
),
sides as (
  select * from stray
  union all
  select one.* from known as one semi join reached on ${join}
)`,
  };
}

export const likelyPairs: readonly LikelyPairs[] = [
  {
    code: 'likely-hidden-retry',
    about: ['unlinked', 'unbacked'],
    reach: retryReach,
    sides: hiddenRetries,
    words: () => ({}),
  },
  {
    code: 'likely-broken-join',
    about: ['unlinked'],
    reach: joinReach,
    sides: brokenJoins,
    words: ({ shapes }) => {
      const [ours, theirs] = JSON.parse(mostFrequent(shapes)) as [string, string];
      return { request_shape: ours, charge_shape: theirs };
    },
  },
];

/** As an observation's row; null without a pair. A request stands before the charges of its time, so that it can be the earlier of two. */
export async function pairUp(database: Database, pair: LikelyPairs, terms: Terms): Promise<Row | null> {
  const { alike, query } = pair.sides(terms);
  const rows = database.batches(sql`with ${query},
placed as (
  select *, row_number() over (partition by ${joinSql(alike)}, timestamp_utc, side order by their_id nulls last, request_id nulls last, value, seq) as place
  from sides
)
select
  dense_rank() over (order by ${joinSql(alike)}) as family,
  side, seq, timestamp_utc, request_id, their_id, value,
  ${shapeOf(sql`request_id`)} as request_shape,
  ${shapeOf(sql`their_id`)} as their_shape
from placed
order by family, timestamp_utc, place, side`);
  const pairs: Pairs = { count: 0, amount: 0n, seq: null, samples: [], shapes: new Map() };
  for await (const points of runs(rows, pair.reach.most)) {
    for (const [known, stray] of pairNearest(points, pair.reach)) keep(pairs, pair, known.row, stray.row);
  }
  if (pairs.count === 0) return null;
  return { count: pairs.count, amount: pairs.amount, samples: pairs.samples, layer: 'provider', seq: pairs.seq, ...pair.words(pairs) };
}

interface RowPoint extends Point {
  readonly row: Row;
}

/** The rows of one family in pieces: between two of them lies more time than between the rows of any pair. */
async function* runs(batches: AsyncIterable<readonly Row[]>, most: bigint): AsyncGenerator<readonly RowPoint[]> {
  let points: RowPoint[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      const at = BigInt(String(row['timestamp_utc']));
      const last = points.at(-1);
      if (last !== undefined && (last.row['family'] !== row['family'] || at - last.at > most)) {
        yield points;
        points = [];
      }
      points.push({ side: row['side'] === 'known' ? 'first' : 'second', at, row });
    }
  }
  yield points;
}

function keep(pairs: Pairs, { code }: LikelyPairs, known: Row, stray: Row): void {
  const seq = BigInt(String(stray['seq']));
  pairs.count += 1;
  pairs.amount += BigInt(String(stray['value']));
  pairs.seq = pairs.seq === null || seq < pairs.seq ? seq : pairs.seq;
  pairs.samples = [...new Set([...pairs.samples, sampleOf(code, known, stray)])].sort().slice(0, sampleCount);
  const shapes = JSON.stringify(shapesOf(known, stray));
  pairs.shapes.set(shapes, (pairs.shapes.get(shapes) ?? 0) + 1);
}

/** A charge is told by the provider's id; a request by its own. */
function sampleOf(code: FindingCode, known: Row, stray: Row): string {
  const charge = idOf(stray);
  return code === 'likely-hidden-retry' ? `${charge} → ${idOf(known)}` : `${String(known['request_id'])} → ${charge}`;
}

function idOf(row: Row): string {
  return String(row['their_id'] ?? row['request_id'] ?? '(no id)');
}

/** Of the two ids that should have met: the request's, where the charge carries one, else the provider's. */
function shapesOf(known: Row, stray: Row): [string, string] {
  const word = (shape: unknown): string => String(shape ?? '(none)');
  if (stray['request_shape'] !== null) return [word(known['request_shape']), word(stray['request_shape'])];
  return [word(known['their_shape'] ?? known['request_shape']), word(stray['their_shape'])];
}

/** The lowest of the most frequent. */
function mostFrequent(counts: ReadonlyMap<string, number>): string {
  const [first] = [...counts].sort(([one, often], [other, oftener]) => oftener - often || (one < other ? -1 : 1));
  return first?.[0] ?? '["(none)","(none)"]';
}
