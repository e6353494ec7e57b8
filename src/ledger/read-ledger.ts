/** Reads a whole ledger: every file, every finding, the hashes of the files that it names, and the ledger itself when nothing is missing from it. */
import type { LedgerDraft, NamedFile, Part, PeriodPart } from './draft.ts';
import { fileKinds } from './file-kinds.ts';
import { FileReader } from './file-reader.ts';
import { hashFile, listFolders, listNames, listYaml, openFile, realRoot } from './ledger-files.ts';
import { readControls } from './lock/read-controls.ts';
import { ledgerRules } from './rules/ledger-rules.ts';
import { parsePeriod } from './kinds/period.ts';
import { type Format, readingMeters } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Day } from '../model/instant.ts';
import {
  drillPath,
  drillsFolder,
  folderAround,
  folderOf,
  invoiceNumberOf,
  isClosedBy,
  ledgerPath,
  periodFolder,
  periodPath,
  periodsFolder,
  periodFile,
} from '../model/layout.ts';
import type { Drill, Ledger, LedgerReading, Settings, Snapshot, UnreadPeriod } from '../model/ledger.ts';
import { posix } from 'node:path';
import { excerptOf, type LedgerDocument, placeOf, valueAt, type YamlPath } from './yaml-document.ts';

export interface ReadOptions {
  readonly asOf: Day;
  readonly builtInFormats: readonly Format[];
}

/**
 * Reads the ledger in the folder `root`. Findings are complete and sorted by file, line and column; `ledger` is null when a file that all
 * periods share could not be read; a period that could not be read whole is among its `unreadPeriods`. Throws only when `root` itself cannot be opened.
 */
export async function readLedger(root: string, options: ReadOptions): Promise<LedgerReading> {
  const reader = new FileReader(await realRoot(root));
  const draft = await readDraft(reader, options);
  const judged = ledgerRules.flatMap((rule) => rule(draft));
  const findings = boundFindings([...reader.findings, ...judged].sort(byPlace)).map((each) => withExcerpt(each, reader));
  return { ledger: ledgerOf(draft, reader), findings };
}

/** The ledger's own settings alone; null where they cannot be read, which is for `readLedger` to say. */
export async function readSettings(root: string): Promise<Settings | null> {
  const settings = await new FileReader(await realRoot(root)).require(ledgerPath('settings'), fileKinds.settings);
  return settings?.value ?? null;
}

/** The formats of a ledger that can be read, whatever else of it cannot; null where `root` holds no ledger. */
export async function readFormats(root: string): Promise<Format[] | null> {
  const reader = new FileReader(await realRoot(root));
  const settings = await openFile(reader.root, ledgerPath('settings'));
  return settings.state === 'read' ? (await formatParts(reader)).map(({ value }) => value) : null;
}

async function formatParts(reader: FileReader): Promise<Part<Format>[]> {
  return readEach(await listYaml(reader.root, folderOf('format')), (name) => reader.require(name, fileKinds.format));
}

async function readDraft(reader: FileReader, { asOf, builtInFormats }: ReadOptions): Promise<LedgerDraft> {
  const settings = await reader.require(ledgerPath('settings'), fileKinds.settings);
  const mappings = await reader.require(ledgerPath('models'), fileKinds.models);
  const contract = await reader.require(ledgerPath('contract'), fileKinds.contract);
  const snapshots = await readEach(await listYaml(reader.root, folderOf('prices')), (name) => reader.require(name, fileKinds.prices));
  const formats = await formatParts(reader);
  const folders = await readEach(await listFolders(reader.root, periodsFolder), (id) => readPeriod(reader, id));
  const drills = await readEach(await listFolders(reader.root, drillsFolder), (id) => reader.require(drillPath(id), fileKinds.drill));
  const parts = {
    snapshots: snapshots.sort((a, b) => order(a.value.id, b.value.id)),
    periods: folders.flatMap(({ part }) => part ?? []).sort((a, b) => order(a.value.start, b.value.start) || order(a.value.id, b.value.id)),
  };
  const unreadPeriods = folders.flatMap(({ unread }) => unread ?? []);
  const namedFiles = await findNamedFiles(reader.root, { ...parts, drills });
  return { asOf, settings, mappings, contract, formats, builtInFormats, drills, ...parts, unreadPeriods, namedFiles, unread: reader.unread };
}

