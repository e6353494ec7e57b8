/** One request through all layers: its rows where they stand, what became of each, and its lines. */
import { canonicalColumns, layers, type CanonicalColumn, type Layer } from '../model/evidence.ts';
import { formatInstant } from '../model/instant.ts';
import { inLanes, sideBySide } from '../model/lanes.ts';
import { amountOfUnits, formatMoney, Money } from '../model/money.ts';
import type { OriginalRow, RequestTrace, TracedUnit, TraceRow } from '../model/trace.ts';
import { sameCell } from './buckets/cells.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { originalTexts } from './reading/original-texts.ts';
import { connectionCount, type Database, type Row } from './database.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { locate } from './observations.ts';
import { contentOf, decimalOf, type Terms } from './terms.ts';
import { isAmount } from './reading/column-types.ts';
import { readLines } from './write-lines.ts';

/** The traces of the requests, in the order asked for; a request that no layer names has no rows. A charge without any request goes by its provider's id. */
export async function readTraces(database: Database, terms: Terms, loaded: readonly LoadedLayer[], requestIds: readonly string[]): Promise<RequestTrace[]> {
  if (requestIds.length === 0) return [];
  const present = presentLayers(terms);
  const [found, lines] = await sideBySide(connectionCount, [
    () => inLanes(present, connectionCount, async (layer) => [layer, await database.rows(rowQuery(layer, requestIds, terms))] as const),
    () => readLines(database, requestIds),
  ]);
  const rows = new Map<Layer, Row[]>(found);
  const units = terms.buckets === null ? null : await readUnits(database, requestIds, terms);
  return requestIds.map((requestId) => ({
    requestId,
    rows: present.flatMap((layer) => (rows.get(layer) ?? []).filter((row) => row['trace_id'] === requestId).map((row) => toTraceRow(row, layer, loaded))),
    lines: lines.filter((line) => (line.request_id ?? line.provider_request_id) === requestId),
    ...(units === null ? {} : { units: units.filter((unit) => unit.requestId === requestId) }),
  }));
}

/** The attempts of requests that lie in buckets, each with the cell that counts it. */
async function readUnits(database: Database, requestIds: readonly string[], terms: Terms): Promise<(TracedUnit & { readonly requestId: string })[]> {
  const rows = await database.rows(sql`select units.request_id, units.timestamp_utc, units.expected_cost, cells.name
from units
join cells on ${sameCell(sql`units`)}
where units.request_id in (${joinSql(requestIds.map(literal))})
order by units.timestamp_utc, units.unit`);
  return rows.map((row) => ({
    requestId: String(row['request_id']),
    at: BigInt(String(row['timestamp_utc'])),
    cell: String(row['name']),
    expected: amountOfUnits(row['expected_cost'], terms.scale),
  }));
}

/** The request that `id` names: itself when it is the id of a request, else the request of the rows that carry it as the provider's id or that of the answer, else `id`. */
export async function requestNamedBy(database: Database, terms: Terms, id: string): Promise<string> {
  const present = presentLayers(terms);
  const [own] = await database.rows(
    sql`${joinSql(
      present.map((layer) => sql`select 1 as found from ${layer} where request_id = ${literal(id)}`),
      '\nunion all\n',
    )}\nlimit 1`,
  );
  if (own !== undefined) return id;
  const logs = present
    .filter((layer) => layer !== 'provider')
    .map((layer) => sql`select request_id, 1 as place from ${layer} where provider_request_id = ${literal(id)} or response_id = ${literal(id)}`);
  const charges = sql`select coalesce(linked.request_id, linked.provider_request_id) as request_id, 0 as place
from linked
join provider on provider.seq = linked.seq
where provider.provider_request_id = ${literal(id)} or provider.response_id = ${literal(id)}`;
  const [carrier] = await database.rows(sql`${joinSql([charges, ...logs], '\nunion all\n')}\norder by place, request_id\nlimit 1`);
  return String(carrier?.['request_id'] ?? id);
}

/** Request ids drawn by a digest: for ten points that its bytes name, the next counted request in the order of their MD5: a draw that nobody steers cheaply, not a proof. */
export async function drawRequests(database: Database, digest: string): Promise<string[]> {
  const hex = digest.replace(/^sha256:/, '');
  const points = Array.from({ length: 10 }, (_, index) => hex.slice(index * 6, index * 6 + 4));
  const rows = await database.rows(sql`with hashed as (
  select request_id, md5(request_id) as hash
  from requests
  where in_period and in_scope
)
select ${joinSql(points.map((point, index) => sql`coalesce(min_by(request_id, hash) filter (hash >= ${literal(point)}), min_by(request_id, hash)) as point_${index}`))}
from hashed`);
  return [
    ...new Set(
      Object.values(rows[0] ?? {})
        .filter((id) => id !== null)
        .map(String),
    ),
  ];
}

