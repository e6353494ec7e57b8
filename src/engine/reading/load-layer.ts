/** Loads the files of one layer into its table `<layer>_rows`, and says which rows could not be read. */
import type { Database } from '../database.ts';
import { canonicalRows, filledColumns, isCharged } from './canonical-rows.ts';
import type { CheckNames } from './check-names-hook.ts';
import { amountColumns, columnType, decimalsColumn, defaultedColumns, isAmount } from './column-types.ts';
import { type FloatShift, readShifts } from './float-shift.ts';
import { findHalfRead } from './half-read.ts';
import { type LayerTotals, noTotals, readTotals } from './layer-totals.ts';
import { readTwice } from './read-twice.ts';
import { checkTotals } from './total-row.ts';
import { describeFlaws } from './row-flaws.ts';
import { mergeClasses } from './merge-classes.ts';
import { createPartRows, insertWithParts, mostPartTokens } from './part-rows.ts';
import { classTexts, explodedPlace, scan } from './source-text.ts';
import { floatShift } from './typed-column.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import {
  type CanonicalColumn,
  canonicalColumns,
  columnDefaults,
  type EvidenceFile,
  type Format,
  type EvidenceLayer,
  silentColumns,
} from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';

/** A file of a loaded layer and the stretch of its rows: rowid = `firstRow` + data row − 1. */
export interface LoadedFile {
  readonly file: EvidenceFile;
  readonly firstRow: number;
  readonly rows: number;
  /** Rows that the format's filter leaves out. */
  readonly filtered: number;
}
export interface LoadedLayer {
  readonly layer: EvidenceLayer;
  readonly files: readonly LoadedFile[];
  /** Columns that any file fills; of those that are silent at their default, the ones in which a row says something. */
  readonly columns: readonly CanonicalColumn[];
  readonly totals: LayerTotals;
  /** What rounding moved amounts by, where the format says that they are printed from binary floating point. */
  readonly shifts: readonly FloatShift[];
  /** Whether amounts are rounded so. */
  readonly isRounded: boolean;
  /** Whether answers have parts of other models: rows of `<layer>_parts`. */
  readonly hasParts: boolean;
  readonly findings: readonly Finding[];
}

export interface LoadHooks {
  readonly checkNames: CheckNames;
  /** Told how many rows a file had. */
  readonly onRows: (rows: number) => void;
  /** Inserts the rows of a layer that no file holds. */
  readonly stated?: Sql;
}

