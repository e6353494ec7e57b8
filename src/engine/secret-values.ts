/**
 * Takes secrets out of what the rows would carry into the outputs. Labels are replaced in the relations, so that nothing that is read from them can
 * tell; ids are needed for matching and are replaced where they are written. Says where secrets stand, never what they are.
 */
import type { Database } from './database.ts';
import { columnType } from './reading/column-types.ts';
import type { LoadedFile, LoadedLayer } from './reading/load-layer.ts';
import { hasOwners, ownerColumns } from './relations/provider-owners.ts';
import { describing } from './relations/profiles.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';
import { type CanonicalColumn, canonicalColumns } from '../model/evidence.ts';
import { finding, type Finding } from '../model/finding.ts';
import {
  enginePatternOf,
  fewestTurns,
  leastEntropy,
  looseEnginePattern,
  oneEnginePattern,
  type SecretFamily,
  secretKinds,
  secretRemoved,
  turn,
  unbrokenRun,
  unbrokenRunLength,
} from '../model/secret-kinds.ts';

/** What names a thing has no long run of characters drawn by lot in it; ids, accounts and versions may. */
const names: readonly CanonicalColumn[] = ['service', 'cost_center', 'retry_reason', 'internal_name', 'model_requested', 'model_billed'];
const ids: readonly CanonicalColumn[] = ['request_id', 'provider_request_id'];

export interface SecretValues {
  /** `found`: texts of the lines are to be written without them. */
  readonly state: 'none' | 'found';
  readonly findings: readonly Finding[];
}

/** Needs the finished relations. The ids of each charge are looked at once, together, labels by their few values; the rows themselves only after a find. */
export async function takeSecretsOut(database: Database, loaded: readonly LoadedLayer[], terms: Terms): Promise<SecretValues> {
  if (database.here !== database) return ofNames(database.here, loaded);
  // Each condition is read once for all texts, as an aggregate: as a filter the engine would push a copy of its patterns into every branch.
  for (const condition of [
    sql`${mayHoldSecret(sql`text`)} or (is_name and ${mayHoldUnbrokenRun(sql`text`)})`,
    sql`is_name and ${holdsUnbrokenRun(sql`text`)} or ${holdsSecret(sql`text`)}`,
  ]) {
    const [row] = await database.rows(sql`select coalesce(bool_or(${condition}), false) as any_secret from (${textsOf(loaded, terms)}) as texts`);
    if (row?.['any_secret'] !== true) return { state: 'none', findings: [] };
  }
  return found(database, loaded, terms);
}

/** No secret is handed on to a cluster: evidence that holds one is left to the embedded engine before anything is. */
export async function refuseSecrets(here: Database, loaded: readonly LoadedLayer[]): Promise<void> {
  for (const layer of loaded) {
    const [column] = await columnsWithSecrets(here, layer);
    if (column !== undefined)
      throw new Error(`column ${column} of the ${layer.layer} rows holds a secret; take it out of the evidence, or reconcile without a cluster`);
  }
}

/** Names of files are not handed on: they stand in the lines alone, which are written here. */
async function ofNames(here: Database, loaded: readonly LoadedLayer[]): Promise<SecretValues> {
  const findings: Finding[] = [];
  for (const layer of loaded) for (const loadedFile of layer.files) findings.push(...(await findingsOfName(here, layer, loadedFile)));
  return { state: findings.length === 0 ? 'none' : 'found', findings };
}

/** Every text that the outputs would carry, and whether it is a name. */
function textsOf(loaded: readonly LoadedLayer[], terms: Terms): Sql {
  const files = loaded.flatMap((layer) => layer.files.map(({ file }) => literal(file.name)));
  const profileTexts = (own: readonly (typeof describing)[number][]): Sql => sql`unnest([${joinSql(own)}])`;
  return sql`
  select ${idsTogether} as text, false as is_name from linked_rows
  union all select ${idsTogether}, false from uncharged
  union all select ${profileTexts(describing.filter((label) => !names.includes(label)))}, false from profiles
  union all select ${profileTexts(describing.filter((label) => names.includes(label)))}, true from profiles
  union all select name, true from models
  ${hasOwners(terms) ? sql`union all select unnest([${joinSql(ownerColumns)}]), false from provider_owners` : sql``}
  ${terms.witness === null ? sql`` : sql`union all select concat_ws(' ', account_ref, environment, key_ref, service_tier, region, line_item), false from usage_buckets`}
  union all select unnest([${joinSql(files)}]::varchar[]), false
`;
}