/** The texts as they stand in the files, row by row of the trace. */
export async function readOriginals(database: Database, loaded: readonly LoadedLayer[], trace: RequestTrace): Promise<OriginalRow[]> {
  const originals: OriginalRow[] = trace.rows.map(() => ({}));
  for (const layer of layers) {
    for (const { file } of loaded.find((one) => one.layer === layer)?.files ?? []) {
      // A part is read out of its row, and has no texts of its own.
      const places = [...trace.rows.entries()]
        .filter(([, row]) => row.layer === layer && row.file === file.name && !row.roles.includes('part'))
        .sort(([, a], [, b]) => a.row - b.row);
      if (places.length === 0) continue;
      const texts = await originalTexts(
        database,
        layer,
        file,
        file.format,
        places.map(([, { row }]) => row),
      );
      for (const [index, [place]] of places.entries()) originals[place] = toOriginal(texts[index] ?? {});
    }
  }
  return originals;
}

function toOriginal(texts: Readonly<Record<string, unknown>>): OriginalRow {
  const entries = Object.entries(texts).filter(([, text]) => text !== null);
  return Object.fromEntries(entries.map(([name, text]) => [name.replace(/^text:/, ''), String(text)]));
}

function presentLayers(terms: Terms): Layer[] {
  return layers.filter((layer) => layer !== 'gateway' || terms.gateway === 'present');
}

function toTraceRow(row: Row, layer: Layer, loaded: readonly LoadedLayer[]): TraceRow {
  const values = Object.fromEntries(canonicalColumns.map((column) => [column, textOf(column, row[column])])) as Record<CanonicalColumn, string | null>;
  const place = locate(loaded, layer, Number(row['seq']));
  return {
    layer,
    file: place?.file ?? '',
    row: place?.row ?? 0,
    values,
    roles: (row['roles'] as string[]).filter((role) => role !== null),
    joinedBy: joinOf(row['joined_by']),
  };
}

function joinOf(value: unknown): TraceRow['joinedBy'] {
  if (typeof value !== 'string') return null;
  const [id = '', layer = ''] = value.split(':');
  return { id: id as CanonicalColumn, layer: layer as Layer };
}

function textOf(column: CanonicalColumn, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (column === 'timestamp_utc') return formatInstant(BigInt(String(value)));
  return isAmount(column) ? formatMoney(new Money(String(value))) : String(value);
}

/** The request that a provider row belongs to, whatever became of the row; its own ids where nobody of ours knows it. */
const traceId = 'coalesce(request_id, provider_request_id)';

function rowQuery(layer: Layer, requestIds: readonly string[], terms: Terms): Sql {
  const ids = joinSql(requestIds.map(literal));
  const columns = joinSql(
    canonicalColumns.map((column) =>
      isAmount(column) ? sql`${decimalOf(sql`${layer}.${contentOf(column)}`, terms)}::varchar as ${column}` : sql`${layer}.${column}`,
    ),
  );
  const order = sql`order by trace_id, ${layer}.attempt nulls last, ${layer}.timestamp_utc, ${layer}.provider_request_id nulls last, ${layer}.seq`;
  if (layer === 'provider' && terms.buckets !== null) {
    return sql`select cell_rows.name as trace_id, provider.seq, ['bucket', case when provider.tokens_flawed then 'token-data-error' end] as roles, null::varchar as joined_by, ${columns}
from cell_rows
join provider on provider.seq = cell_rows.seq
where cell_rows.name in (${ids})
${order}`;
  }
  if (layer === 'provider') {
    return sql`with traced as (
  select *, ${traceId} as trace_id
  from linked
  where ${traceId} in (${ids})
),
decided as (
  select seq, line, serving, link, backed
  from charges
  where ${traceId} in (${ids})
)
select
  traced.trace_id,
  provider.seq,
  [
    case when traced.aside is not null then 'set-aside:' || traced.aside end,
    case when provider_fates.fate not in ('kept') then provider_fates.fate end,
    case when traced.aside is null and coalesce(provider_fates.fate, 'kept') = 'kept' then case when traced.is_refund then coalesce(decided.line, 'refund') when traced.is_charge then 'charge' else 'error' end end,
    case when decided.line = 'charge' and decided.serving and decided.link = 'request' then 'serving' end,
    case when decided.line = 'charge' and not decided.backed then 'unbacked' end,
    ${terms.parts === 'none' ? '' : "case when traced.part_of is not null then 'part' end,\n    "}case when provider.tokens_flawed then 'token-data-error' end
  ] as roles,
  case when traced.link <> 'none' then coalesce(adoptions.joined_by, 'request_id:application') end as joined_by,
  ${columns}
from traced
join provider on provider.seq = traced.seq
left join provider_fates on provider_fates.seq = traced.seq
left join decided on decided.seq = traced.seq
left join adoptions on adoptions.seq = ${terms.parts === 'none' ? 'traced.seq' : 'coalesce(traced.part_of, traced.seq)'}
${order}`;
  }
  return sql`select
  ${layer}.request_id as trace_id,
  ${layer}.seq,
  [
    case when coalesce(fates.fate, 'kept') <> 'kept' then fates.fate else 'logged' end,
    case when coalesce(fates.is_first, true) then 'first' end,
    case when coalesce(fates.is_final, true) then 'final' end,
    case when ${layer}.tokens_flawed then 'token-data-error' end
  ] as roles,
  ${columns}
from ${layer}
left join ${layer}_fates as fates on fates.seq = ${layer}.seq
where ${layer}.request_id in (${ids})
${order}`;
}
