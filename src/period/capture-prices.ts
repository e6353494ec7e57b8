/** Captures a price list as a new snapshot of a ledger: the bytes of a host or a file, what they say of the ledger's models, and what they do not say. */
import { readFile, stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { openHost, type Patience } from '../capture/ask-host.ts';
import { type ChosenRows, chooseRows } from '../capture/prices/choose-rows.ts';
import { odditiesOf } from '../capture/prices/known-oddities.ts';
import { priceSources, readSource } from '../capture/prices/price-sources.ts';
import type { PriceSourceName } from '../capture/prices/price-source.ts';
import { openFile } from '../ledger/ledger-files.ts';
import { addSnapshot, freeSnapshotName } from '../ledger/new/add-snapshot.ts';
import { snapshotText } from '../ledger/new/snapshot-text.ts';
import type { Capture, CapturedRow } from '../model/captured-prices.ts';
import { startOfDay, type Day } from '../model/instant.ts';
import { folderOf } from '../model/layout.ts';
import type { Ledger, Snapshot } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';
import { isPlaceholder } from '../model/placeholder.ts';
import { sha256Of } from '../model/sha256.ts';
import { providerOf, snapshotsInOrder } from '../model/snapshot-id.ts';
import { UserError } from '../model/user-error.ts';
import { validateLedger } from './reconcile.ts';

/** Larger answers are refused, as those of a host are. */
const longestSource = 64 * 1024 * 1024;

export interface CaptureRequest {
  readonly source: PriceSourceName;
  /** The folder below `prices/`; null = named after the source. */
  readonly provider: string | null;
  /** A saved answer; null = the host is asked. */
  readonly from: string | null;
  /** null = the source's own. */
  readonly baseUrl: string | null;
  readonly group: string;
  readonly capturedBy: string;
  readonly asOf: Day;
  readonly names: ReadonlyMap<string, string>;
  readonly others: 'none' | 'all';
  /** `changed`: nothing is written when the latest snapshot was read from an answer that says the same. */
  readonly write: 'always' | 'changed';
}

/** Throws a `UserError`, and writes nothing, when the ledger, the host or what it sends cannot be read. */
export async function capturePrices(ledgerRoot: string, request: CaptureRequest, patience: Patience): Promise<Capture> {
  const { ledger } = await validateLedger(ledgerRoot, request.asOf);
  if (ledger === null) throw new UserError('The ledger cannot be read.', 'Correct what `trueup validate` says first.');
  const provider = request.provider ?? request.source;
  const latest = latestOf(ledger, provider);
  const sourceUrl = urlOf(request);
  const bytes = request.from === null ? await ask(sourceUrl, patience) : await readSaved(request.from);
  const { remarks, chosen } = choose(ledger, request, bytes);
  const oddities = chosen.rows.flatMap(({ billableModel }) => odditiesOf(request.source, nameIn(request, billableModel), request.asOf));
  const sha256 = sha256Of(bytes);
  const common = { ...chosen, before: latest?.id ?? null, sourceUrl, sha256, oddities, remarks };
  if (request.write === 'changed' && latest !== null && (await saysTheSame(ledger, latest, request, chosen))) return { ...common, id: null, written: [] };
  const name = await freeSnapshotName(ledger.root, provider, request.asOf, priceSources[request.source].extension);
  const evidence = { file: basename(name.evidence), sha256 };
  const notes = notesOf(common);
  const text = snapshotText({ id: name.id, sourceUrl, accessedAt: request.asOf, capturedBy: request.capturedBy, evidence, notes, rows: chosen.rows });
  await addSnapshot(ledger.root, name, text, bytes);
  return { ...common, id: name.id, written: [name.evidence, name.file] };
}

function latestOf({ snapshots }: Ledger, provider: string): Snapshot | null {
  return snapshotsInOrder(snapshots, ({ id }) => id).findLast(({ id }) => providerOf(id) === provider) ?? null;
}

function urlOf({ source, baseUrl }: CaptureRequest): string {
  const { baseUrl: own, path } = priceSources[source];
  const base = baseUrl ?? own;
  if (base === null) {
    throw new UserError(`The source ${source} has no address of its own.`, `Name ${path === '' ? 'that of the page' : 'the host'} with --base-url.`);
  }
  const url = base.replace(/\/+$/, '') + path;
  const parsed = URL.canParse(url) && url.length <= 1000 ? new URL(url) : null;
  if (parsed === null || !/^https?:\/\/[\x21-\x7e]+$/.test(url)) throw new UserError('The base URL is no address.', 'Name https://<host>.');
  if (parsed.username !== '' || parsed.password !== '')
    throw new UserError('The base URL holds a user or a password.', 'Leave them out: it is written into the snapshot.');
  return url;
}

async function ask(url: string, patience: Patience): Promise<Buffer> {
  return (await openHost({ baseUrl: url, headers: {}, patience }).get('')).bytes;
}

async function readSaved(file: string): Promise<Buffer> {
  const stats = await stat(file).catch(notThere);
  if (stats === null || !stats.isFile()) throw new UserError('There is no file to read prices from.', 'Name a saved answer with --from.');
  if (stats.size > longestSource) throw new UserError('The file is larger than any price list.', `Name a file of at most ${longestSource} bytes.`);
  return readFile(file);
}

function choose(ledger: Ledger, request: CaptureRequest, bytes: Uint8Array): { readonly remarks: readonly string[]; readonly chosen: ChosenRows } {
  const reading = readSource(request.source, bytes, { day: request.asOf, group: request.group });
  const mappings = ledger.mappings.filter(({ billableModel }) => !isPlaceholder(billableModel));
  if (mappings.length === 0 && request.others === 'none') {
    throw new UserError(
      'models.yaml names no billable model whose price could be captured.',
      'Name those that the provider bills, or take every model with --all.',
    );
  }
  const inForce = new Set(mappings.filter(({ to }) => to === null || to > startOfDay(request.asOf)).map(({ billableModel }) => billableModel));
  const retired = new Set(mappings.map(({ billableModel }) => billableModel).filter((model) => !inForce.has(model)));
  return {
    remarks: reading.remarks,
    chosen: chooseRows(reading, { models: [...inForce], retired: [...retired], names: request.names, others: request.others }),
  };
}

function nameIn({ names }: CaptureRequest, billableModel: string): string {
  return names.get(billableModel) ?? billableModel;
}

/** Held against the bytes that the latest was read from, since people write into a snapshot what they looked up. It must price what the ledger needs now. */
async function saysTheSame({ root, ...ledger }: Ledger, latest: Snapshot, request: CaptureRequest, now: ChosenRows): Promise<boolean> {
  const file = evidenceOf({ root, ...ledger }, latest);
  const opened = file === null ? null : await readEvidence(root, file);
  if (opened === null || now.rows.some(({ billableModel }) => latest.prices.every((row) => row.billableModel !== billableModel))) return false;
  try {
    const { chosen } = choose({ root, ...ledger }, request, opened);
    return isSame(chosen.rows, now.rows);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function isSame(a: readonly CapturedRow[], b: readonly CapturedRow[]): boolean {
  const facts = {
    id: 'same/2000-01-01',
    sourceUrl: 'same',
    accessedAt: '2000-01-01',
    capturedBy: 'same',
    evidence: { file: 'same', sha256: '0'.repeat(64) },
    notes: [],
  };
  const [one, other] = [a, b].map((rows) => snapshotText({ ...facts, rows }));
  return one === other;
}

function evidenceOf({ files }: Ledger, { source }: Snapshot): string | null {
  const document = files.find(({ name }) => name === source.file)?.document as { readonly evidence?: { readonly file?: unknown } } | undefined;
  const file = document?.evidence?.file;
  return typeof file === 'string' ? posix.join(posix.dirname(source.file), file) : null;
}

async function readEvidence(root: string, file: string): Promise<Buffer | null> {
  if (!file.startsWith(`${folderOf('prices')}/`)) return null;
  const opened = await openFile(root, file, longestSource);
  return opened.state === 'read' ? opened.content : null;
}

/** What whoever signs the snapshot must know, gravest first. */
function notesOf({ remarks, missing, gone, oddities, rows }: Pick<Capture, 'remarks' | 'missing' | 'gone' | 'oddities' | 'rows'>): string[] {
  return [
    ...missing.map(({ model }) => `${model}: the source has no one price of it`),
    ...rows.flatMap(({ billableModel, problems }) => problems.map((problem) => `${billableModel}: ${problem}`)),
    ...oddities.map(({ model, says, reference }) => `Known of ${model}: ${says} (${reference})`),
    ...remarks,
    ...gone.map((model) => `${model}: no mapping in force needs it, and the source no longer has it`),
    ...rows.flatMap(({ billableModel, remarks: own }) => own.map((remark) => `${billableModel}: ${remark}`)),
  ];
}
