/** Puts the rows of a call that counts each token class in a row of its own together: the first of them becomes the whole, the others are passed over. */
import type { Database } from '../database.ts';
import { amountColumns, decimalsColumn, isAmount, isCount } from './column-types.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { type CanonicalColumn, type EvidenceFile, type EvidenceLayer, type TokenClass, tokenColumns } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { nameRows } from './row-flaws.ts';

/** A file of the layer, and where its rows stand in the table. */
interface PlacedFile {
  readonly file: EvidenceFile;
  readonly firstRow: number;
}

export interface MergeTask {
  readonly layer: EvidenceLayer;
  /** Those that any file of the layer fills. */
  readonly columns: readonly CanonicalColumn[];
  readonly files: readonly PlacedFile[];
  /** Whether `float_shift` says what rounding moved the amounts by. */
  readonly isRounded: boolean;
}

/** Of each canonical count: the classes that it holds, and whether a call without any of them has none. */
const holds: Readonly<Record<(typeof tokenColumns)[number], { readonly classes: readonly TokenClass[]; readonly isWhole: boolean }>> = {
  input_tokens: { classes: ['input', 'cached_input', 'cache_write', 'cache_write_1h'], isWhole: true },
  cached_input_tokens: { classes: ['cached_input'], isWhole: false },
  cache_write_tokens: { classes: ['cache_write'], isWhole: false },
  cache_write_1h_tokens: { classes: ['cache_write_1h'], isWhole: false },
  output_tokens: { classes: ['output', 'reasoning'], isWhole: true },
  reasoning_tokens: { classes: ['reasoning'], isWhole: false },
};
const ids = ['provider_request_id', 'response_id', 'request_id'] as const satisfies readonly CanonicalColumn[];
const namedRows = 5;

/**
 * Rows of one file with one id are one call, a row without any id is one alone; of buckets those are one that differ in figures only. Rewrites `<layer>_rows`, whose rows keep their order and number; those
 * that went into another become `skipped`. Rows of a call that differ in anything but class, quantity and amount cannot be one: a finding.
 */
export async function mergeClasses(database: Database, { layer, columns, files, isRounded }: MergeTask): Promise<Finding[]> {
  const amounts = amountColumns.filter((column) => columns.includes(column));
  const rest = columns.filter((column) => !isCount(column) && !isAmount(column));
  const known = ids.filter((column) => columns.includes(column));
  const byId = sql`coalesce(${joinSql([...known, sql`'row ' || rowid`])})`;
  const id = files.every(({ file }) => file.format.grain === 'bucket') ? identityOf(rest.filter((column) => column !== 'requests')) : byId;
  await database.run(sql`create table ${layer}_wholes as
with parts as (
  select *, rowid as place, ${id} as whole${joinSql(amounts.map(mostDecimals), '')}
  from ${layer}_rows
  where part_class is not null and not skipped and flaw = 0
)
select file, whole, min(place) as place, min(place, ${namedRows}) as places, count(distinct (${joinSql([...rest, sql`null`])})) as versions, ${joinSql([...tokenColumns.map(countOf), ...amounts.map(amountOf), ...(isRounded ? [sql`sum(float_shift)::hugeint as float_shift`] : [])])}
from parts
group by file, whole`);
  const differing = await database.rows(sql`select file, places from ${layer}_wholes where versions > 1 order by place`);
  const counted = tokenColumns.map((column) => sql`coalesce(wholes.${column}, rows.${column}) as ${column}`);
  const summed = amounts
    .flatMap((column) => [column, decimalsColumn(column)])
    .map((column) => sql`case when wholes.place is null then rows.${column} else wholes.${column} end as ${column}`);
  await database.run(sql`create table ${layer}_merged as
select rows.* replace (${joinSql([...counted, ...summed, sql`rows.skipped or (rows.part_class is not null and rows.flaw = 0 and wholes.place is null) as skipped`])})
from ${layer}_rows as rows
left join ${layer}_wholes as wholes on wholes.place = rows.rowid
order by rows.rowid`);
  await database.run(sql`drop table ${layer}_wholes`);
  await database.run(sql`drop table ${layer}_rows`);
  await database.run(sql`alter table ${layer}_merged rename to ${layer}_rows`);
  return differing.length === 0 ? [] : [differingParts(layer, differing, files)];
}

/** Of a bucket: all that it says but its figures. */
function identityOf(columns: readonly CanonicalColumn[]): Sql {
  return sql`to_json([${joinSql(columns.map((column) => sql`${column}::varchar`))}])::varchar`;
}

function countOf(column: (typeof tokenColumns)[number]): Sql {
  const { classes, isWhole } = holds[column];
  const sum = sql`sum(part_quantity) filter (part_class in (${joinSql(classes.map(literal))}))`;
  return isWhole ? sql`coalesce(${sum}, 0)::bigint as ${column}` : sql`${sum}::bigint as ${column}`;
}

/** The decimals at which the amounts of a call can be added. */
function mostDecimals(column: (typeof amountColumns)[number]): Sql {
  return sql`, max(${decimalsColumn(column)}) over (partition by file, whole) as most_${column}`;
}

function amountOf(column: (typeof amountColumns)[number]): Sql {
  const decimals = decimalsColumn(column);
  const scaled = sql`${column} * list_aggregate(list_transform(range(0, (most_${column} - ${decimals})::bigint), lambda one: 10::hugeint), 'product')::hugeint`;
  return sql`sum(case when most_${column} = ${decimals} then ${column} else ${scaled} end)::hugeint as ${column}, max(${decimals}) as ${decimals}`;
}

function differingParts(layer: EvidenceLayer, differing: readonly Readonly<Record<string, unknown>>[], files: readonly PlacedFile[]): Finding {
  const [first = {}] = differing;
  const placed = files[Number(first['file'])];
  const places = Array.isArray(first['places']) ? first['places'].map((place) => Number(place) - (placed?.firstRow ?? 0) + 1) : [];
  return finding('evidence-row', 'inconclusive', {
    count: differing.length,
    args: { layer, problem: 'parts-differ', rows: nameRows(places, places.length) },
    source: { file: placed?.file.name ?? '', line: places[0] ?? 0, column: 0 },
  });
}
