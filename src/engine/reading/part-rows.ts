/** The parts of answers that are of another model than their row: each is a row of its own beside those of the file, and tells its answer apart from another (SPEC §11). */
import type { Database } from '../database.ts';
import { isCount } from './column-types.ts';
import { identifier, joinSql, sql, type Sql } from '../sql.ts';
import { type CanonicalColumn, canonicalColumns, type EvidenceLayer } from '../../model/evidence.ts';

/** A part's number in the layer: that of its row, and in the bits above its place among the parts of that row, from 1. */
export const partStride = 2n ** 40n;

/** Needs `<layer>_rows`. `part_of` = the number of the row in its layer. */
export function createPartRows(layer: EvidenceLayer): Sql {
  return sql`create table ${layer}_parts as\nselect *, 0::bigint as part_of, 0::bigint as part_number\nfrom ${layer}_rows\nlimit 0`;
}

/** What such rows hold for themselves; of a part everything else is that of its row, but what is stated once for the whole answer. */
const ownColumns = ['tokens_flawed'];
const wholeAnswer: readonly CanonicalColumn[] = ['charged_amount', 'stated_amount', 'meters'];

/**
 * `rows`: the targets, `part_number` and `part_model`, each row before its parts. `parts` of a row lists what they count, so that answers with other parts are
 * other rows. The parts of rows that cannot be read are left out with them.
 */
export async function insertWithParts(
  database: Database,
  rows: Sql,
  { layer, targets, firstRow }: { readonly layer: EvidenceLayer; readonly targets: readonly string[]; readonly firstRow: number },
): Promise<void> {
  // Layers are read beside each other.
  const [staged, numbered] = [sql`${layer}_staged`, sql`${layer}_numbered`];
  await database.run(sql`create table ${staged} as\n${rows}`);
  await database.run(sql`create table ${numbered} as
select *, count(*) filter (part_number = 0) over (order by rowid rows between unbounded preceding and current row) - 1 + ${firstRow} as whole
from ${staged}`);
  const canonical = (name: string): CanonicalColumn | undefined => canonicalColumns.find((column) => column === name);
  const counts = targets.filter((name) => ownColumns.includes(name) || isCountName(canonical(name)));
  const listed = joinSql(counts.map((name) => sql`${identifier(name)}: ${identifier(name)}`));
  const columns = joinSql(targets.map((name) => identifier(name)));
  await database.run(sql`insert into ${layer}_rows (${columns}, parts)
with listed as (
  select whole, to_json(list({model: part_model, ${listed}} order by part_number))::varchar as parts
  from ${numbered}
  where part_number > 0
  group by whole
)
select ${joinSql(targets.map((name) => sql`${numbered}.${identifier(name)}`))}, listed.parts
from ${numbered}
left join listed using (whole)
where part_number = 0
order by whole`);
  const value = (name: string): Sql => {
    const column = canonical(name);
    if (column === 'model_billed') return sql`parts.part_model`;
    if (counts.includes(name)) return sql`parts.${identifier(name)}`;
    return column !== undefined && wholeAnswer.includes(column) ? sql`null` : sql`wholes.${identifier(name)}`;
  };
  await database.run(sql`insert into ${layer}_parts (${columns}, part_of, part_number)
select ${joinSql(targets.map(value))}, parts.whole, parts.part_number
from ${numbered} as parts
join ${numbered} as wholes on wholes.whole = parts.whole and wholes.part_number = 0
where parts.part_number > 0 and wholes.flaw = 0
order by parts.whole, parts.part_number`);
  await database.run(sql`drop table ${staged}`);
  await database.run(sql`drop table ${numbered}`);
}

function isCountName(column: CanonicalColumn | undefined): boolean {
  return column !== undefined && isCount(column);
}

/** The largest count of a part; null where no row that counts has parts. */
export async function mostPartTokens(database: Database, layer: EvidenceLayer, columns: readonly CanonicalColumn[]): Promise<bigint | null> {
  const counts = columns.filter(isCount).filter((column) => column !== 'total_tokens');
  const most = sql`greatest(0, ${joinSql(counts.map((column) => sql`coalesce(max(${column}), 0)`))})`;
  const [row] = await database.rows(sql`select count(*) as parts, ${most}::varchar as most from ${layer}_parts where not skipped`);
  return Number(row?.['parts'] ?? 0) === 0 ? null : BigInt(String(row?.['most'] ?? '0'));
}
