/** Looks through the raw rows of an evidence file for what must not be frozen; says where it stands, never what it is. */
import type { EvidenceFile } from '../../model/evidence.ts';
import type { Database } from '../database.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { holdsSecret, secretFamilies } from '../secret-values.ts';
import { readTwice } from './read-twice.ts';
import { isJson, rawScan } from './source-text.ts';

export interface Suspicions {
  /** Columns that must be empty, or hold nothing but numbers. */
  readonly columns: readonly string[];
  /** Keys that no JSON inside the row may have with a text, list or object that is not empty. */
  readonly keys: readonly string[];
}

export interface Suspect {
  /** A family of secrets, `prompt-column` or `prompt-text`. */
  readonly kind: string;
  /** The column; null where the whole row was looked at. */
  readonly column: string | null;
  /** The first such data row, from 1. */
  readonly row: number;
  readonly count: number;
}

/** `file` has its header (a Parquet file too). One pass; in the order of the list. */
export async function findSuspectRows(database: Database, file: EvidenceFile, { columns, keys }: Suspicions): Promise<Suspect[]> {
  const names = keys.join('|');
  const filled = String.raw`(?:"[^"]|\[\s*[^\]\s]|\{\s*[^}\s])`;
  // OpenTelemetry's attributes say their name as a value: { "key": "gen_ai.input.messages", "value": { "stringValue": … } }.
  const attribute = String.raw`"key"\s*:\s*"(?:[\w.]*\.)?(?:${names})"\s*,\s*"value"\s*:\s*\{\s*"(?:string|array|kvlist)Value"\s*:\s*${filled}`;
  const json = String.raw`"(?:${names})"\s*:\s*${filled}|${attribute}`;
  const checks = [
    // Few rows hold any: of which family is looked at in those alone.
    ...secretFamilies.map((family) => ({
      kind: family,
      column: null,
      condition: sql`case when suspicious then ${holdsSecret(sql`text`, [family])} else false end`,
    })),
    { kind: 'prompt-text', column: null, condition: sql`regexp_matches(text, ${literal(json)})` },
    ...columns.map((column) => ({
      kind: 'prompt-column',
      column,
      condition: sql`not regexp_full_match(coalesce(${identifier(column)}::varchar, ''), '\\s*-?[0-9]*[.]?[0-9]*\\s*')`,
    })),
  ];
  const read = async (reading: 'parallel' | 'serial') =>
    database.rows(sql`with numbered as (
  select *, ${wholeText(file)} as text, row_number() over () as ${identifier('data row')}
  from ${rawScan(file, reading)}
),
suspected as (
  select *, ${holdsSecret(sql`text`)} as suspicious
  from numbered
)
select ${joinSql(
      checks.map(
        ({ condition }, index) =>
          sql`count(*) filter (${condition}) as count_${index}, min(case when ${condition} then ${identifier('data row')} end) as row_${index}`,
      ),
      ',\n  ',
    )}
from suspected`);
  const [row = {}] = await readTwice(file, read);
  return checks.flatMap(({ kind, column }, index) => {
    const count = Number(row[`count_${index}`] ?? 0);
    return count === 0 ? [] : [{ kind, column, count, row: Number(row[`row_${index}`] ?? 0) }];
  });
}

function wholeText(file: EvidenceFile): Sql {
  if (isJson(file)) return sql`json::varchar`;
  return sql`concat_ws(chr(31), ${joinSql(file.header.map((name) => sql`${identifier(name)}::varchar`))})`;
}
