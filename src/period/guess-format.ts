/** Guesses the format of an export: what it fits already, else a new format file with placeholders and a preview through the engine, as a run would read it. */
import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ParquetSample, previewRows, type RowPreview, sampleParquet } from '../engine/reading/preview-rows.ts';
import { checkNames, namesChecked } from '../evidence/check-names.ts';
import { readFound } from '../evidence/collect-evidence.ts';
import { defaultLimits } from '../evidence/evidence-limits.ts';
import { type FileKind, kindByName } from '../evidence/file-kind.ts';
import { builtInFormats } from '../evidence/formats/built-in-formats.ts';
import { guessFormat } from '../evidence/guess/guess-format.ts';
import type { SampleTable } from '../evidence/guess/sample-table.ts';
import { parquetTable, textTable } from '../evidence/guess/text-table.ts';
import { makeOwnFolder } from '../host/own-folder.ts';
import { formatText, meanwhileFormat } from '../ledger/new/format-text.ts';
import { writeNewFiles } from '../ledger/new/write-new-files.ts';
import { readFormats } from '../ledger/read-ledger.ts';
import type { Format, Layer } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { FormatDraft } from '../model/format-draft.ts';
import { ledgerPath } from '../model/layout.ts';
import { notThere } from '../model/not-there.ts';
import { UserError } from '../model/user-error.ts';
import type { RunSettings } from './period-facts.ts';
import { type ReadableFile, withDatabase } from './with-database.ts';

export interface GuessRequest {
  /** Absolute. */
  readonly file: string;
  readonly ledger: string;
  /** null: after the file. */
  readonly name: string | null;
  /** null: that of the provider; what fits already is asked of every layer. */
  readonly layer: Layer | null;
}

export interface FormatGuess {
  /** A format that reads the file as it is; then nothing was written. */
  readonly fits: { readonly format: string; readonly layer: Layer } | null;
  /** POSIX name relative to the ledger. */
  readonly written: string | null;
  readonly layer: Layer;
  readonly draft: FormatDraft;
  readonly preview: RowPreview;
}

const previewed = 5;
const parquetRows = 1000;

/** Throws a `UserError`, and writes nothing, where the file cannot be sampled or the name is taken. */
export async function guessFormatOf(request: GuessRequest, settings: RunSettings): Promise<FormatGuess> {
  const { file, kind } = await findFile(request.file);
  const own = await readFormats(request.ledger);
  if (own === null) throw new UserError('There is no ledger here to write a format into.', 'Name the folder that holds trueup.yaml with --ledger.');
  const formats = [...builtInFormats, ...own];
  const table = await tableOf(file, kind, settings);
  const fits = await findFitting(file, { formats, table, layers: request.layer === null ? ['provider', 'application', 'gateway'] : [request.layer] }, settings);
  const layer = request.layer ?? 'provider';
  if (fits !== null) return { fits, written: null, layer: fits.layer, draft: { lines: [], notes: [] }, preview: fits.preview };
  const name = nameOf(request, formats);
  const draft = guessFormat(table, layer);
  const path = ledgerPath('format', name);
  if ((await stat(join(request.ledger, path)).catch(notThere)) !== null) throw taken(name);
  await write(request.ledger, path, formatText(name, draft));
  const { format, findings } = meanwhileFormat(name, draft);
  const read = format === null ? nothing(findings) : await readThrough(file, format, layer, settings);
  return { fits: null, written: path, layer, draft, preview: { ...read, findings: read.findings.filter((found) => !restsOnOpen(found, draft)) } };
}

interface ExportFile {
  readonly realPath: string;
  readonly name: string;
  readonly bytes: number;
}

async function findFile(path: string): Promise<{ readonly file: ExportFile; readonly kind: FileKind }> {
  const realPath = await realpath(path).catch(notThere);
  const found = realPath === null ? null : await stat(realPath);
  if (realPath === null || found === null || !found.isFile()) throw new UserError(`There is no file ${path}.`, 'Name an export.');
  const kind = kindByName(basename(path));
  if (kind !== null) return { file: { realPath, name: basename(path), bytes: found.size }, kind };
  throw new UserError(
    `${basename(path)} ends in nothing that is read.`,
    'Give it the ending of what it is: .csv, .json, .jsonl or .parquet, packed as .gz or .zst. A table of another ending, such as .txt or .tsv, is .csv.',
  );
}

