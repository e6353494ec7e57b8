/**
 * The files of a ledger, one row for each kind: where it lies and what rests on it. Nothing else knows: changed paths, the cache of facts, the digest of a
 * run's inputs, closes, audit, the rules of base and copies of a ledger are all derived from it. Pure.
 */
import type { CloseFileRole } from './close.ts';
import { formatNames, type Period } from './ledger.ts';

interface LedgerFileKind {
  /** POSIX path relative to the ledger: `*` stands for one name or number, `**` for any path. */
  readonly path: string;
  /** Every period's, that of the periods that name it, of the one period or of the one drill in whose folder it lies. */
  readonly of: 'ledger' | 'naming' | 'period' | 'drill';
  /** The members by which rows are read; `except`: all others. */
  readonly rows: 'all' | 'none' | { readonly only: string } | { readonly except: readonly string[] };
  /** Whether results rest on it, so that its content enters the digest of their inputs. */
  readonly judged: boolean;
  /** What it is to a close; null: a close names no such file. */
  readonly close: CloseFileRole | null;
  /** Rules that a change edits are base's until it is merged: the file as a whole, or some of its members. */
  readonly rules: 'whole' | 'members' | 'none';
  /** Whether the audit remarks that it was edited together with the close that it lets through. */
  readonly lenient: boolean;
  /** Whether `freeze`, `close` and `reopen` write it, and nobody else. */
  readonly sealed: boolean;
}

const kinds = {
  settings: { path: 'trueup.yaml', of: 'ledger', rows: 'none', judged: true, close: 'policy', rules: 'whole', lenient: true, sealed: false },
  contract: { path: 'contract.yaml', of: 'ledger', rows: { only: 'billing' }, judged: true, close: 'contract', rules: 'whole', lenient: true, sealed: false },
  models: { path: 'models.yaml', of: 'ledger', rows: 'all', judged: true, close: 'mappings', rules: 'members', lenient: true, sealed: false },
  prices: { path: 'prices/**.yaml', of: 'naming', rows: 'all', judged: true, close: 'snapshot', rules: 'none', lenient: false, sealed: false },
  format: { path: 'formats/**.yaml', of: 'naming', rows: 'all', judged: true, close: 'format', rules: 'whole', lenient: false, sealed: false },
  period: {
    path: 'periods/*/period.yaml',
    of: 'period',
    rows: { except: ['stage', 'invoice_id', 'references'] },
    judged: true,
    close: 'period',
    rules: 'members',
    lenient: false,
    sealed: false,
  },
  invoice: { path: 'periods/*/invoice.yaml', of: 'period', rows: 'none', judged: true, close: 'invoice', rules: 'none', lenient: false, sealed: false },
  furtherInvoice: {
    path: 'periods/*/invoice-*.yaml',
    of: 'period',
    rows: 'none',
    judged: true,
    close: 'invoice',
    rules: 'none',
    lenient: false,
    sealed: false,
  },
  statement: {
    path: 'periods/*/statement.yaml',
    of: 'period',
    // Rows are asked which of them lie between the readings; what moved the balance beside them concerns no row.
    rows: { except: ['movements'] },
    judged: true,
    close: 'statement',
    rules: 'none',
    lenient: false,
    sealed: false,
  },
  exceptions: { path: 'periods/*/exceptions.yaml', of: 'period', rows: 'all', judged: true, close: 'exceptions', rules: 'whole', lenient: true, sealed: false },
  lock: { path: 'periods/*/evidence.lock', of: 'period', rows: 'all', judged: false, close: 'lock', rules: 'none', lenient: false, sealed: true },
  close: { path: 'periods/*/close-*.yaml', of: 'period', rows: 'all', judged: false, close: null, rules: 'none', lenient: false, sealed: true },
  kept: { path: 'periods/*/results/close-*/*', of: 'period', rows: 'none', judged: false, close: null, rules: 'none', lenient: false, sealed: true },
  reopen: { path: 'periods/*/reopen-*.yaml', of: 'period', rows: 'all', judged: false, close: null, rules: 'none', lenient: false, sealed: true },
  drill: { path: 'drills/*/drill.yaml', of: 'drill', rows: 'none', judged: false, close: 'other', rules: 'none', lenient: false, sealed: false },
} as const satisfies Readonly<Record<string, LedgerFileKind>>;

type KindName = keyof typeof kinds;
type Of<Place extends LedgerFileKind['of']> = { [Name in KindName]: (typeof kinds)[Name]['of'] extends Place ? Name : never }[KindName];

/** By name. A row more is a kind more: whoever asks goes through it anew. */
export const layout: Readonly<Record<string, LedgerFileKind>> = kinds;

/** The folder that holds the periods, and that of the drills. */
export const [periodsFolder, drillsFolder] = [rootOf(kinds.period), rootOf(kinds.drill)];

/** The file that makes a folder a ledger. */
export const ledgerMark = kinds.settings.path;

/** The path of a file that all periods share, or that of a snapshot by its id and of a format by its name. */
export function ledgerPath(kind: Of<'ledger'>): string;
export function ledgerPath(kind: Of<'naming'>, id: string): string;
export function ledgerPath(kind: Of<'ledger' | 'naming'>, id = ''): string {
  return kinds[kind].path.replace('**', id);
}

/** The folder of the files of this kind. */
export function folderOf(kind: Of<'naming'>): string {
  return rootOf(kinds[kind]);
}

