/** The engine as an implementation to hold against the reference: the ledger is written, read, checked and reconciled as a user's would be. */
import { noCopies } from '../unit/evidence/evidence-folder.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Database, openDatabase } from '../../src/engine/database.ts';
import { type Outcome, reconcileRows } from '../../src/engine/reconcile-rows.ts';
import { openWideRun, WideDatabase } from '../../src/engine/trino/wide-database.ts';
import { collectEvidence } from '../../src/evidence/collect-evidence.ts';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { type EvidenceFile, tokenColumns } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import type { Ledger, Period } from '../../src/model/ledger.ts';
import { type Amount, formatMoney } from '../../src/model/money.ts';
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import type { WideClient, WidePlace } from '../../src/model/wide-engine.ts';
import { rowRules } from '../../src/period/period-facts.ts';
import type { ReferenceInput } from '../reference/input.ts';
import type { Told } from './against-reference.ts';
import { writeLedger, type WriteOptions } from './write-ledger.ts';

export interface EngineOptions extends WriteOptions {
  /** A cluster that the relations lie on; left out: they lie here. */
  readonly wide?: { readonly place: WidePlace; readonly client: WideClient };
}

export async function engineReconcile(input: ReferenceInput, options: EngineOptions = {}): Promise<Reconciliation> {
  return (await engineTold(input, options)).reconciliation;
}

export async function engineTold(input: ReferenceInput, options: EngineOptions = {}): Promise<Told> {
  return withEngine(input, options, ({ outcome: { observations, doubted, findings, reconciliation } }) => {
    if (reconciliation === null) throw new Error(JSON.stringify(findings));
    const facts = [...observations, ...doubted.map(({ codes, amount }) => ({ code: 'doubted', count: 1, amount, args: { codes: codes.join() } }))];
    return Promise.resolve({ reconciliation, facts });
  });
}

/** A ledger that was reconciled, while its database is open. */
export interface EngineRun {
  readonly database: Database;
  readonly outcome: Outcome;
  readonly ledger: Ledger;
  readonly period: Period;
  /** Where the database may write and read. */
  readonly folder: string;
}

/** Writes the ledger, reconciles it and hands the open database on; nothing stays behind. */
export async function withEngine<T>(input: ReferenceInput, options: EngineOptions, use: (run: EngineRun) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-random-'));
  try {
    await writeLedger(input, folder, options);
    return await reconcileFolder(folder, input, { carried: await writeCarried(input, folder), wide: options.wide }, use);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const detailColumns = [...tokenColumns, 'service_tier', 'region'] as const;

/** The open items as a close leaves them beside it; null when there are none. */
async function writeCarried({ carried }: ReferenceInput, folder: string): Promise<string | null> {
  if (carried.length === 0) return null;
  // A list is as old as its close: with what E was made of in every row, or in none.
  const isOld = carried.every(({ details }) => details === null);
  const rows = carried.map(({ requestId, providerRequestId, at, expected, details }) => {
    const cells = [requestId, providerRequestId ?? '', formatInstant(at), details?.model ?? (details === null ? 'nano' : ''), formatMoney(expected), '2026-04'];
    if (isOld) return cells;
    const primaries = details === null || details.primaries.length === 0 ? '' : JSON.stringify(details.primaries);
    return [...cells, primaries, ...detailColumns.map((column) => details?.row[column] ?? '')];
  });
  const path = join(folder, 'close-1.open.csv');
  const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
  await writeFile(
    path,
    `request_id,provider_request_id,timestamp_utc,expected_model,expected_cost,period${isOld ? '' : `,primary_mappings,${detailColumns.join()}`}\n${quoted.join('\n')}\n`,
  );
  return path;
}

/** As the close of the period would say. */
function chargedOf({ earlier }: ReferenceInput, id: string): Amount | null {
  const charged = earlier.find((one) => one.id === id)?.charged ?? null;
  return charged === null ? null : formatMoney(charged);
}

/** Every other ledger is reconciled as a large one is: few rows are computed once, many again in each statement. */
function asLarge(files: readonly EvidenceFile[], { layers }: ReferenceInput): readonly EvidenceFile[] {
  return (layers.provider?.rows.length ?? 0) % 2 === 0 ? files : files.map((file) => ({ ...file, bytes: 1_000_000_000 }));
}

interface FolderOptions {
  readonly carried: string | null;
  readonly wide: EngineOptions['wide'];
}

async function reconcileFolder<T>(root: string, input: ReferenceInput, { carried, wide }: FolderOptions, use: (run: EngineRun) => Promise<T>): Promise<T> {
  const { ledger, findings } = await readLedger(root, { asOf: input.asOf, builtInFormats });
  if (ledger === null) throw new Error(JSON.stringify(findings));
  const period = ledger.periods.find(({ id }) => id === '2026-05');
  if (period === undefined) throw new Error('no period');
  const evidence = await collectEvidence({ root, evidenceRoot: null, period, formats: ledger.formats, copyFolder: noCopies });
  const temporaryFolder = join(root, 'tmp');
  await mkdir(temporaryFolder);
  const run = wide === undefined ? null : openWideRun(wide, basename(root));
  const here = await openDatabase({
    file: ':memory:',
    temporaryFolder,
    readable: [...evidence.files.map(({ path }) => path), ...(carried === null ? [] : [carried])],
    folders: [temporaryFolder, ...(run === null ? [] : [run.folder])],
    memoryLimit: '256MB',
    maxTemporaryBytes: 100_000_000n,
    threads: 1,
    onPlan: null,
  });
  const cluster = run === null ? null : new WideDatabase(run, here);
  const database = cluster ?? here;
  try {
    const outcome = await reconcileRows(database, {
      period,
      judgedEnd: input.period.end,
      files: asLarge(evidence.files, input),
      snapshots: ledger.snapshots,
      mappings: ledger.mappings,
      contract: ledger.contract,
      asOf: input.asOf,
      ...rowRules(ledger, period, input.asOf),
      carried,
      chargedIn: (id) => Promise.resolve(chargedOf(input, id)),
      checkNames: () => [],
      onProgress: () => undefined,
    });
    return await use({ database, outcome, ledger, period, folder: temporaryFolder });
  } finally {
    await cluster?.end();
    here.close();
  }
}