const idsTogether = sql`concat_ws(' ', request_id, provider_request_id)`;

async function found(database: Database, loaded: readonly LoadedLayer[], terms: Terms): Promise<SecretValues> {
  const findings: Finding[] = [];
  for (const layer of loaded) {
    for (const loadedFile of layer.files) findings.push(...(await findingsOfName(database, layer, loadedFile)));
    for (const column of await columnsWithSecrets(database, layer)) {
      findings.push(...(await findingsOf(database, layer, column)));
      if (ids.includes(column)) continue;
      // Views show what the rows hold; a table of a layer has its own copy.
      const copies = terms.lasting === 'tables' ? [sql`${layer.layer}`] : [];
      const parts = layer.hasParts ? [sql`${layer.layer}_parts`] : [];
      for (const relation of [sql`${layer.layer}_rows`, ...parts, ...copies]) await remove(database, relation, sql`${column}`, conditionOf(column));
    }
  }
  for (const column of [...describing, 'first_internal_name', 'first_model_requested'] as const)
    await remove(database, sql`profiles`, sql`${column}`, isNameSecret(column) ? isSecretName(sql`${column}`) : holdsSecret(sql`${column}`));
  for (const column of hasOwners(terms) ? ownerColumns : []) await remove(database, sql`provider_owners`, sql`${column}`, conditionOf(column));
  await remove(database, sql`models`, sql`name`, conditionOf('model_billed', sql`name`));
  await remove(database, sql`model_facts`, sql`key`, conditionOf('model_billed', sql`key`));
  return { state: 'found', findings };
}

function isNameSecret(column: string): boolean {
  return names.some((name) => column === name || column === `first_${name}`);
}

function isSecretName(text: Sql): Sql {
  return sql`${holdsSecret(text)} or ${holdsUnbrokenRun(text)}`;
}

function conditionOf(column: CanonicalColumn, text: Sql = sql`${column}`): Sql {
  return names.includes(column) ? isSecretName(text) : holdsSecret(text);
}

async function remove(database: Database, relation: Sql, column: Sql, condition: Sql): Promise<void> {
  await database.run(sql`update ${relation} set ${column} = ${literal(secretRemoved)} where ${condition}`);
}

async function findingsOfName(database: Database, { layer }: LoadedLayer, { file }: LoadedFile): Promise<Finding[]> {
  const [row = {}] = await database.rows(sql`select ${familyOf(literal(file.name))} as family where ${holdsSecret(literal(file.name))}`);
  if (row['family'] === undefined) return [];
  const args = { layer, file: file.name, problem: String(row['family']), key: 'file name' };
  return [finding('evidence-contains-secret', 'fail', { args, source: { file: file.name, line: 0, column: 0 } })];
}

/** What is read of the rows of a layer and of the parts in them, which stand where their rows do. */
function readRows({ layer, hasParts }: LoadedLayer, columns: Sql): Sql {
  const parts = hasParts ? sql` union all select part_of as seq, ${columns} from ${layer}_parts where not skipped` : '';
  return sql`(select rowid as seq, ${columns} from ${layer}_rows where not skipped${parts})`;
}

async function columnsWithSecrets(database: Database, loaded: LoadedLayer): Promise<CanonicalColumn[]> {
  const texts = canonicalColumns.filter((column) => loaded.columns.includes(column) && columnType(column) === 'varchar');
  // Sums may be told by their time alone.
  if (texts.length === 0) return [];
  const [any = {}] = await database.rows(
    sql`select ${joinSql(texts.map((column) => sql`coalesce(bool_or(${conditionOf(column)}), false) as ${column}`))} from ${readRows(loaded, joinSql(texts))}`,
  );
  return texts.filter((column) => any[column] === true);
}