interface ReadPeriod {
  /** null when period.yaml itself could not be read. */
  readonly part: PeriodPart | null;
  /** null when everything could be read. */
  readonly unread: UnreadPeriod | null;
}

async function readPeriod(reader: FileReader, id: string): Promise<ReadPeriod> {
  const folder = periodFolder(id);
  const file = await reader.require(periodPath({ folder }, 'period'), fileKinds.period);
  const statement = await reader.readIfThere(periodPath({ folder }, 'statement'), fileKinds.statement);
  const exceptions = await reader.readIfThere(periodPath({ folder }, 'exceptions'), fileKinds.exceptions);
  const names = await listNames(reader.root, folder);
  const invoices = await readEach(invoiceNames(names), (name) => reader.require(`${folder}/${name}`, fileKinds.invoice));
  const closed = isClosedBy(names);
  const controls = await readControls(reader, folder, names);
  const isUnread = [...reader.unread].some((name) => name.startsWith(`${folder}/`));
  const unread = isUnread ? { id, folder, closed, controls } : null;
  if (file === null) return { part: null, unread };
  const period = parsePeriod(file.value, file.document, {
    folder,
    invoices: invoices.map(({ value }) => value),
    statement: statement?.value ?? null,
    exceptions: exceptions?.value ?? [],
    closed,
    controls,
  });
  const unreadInvoices = names.filter((name) => /^invoices?(?![a-z]).*\.ya?ml$/i.test(name) && invoiceNumberOf(name) === null);
  const unreadStatements = names.filter((name) => /^statements?(?![a-z]).*\.ya?ml$/i.test(name) && name !== periodFile('statement'));
  const documents = { invoiceDocuments: invoices.map(({ document }) => document), statementDocument: statement?.document ?? null };
  return { part: { value: period, document: file.document, ...documents, unreadInvoices, unreadStatements }, unread };
}

/** In their order: `invoice.yaml`, then by number. */
function invoiceNames(names: readonly string[]): string[] {
  const numbered = names.flatMap((name) => {
    const number = invoiceNumberOf(name);
    return number === null ? [] : [{ name, number }];
  });
  return numbered.sort((a, b) => a.number - b.number).map(({ name }) => name);
}

async function readEach<Part>(names: readonly string[], read: (name: string) => Promise<Part | null>): Promise<Part[]> {
  const parts: Part[] = [];
  for (const name of names) {
    const part = await read(name);
    if (part !== null) parts.push(part);
  }
  return parts;
}

function ledgerOf(draft: LedgerDraft, reader: FileReader): Ledger | null {
  const { settings, mappings, contract } = draft;
  if (settings === null || mappings === null || contract === null || [...reader.unread].some(isShared)) return null;
  return {
    root: reader.root,
    settings: settings.value,
    mappings: mappings.value,
    contract: contract.value,
    snapshots: draft.snapshots.map((part) => part.value),
    formats: [...draft.builtInFormats.map((format) => readingMeters(format, metersOf(draft))), ...draft.formats.map((part) => part.value)],
    periods: draft.periods.map((part) => part.value).filter(({ folder }) => draft.unreadPeriods.every((unread) => unread.folder !== folder)),
    unreadPeriods: draft.unreadPeriods,
    drills: draft.drills.map((part) => part.value),
    files: [...reader.files].sort((a, b) => order(a.name, b.name)),
  };
}

/** A drill that cannot be read proves nothing and counts as missing, and of a period only that period is unread; everything else bears on every period. */
function isShared(unread: string): boolean {
  return folderAround(unread) === null;
}