/** The path of a file in the folder of a period; `number` for a close or reopening. */
export function periodPath({ folder }: Pick<Period, 'folder'>, kind: Of<'period'>, number = ''): string {
  return `${folder}/${periodFile(kind, number)}`;
}

/** Its name in that folder. */
export function periodFile(kind: Of<'period'>, number: string | number = ''): string {
  return (kinds[kind].path.split('/').at(-1) ?? '').replace('*', String(number));
}

/** The folder of a period by its id. */
export function periodFolder(id: string): string {
  return `${periodsFolder}/${id}`;
}

/** The folder of a drill by its id, and the file that says what it is. */
export function drillFolder(id: string): string {
  return `${drillsFolder}/${id}`;
}
export function drillPath(id: string): string {
  return kinds.drill.path.replace('*', id);
}

/** The kind of a path relative to the ledger; null for what is no ledger file. */
export function kindOf(path: string): string | null {
  return Object.entries(layout).find(([, { path: pattern }]) => expression(pattern).test(path))?.[0] ?? null;
}

/** Whether the path is that of a file of this kind. */
export function isKind(path: string, ...names: readonly KindName[]): boolean {
  return (names as readonly (string | null)[]).includes(kindOf(path));
}

/** Whether a path relative to the ledger is one that reading and judging it may open: a ledger file, or anything in a folder that holds such. */
export function bearsOnLedger(path: string): boolean {
  const [first = '', ...rest] = path.split('/');
  return Object.values(layout).some((kind) => rootOf(kind) === first && (rest.length === 0 || kind.path !== first));
}

/** The same of what a run of a period may open: drills have runs of their own. */
export function bearsOnPeriods(path: string): boolean {
  return bearsOnLedger(path) && path.split('/')[0] !== drillsFolder;
}

/** Whether the file bears on the period: it is every period's, one that the period names, or lies in its folder. */
export function bearsOn(period: Pick<Period, 'folder' | 'prices' | 'evidence'>, path: string): boolean {
  const kind = rowOf(path);
  if (kind === null) return false;
  if (kind.of === 'naming') return namedBy(period).includes(path);
  return kind.of === 'ledger' || (kind.of === 'period' && path.startsWith(`${period.folder}/`));
}

/** The snapshots and formats that a period names, as paths. */
function namedBy({ prices, evidence }: Pick<Period, 'prices' | 'evidence'>): string[] {
  return [...prices.map(({ snapshot }) => ledgerPath('prices', snapshot)), ...evidence.flatMap(formatNames).map((format) => ledgerPath('format', format))];
}

/** Where a period has the files of the kinds that are asked for, in the order of the table; of those that are numbered, none. */
export function pathsFor(period: Pick<Period, 'folder' | 'prices' | 'evidence'>, wanted: (kind: LedgerFileKind) => boolean): string[] {
  const named = namedBy(period);
  const paths = Object.values(layout)
    .filter(wanted)
    .flatMap((kind) => {
      if (kind.of === 'naming') return named.filter((path) => rowOf(path) === kind);
      if (kind.of === 'ledger') return [kind.path];
      const path = kind.of === 'period' ? kind.path.replace(`${periodsFolder}/*`, period.folder) : '*';
      return path.includes('*') ? [] : [path];
    });
  return [...new Set(paths)];
}

/** The row of the file's kind; null for what is no ledger file. */
export function rowOf(path: string): LedgerFileKind | null {
  const name = kindOf(path);
  return name === null ? null : (layout[name] ?? null);
}

/** The period or drill in whose folder something lies, as that folder; null for what is shared. */
export function folderAround(path: string): string | null {
  const [first, second] = path.split('/');
  return second !== undefined && (first === periodsFolder || first === drillsFolder) ? `${first}/${second}` : null;
}

/** Which invoice of its period a name says: 0 for `invoice.yaml`, n for `invoice-<n>.yaml`; null for other names. */
export function invoiceNumberOf(file: string): number | null {
  const [found, number] = /^invoice(?:-([1-9]\d{0,5}))?\.yaml$/.exec(file) ?? [];
  return found === undefined ? null : Number(number ?? 0);
}

/** Whether a path is that of an invoice. */
export function isInvoice(path: string): boolean {
  return isKind(path, 'invoice', 'furtherInvoice');
}

const record = /^(close|reopen)-(\d{1,6})\.yaml$/;

/** The number of a close or reopening by its file's name; null for other names. */
export function recordOf(file: string): { readonly verb: 'close' | 'reopen'; readonly number: number } | null {
  const [, verb, number] = record.exec(file) ?? [];
  return verb === undefined ? null : { verb: verb === 'close' ? 'close' : 'reopen', number: Number(number) };
}

/** Whether these names of a period's folder say that it is closed: by a close that no reopening of the same or a higher number takes back. */
export function isClosedBy(names: readonly string[]): boolean {
  const latest = (verb: 'close' | 'reopen'): number => Math.max(0, ...names.map(recordOf).map((each) => (each?.verb === verb ? each.number : 0)));
  return latest('close') > latest('reopen');
}

function rootOf({ path }: Pick<LedgerFileKind, 'path'>): string {
  return path.split('/')[0] ?? '';
}

function expression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\.yaml$|\*)/).map((part) => (part === '*' ? '[^/]+' : part === '**.yaml' ? '.+\\.ya?ml' : part.replaceAll('.', '\\.')));
  return new RegExp(`^${parts.join('')}$`);
}

/** The part of a repository path below the folder; null when it is elsewhere. */
export function pathBelow(path: string, folder: string): string | null {
  if (folder === '.') return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** The path of a name in the folder. */
export function pathIn(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}