async function write(ledger: string, path: string, text: string): Promise<void> {
  await writeNewFiles(ledger, new Map([[path, text]])).catch((cause: unknown) => {
    throw cause instanceof UserError ? new UserError(cause.message, 'Name a ledger that can be written with --ledger.', { cause }) : cause;
  });
}

/** A name of a format, made of that of the file. */
function nameOf({ name, file }: GuessRequest, formats: readonly Format[]): string {
  const made = (basename(file).split('.')[0] ?? '').replaceAll(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const chosen = name ?? (made.slice(0, 100) || 'guessed');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(chosen)) throw new UserError('That is no name of a format.', 'Use letters, digits, ".", "_" and "-".');
  if (formats.some((format) => format.name === chosen)) throw taken(chosen);
  return chosen;
}

function taken(name: string): UserError {
  return new UserError(`There is a format ${name} already; nothing is overwritten.`, 'Name another one with --name.');
}

async function tableOf(file: ExportFile, { container, compression }: FileKind, settings: RunSettings): Promise<SampleTable> {
  if (container !== 'parquet') return textTable(file.realPath, { container, compression });
  const { columns, isWhole } = await withDatabase(settings, [readable(file)], null, (database) => sampleParquet(database, file.realPath, parquetRows)).catch(
    (cause: unknown): ParquetSample => {
      throw new UserError('The Parquet file cannot be read.', 'Export it again.', { cause });
    },
  );
  return parquetTable(columns, isWhole);
}

function readable({ realPath, bytes }: ExportFile): ReadableFile {
  return { path: realPath, bytes, compression: 'none' };
}

interface FitSearch {
  readonly formats: readonly Format[];
  readonly table: SampleTable;
  readonly layers: readonly Layer[];
}

/** The first format of which the file lacks no column and whose rows all read. */
async function findFitting(file: ExportFile, { formats, table, layers }: FitSearch, settings: RunSettings) {
  const names = [...new Set(table.columns.map(({ source }) => source.replace(/(?<=.):\$.*$/s, '')))];
  for (const layer of layers) {
    for (const format of formats) {
      // A name that `trueup` does not know may be the amount under another name.
      if (checkNames(names, format, layer).some(({ severity, problem }) => severity === 'inconclusive' || problem === 'unknown-column')) continue;
      const preview = await readThrough(file, format, layer, settings);
      if (isRead(preview)) return { format: format.name, layer, preview };
    }
  }
  return null;
}

export function isRead({ findings }: Pick<RowPreview, 'findings'>): boolean {
  return findings.every(({ severity }) => severity !== 'inconclusive');
}

/** Checks, copies and loads the file as a run does. */
async function readThrough(file: ExportFile, format: Format, layer: Layer, settings: RunSettings): Promise<RowPreview> {
  const folder = await makeOwnFolder(settings.temporaryRoot, 'guess');
  try {
    const reading = { formats: [format], copyFolder: async () => folder.path, layer, format: format.name };
    const checked = await readFound(file, reading, defaultLimits, 'copy');
    const evidence = checked.file;
    if (evidence === null || !isRead(checked)) return nothing(checked.findings);
    const read = await withDatabase(settings, [evidence], null, async (database) =>
      previewRows(database, evidence, previewed, { checkNames: namesChecked, onRows: () => undefined }),
    );
    return { ...read, findings: [...checked.findings, ...read.findings] };
  } finally {
    await folder.remove();
  }
}

function nothing(findings: readonly Finding[]): RowPreview {
  return { columns: [], rows: [], count: 0, findings };
}

/** A complaint about a column whose placeholder nobody has replaced yet. */
function restsOnOpen({ args }: Finding, { lines }: FormatDraft): boolean {
  const { column, place } = args as Readonly<Record<string, string | undefined>>;
  return lines.some(({ open }) => open?.columns.some((open) => open === column || open === place) ?? false);
}