function withExcerpt(found: Finding, reader: FileReader): Finding {
  if (found.source === null || found.excerpt !== null) return found;
  const document = reader.documents.get(found.source.file);
  return document === undefined ? found : { ...found, excerpt: excerptOf(document.text, document.lines.lineStarts, found.source) };
}

function byPlace(a: Finding, b: Finding): number {
  const [left, right] = [a.source, b.source];
  if (left === null || right === null) return order(left === null ? 1 : 0, right === null ? 1 : 0);
  return order(left.file, right.file) || left.line - right.line || left.column - right.column || order(a.code, b.code);
}

function order<Key extends string | number | bigint>(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Findings of one code in one file that are kept one by one. */
const maxAlike = 1000;

/** Findings in their order; of those beyond the limit the first stays, with the count of all that it stands for. */
function boundFindings(findings: readonly Finding[]): Finding[] {
  const alike = new Map<string, number>();
  const kept: Finding[] = [];
  const standing = new Map<string, number>();
  for (const found of findings) {
    const key = `${found.code} ${found.severity} ${found.source?.file}`;
    const before = alike.get(key) ?? 0;
    alike.set(key, before + 1);
    if (before === maxAlike) standing.set(key, kept.length);
    if (before <= maxAlike) kept.push(found);
    else count(kept, standing.get(key), found);
  }
  return kept;
}

function count(kept: Finding[], index: number | undefined, found: Finding): void {
  const last = index === undefined ? undefined : kept[index];
  if (index === undefined || last === undefined) return;
  // The amount is that of one place only; a sum would claim more than was said.
  kept[index] = { ...last, count: last.count + found.count };
}

interface Naming {
  readonly snapshots: readonly Part<Snapshot>[];
  readonly periods: readonly PeriodPart[];
  readonly drills: readonly Part<Drill>[];
}

/** Looks at every named file, in the order of the parts. Paths are relative to the folder of the file that names them. */
async function findNamedFiles(root: string, { snapshots, periods, drills }: Naming): Promise<NamedFile[]> {
  const named: NamedFile[] = [];
  for (const { document } of snapshots) named.push(...(await lookAt(root, document, ['evidence'])));
  for (const { value, document, invoiceDocuments, statementDocument } of periods) {
    for (const invoice of invoiceDocuments) named.push(...(await lookAt(root, invoice, ['document'])), ...(await lookAt(root, invoice, ['fx'], 'source')));
    if (statementDocument !== null) {
      for (const reading of ['opening', 'closing']) named.push(...(await lookAt(root, statementDocument, [reading, 'source'])));
    }
    for (const index of value.references.keys()) named.push(...(await lookAt(root, document, ['references', index])));
  }
  for (const { document } of [...periods, ...drills]) {
    for (const path of ratePaths(document)) named.push(...(await lookAt(root, document, path, 'source')));
  }
  return named;
}

/** Where a period or drill states its rates: one, or a list of them. */
function ratePaths(document: LedgerDocument): YamlPath[] {
  const stated = valueAt(document, ['fx']);
  return Array.isArray(stated) ? stated.map((_, index) => ['fx', index]) : [['fx']];
}

/** `key` is the member that names the file. */
async function lookAt(root: string, document: LedgerDocument, path: YamlPath, key = 'file'): Promise<NamedFile[]> {
  const file = valueAt(document, [...path, key]);
  const declared = valueAt(document, [...path, 'sha256']);
  if (typeof file !== 'string' || typeof declared !== 'string') return [];
  const name = posix.join(posix.dirname(document.name), file);
  const opened = await hashFile(root, name);
  const found = opened.state === 'read' ? opened.content : opened.state;
  return [{ name, declared, source: placeOf(document, [...path, typeof found === 'string' ? key : 'sha256']), found }];
}

/** The names of all that any snapshot counts beside tokens. */
function metersOf({ snapshots }: LedgerDraft): string[] {
  return snapshots.flatMap(({ value }) => [...value.meters.keys()]);
}