/** Creates and fills `<layer>_rows`: the filled columns, `file`, the decimals of amounts, `tokens_flawed`, `skipped`; in file order, so that rowid gives the row. */
export async function loadLayer(
  database: Database,
  layer: EvidenceLayer,
  found: readonly EvidenceFile[],
  { checkNames, onRows, stated }: LoadHooks,
): Promise<LoadedLayer> {
  const files = await Promise.all(found.map((file) => withHeader(database, file, checkNames)));
  const findings = files.flatMap((described) => described.findings);
  if (findings.some(({ severity }) => severity === 'inconclusive'))
    return { layer, files: [], columns: [], totals: noTotals, shifts: [], isRounded: false, hasParts: false, findings };
  // A layer without files, as one that is declared absent, has every column and no row.
  const held = canonicalColumns.filter((column) => files.length === 0 || files.some(({ file }) => filledColumns(layer, file, file.format).includes(column)));
  const shift = held.includes('charged_amount') ? widestShift(files.map(({ file }) => file.format)) : null;
  const amounts = [...held.filter(isAmount).map((column) => sql`${decimalsColumn(column)} utinyint`), ...(shift === null ? [] : [sql`float_shift hugeint`])];
  const definitions = [...held.map((column) => sql`${column} ${columnType(column)}`), ...amounts];
  const hasParts = files.some(({ file }) => classTexts(file, file.format) !== null);
  const parts = hasParts ? [sql`part_class varchar`, sql`part_quantity bigint`] : [];
  const explodes = files.some(({ file }) => isExploded(layer, file));
  const listed = explodes ? [sql`parts varchar`] : [];
  await database.run(
    sql`create table ${layer}_rows (file usmallint, ${joinSql([...definitions, ...parts, ...listed, 'tokens_flawed boolean', 'skipped boolean', 'flaw utinyint'])})`,
  );
  if (explodes) await database.run(createPartRows(layer));
  if (stated !== undefined) await database.run(stated);
  const loaded: LoadedFile[] = [];
  let firstRow = 0;
  for (const [index, { file }] of files.entries()) {
    const broken = await insertFile(database, layer, file, { index, firstRow, shiftDecimals: shift ?? 0 });
    findings.push(...(broken ?? (await findHalfRead(database, { file, format: file.format, checkNames }))));
    if (broken === null) findings.push(...(await checkTotals(database, { layer, file, format: file.format })));
    const [counts] = await database.rows(
      sql`select count(*) as rows, count(*) filter (skipped) as filtered, count(*) filter (flaw > 0) as flawed from ${layer}_rows where file = ${index}`,
    );
    const rows = Number(counts?.['rows'] ?? 0);
    if (Number(counts?.['flawed'] ?? 0) > 0) findings.push(...(await describeFlaws(database, { layer, file, format: file.format, firstRow, index })));
    loaded.push({ file, firstRow, rows, filtered: Number(counts?.['filtered'] ?? 0) });
    firstRow += rows;
    onRows(rows);
  }
  if (hasParts) findings.push(...(await mergeClasses(database, { layer, columns: held, files: loaded, isRounded: shift !== null })));
  const columns = await withoutSilent(database, layer, held);
  const shifts = shift === null ? [] : await readShifts(database, layer, columns, shift);
  const read = await readTotals(database, layer, columns);
  const most = explodes ? await mostPartTokens(database, layer, columns) : null;
  const totals = most === null || most < read.mostTokens ? read : { ...read, mostTokens: most };
  return { layer, files: loaded, columns, totals, shifts, isRounded: shift !== null, hasParts: most !== null, findings };
}

/** Whether rows of a file are to be told from the parts of other models in them. */
function isExploded(layer: EvidenceLayer, file: EvidenceFile): boolean {
  return isCharged(layer, file.format) && explodedPlace(file, file.format) !== null;
}

/** The columns without those in which no row says anything but the default. */
async function withoutSilent(database: Database, layer: EvidenceLayer, held: readonly CanonicalColumn[]): Promise<CanonicalColumn[]> {
  const quiet = silentColumns.filter((column) => held.includes(column));
  if (quiet.length === 0) return [...held];
  const said = joinSql(
    quiet.map((column) => {
      const usual = defaultedColumns.find((name) => name === column);
      return sql`coalesce(bool_or(${usual === undefined ? sql`${column} is not null` : sql`${column} <> '${columnDefaults[usual]}'`}), false) as ${column}`;
    }),
  );
  const [row] = await database.rows(sql`select ${said} from ${layer}_rows where not skipped`);
  return held.filter((column) => quiet.every((silent) => silent !== column || row?.[silent] === true));
}

/** The decimals in which rounding is counted: the most that any format of the layer needs; null where no amount is rounded. */
function widestShift(formats: readonly Format[]): number | null {
  const each = formats.map((format) => floatShift(format)?.decimals).filter((decimals) => decimals !== undefined);
  return each.length === 0 ? null : Math.max(...each);
}

/** Parquet files carry their columns inside; amounts in binary floating point are refused. */
async function withHeader(database: Database, file: EvidenceFile, checkNames: CheckNames): Promise<{ file: EvidenceFile; findings: Finding[] }> {
  const { format } = file;
  if (file.container !== 'parquet') return { file, findings: [] };
  const columns = await database.rows(sql`describe select * from ${scan(file)}`);
  const names = columns.map((column) => String(column['column_name']));
  const money = amountColumns.flatMap((column) => format.columns[column] ?? []).map((source) => source.column);
  // Declared as printed from floating point, a value counts by its shortest print, which the engine writes exactly.
  const isDeclared = format.money.float !== undefined;
  const floats = columns.filter(
    (column) => !isDeclared && money.includes(String(column['column_name'])) && ['FLOAT', 'DOUBLE'].includes(String(column['column_type'])),
  );
  const findings = floats.map((column) =>
    finding('evidence-header', 'inconclusive', {
      args: { layer: file.layer, problem: 'float-column', column: String(column['column_name']) },
      source: { file: file.name, line: 0, column: 0 },
    }),
  );
  return { file: { ...file, header: names }, findings: [...checkNames(file, await parquetNames(database, file), format, 'file'), ...findings] };
}