function familyOf(text: Sql): Sql {
  return sql`case ${joinSql(
    secretFamilies.map((family) => sql`when ${holdsSecret(text, [family])} then ${literal(family)}`),
    ' ',
  )} else 'drawn-text' end`;
}

/** One finding for each file and family. */
async function findingsOf(database: Database, loaded: LoadedLayer, column: CanonicalColumn): Promise<Finding[]> {
  const { layer, files } = loaded;
  const rows = await database.rows(sql`with suspected as materialized (
  select file, seq, ${column} as text
  from ${readRows(loaded, sql`file, ${column}`)}
  where ${conditionOf(column)}
)
select file, family, count(*) as count, min(seq) as seq
from (select file, seq, ${familyOf(sql`text`)} as family from suspected)
group by file, family
order by file, family`);
  return rows.flatMap((row) => {
    const found = files[Number(row['file'])];
    if (found === undefined) return [];
    const { file, firstRow } = found;
    return [
      finding('evidence-contains-secret', 'fail', {
        count: Number(row['count']),
        args: { layer, file: file.name, problem: String(row['family']), key: column },
        source: { file: file.name, line: Number(row['seq']) - firstRow + 1, column: 0 },
      }),
    ];
  });
}

/** Families in the order of the list. */
export const secretFamilies: readonly SecretFamily[] = [...new Set(secretKinds.map(({ family }) => family))];

/** True where `text` holds a secret of one of the families, or of any. One pass for all that are a pattern alone. */
export function holdsSecret(text: Sql, families: readonly SecretFamily[] = secretFamilies): Sql {
  const kinds = secretKinds.filter(({ family }) => families.includes(family));
  const plain = kinds.filter(({ value }) => value === undefined);
  // Nothing is assigned without one of the two signs, and few ids have them.
  const drawn = kinds
    .filter(({ value }) => value === 'random')
    .map((kind) => sql`case when contains(${text}, '=') or contains(${text}, ':') then ${holdsDrawn(text, enginePatternOf(kind), sql``)} else false end`);
  const matched = plain.length === 0 ? [] : [sql`regexp_matches(${text}, ${literal(oneEnginePattern(plain))})`];
  return sql`coalesce(${joinSql([...matched, ...drawn], ' or ')}, false)`;
}

/** True wherever `holdsSecret` is, and seldom elsewhere; planned in a tenth of its time. */
export function mayHoldSecret(text: Sql): Sql {
  return sql`coalesce(regexp_matches(${text}, ${literal(looseEnginePattern(secretKinds))}), false)`;
}

/** True wherever `holdsUnbrokenRun` is, and wherever a label is as long as such a run. */
export function mayHoldUnbrokenRun(label: Sql): Sql {
  return sql`coalesce(length(${label}) >= ${unbrokenRunLength}, false)`;
}

/** True where a label holds a long run of capitals, small letters and digits that no name is. */
export function holdsUnbrokenRun(label: Sql): Sql {
  return sql`coalesce(${holdsDrawn(label, `(?:^|[^A-Za-z0-9])(${unbrokenRun})`, sql`regexp_matches(run, '[a-z]') and regexp_matches(run, '[A-Z]') and `)}, false)`;
}

/** Most texts have no candidate: its entropy is computed only where one is. */
function holdsDrawn(text: Sql, pattern: string, also: Sql): Sql {
  const candidates = sql`regexp_extract_all(${text}, ${literal(pattern)}, 1)`;
  const drawn = sql`${also}len(regexp_extract_all(run, ${literal(turn)})) >= ${fewestTurns} and list_entropy(string_split(run, '')) >= ${leastEntropy}`;
  return sql`case when regexp_matches(${text}, ${literal(pattern)}) then len(list_filter(${candidates}, lambda run: ${drawn})) > 0 else false end`;
}