/** Inserts one file; null when all went well, else what the reader complains of. */
async function insertFile(
  database: Database,
  layer: EvidenceLayer,
  file: EvidenceFile,
  { index, firstRow, shiftDecimals }: { readonly index: number; readonly firstRow: number; readonly shiftDecimals: number },
): Promise<Finding[] | null> {
  const { format } = file;
  const filled = filledColumns(layer, file, format);
  const shift = filled.includes('charged_amount') ? floatShift(format) : null;
  const shifted = shift === null ? [] : (['float_shift'] as const);
  const parts = classTexts(file, format) === null ? [] : (['part_class', 'part_quantity'] as const);
  const targets = [...filled, ...filled.filter(isAmount).map(decimalsColumn), ...parts, ...shifted, 'tokens_flawed', 'skipped', 'flaw'] as const;
  const values = (target: (typeof targets)[number]): Sql =>
    target === 'float_shift' ? sql`float_shift * ${10n ** BigInt(shiftDecimals - (shift?.decimals ?? 0))} as float_shift` : sql`${target}`;
  const insert = async (reading: 'parallel' | 'serial'): Promise<void> => {
    if (isExploded(layer, file)) {
      const rows = sql`select ${index} as file, ${joinSql(targets.map(values))}, part_number, part_model from (${canonicalRows(layer, file, format, { reading, parts: 'apart' })})`;
      return insertWithParts(database, rows, { layer, targets: ['file', ...targets], firstRow });
    }
    const rows = sql`select ${index} as file, ${joinSql(targets.map(values))} from (${canonicalRows(layer, file, format, { reading })})`;
    await database.run(sql`insert into ${layer}_rows (file, ${joinSql(targets)})\n${rows}`);
  };
  return readTwice(
    file,
    async (reading) => {
      await insert(reading);
      return null;
    },
    (error) => [unreadable(file, error)],
  );
}

function unreadable(file: EvidenceFile, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const line = [/Line:\s*(\d+)/, /line[: ]+(\d+)/i, /record\/value (\d+)/].map((place) => place.exec(message)?.[1]).find((found) => found !== undefined);
  return finding('evidence-syntax', 'inconclusive', {
    args: { layer: file.layer, ...(line === undefined ? {} : { line }), problem: firstSentence(message) },
    source: { file: file.name, line: Number(line ?? 0), column: 0 },
  });
}

/** What the engine's first line complains of, without its class of error, the place that is said apart, paths of this machine, and advice about the engine. */
function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  const fields = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (fields !== null) return `it has ${fields[2]} fields, and ${fields[1]} are expected`;
  const complaint = line
    .replace(/^(?:[A-Z]\w* )*Error: /, '')
    .replace(/ in file "[^"]*"/, '')
    .replace(/ in (?:line|record\/value) \d+/, '')
    .replaceAll(/"?\/[^\s"]+"?/g, 'the file');
  return (complaint.split(/\. (?=Try |$)/)[0] ?? '').replace(/[.\s]+$/, '').slice(0, 300);
}

/** The column names of a Parquet file as they stand in it: the engine's reader gives the second of two equal ones another name. */
async function parquetNames(database: Database, file: EvidenceFile): Promise<string[]> {
  const schema = await database.rows(sql`select name, coalesce(num_children, 0) as children from parquet_schema(${literal(file.path)})`);
  const names: string[] = [];
  // Depth first, the root in front: what stands below a column is passed over with it.
  let at = 1;
  while (at < schema.length) {
    names.push(String(schema[at]?.['name']));
    for (let left = 1; left > 0; at += 1) left += Number(schema[at]?.['children'] ?? 0) - 1;
  }
  return names;
}
