/** Writes the auditor's packet of a period: its outputs, the files that they rest on, where the evidence comes from, who approved, and the script that computes all again. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Database } from '../engine/database.ts';
import { readCompleteness } from '../engine/completeness.ts';
import type { Audit } from '../model/audit.ts';
import { csvField } from '../model/csv.ts';
import { closeInForce } from '../model/close.ts';
import { bearsOn } from '../model/layout.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import type { LedgerFile } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';
import { parsePull, pullRecord } from '../model/pull.ts';
import { sha256Of } from '../model/sha256.ts';
import { UserError } from '../model/user-error.ts';
import { exporters } from '../report/exports/exporters.ts';
import type { ExportSource } from '../report/exports/export-source.ts';
import { type BroughtBy, ipeCsv, ipeMarkdown, type IpeSource } from '../report/packet/ipe-sheet.ts';
import { reperformScript } from '../report/packet/reperform-script.ts';
import { reperformTerms } from '../report/packet/reperform-terms.ts';
import { renderAuditMarkdown } from '../report/render-audit.ts';
import { renderDocument } from '../report/render-document.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { beginOutputs } from '../report/write-outputs.ts';
import { auditLedger } from './audit-ledger.ts';
import { type Exported, writeExport } from './export-period.ts';
import { exportSource, manifestInputs } from './export-source.ts';
import type { PeriodFacts, PeriodTask } from './period-facts.ts';
import { type JudgedPeriod, periodNamed, type RunOptions, runPeriod, validateLedger } from './reconcile.ts';

/** The kinds of export that a packet holds as well, as far as they are there. */
const packetKinds: readonly string[] = ['html', 'xlsx'];

export interface PacketOptions extends RunOptions {
  /** For git, which gets the little that it needs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Puts `<out>/<period>-packet` in the place of an earlier one, whole or not at all. */
export async function writePacket(options: PacketOptions): Promise<Exported> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { verdict: 'inconclusive', files: [], findings };
  const period = periodNamed(ledger, options.periods[0] ?? '');
  const task: PeriodTask = { ledger, findings, period, settings: { ...options, lineFiles: ['lines.parquet', 'lines.csv'] } };
  const outputs = await beginOutputs(resolve(options.out), `${period.id}-packet`);
  try {
    const audit = await auditOf(options, period.id);
    const run = await runPeriod(task, outputs, (judged, facts, database) => writeParts({ task, folder: outputs.folder, audit, judged, facts, database }));
    await outputs.commit();
    return { verdict: run.result.verdict, files: [join(options.out, `${period.id}-packet`)], findings: [] };
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}

/** The trail of the period as git alone knows it; null where the ledger is in no repository, or nothing is committed. */
async function auditOf({ ledgerRoot, asOf, toolVersion, environment }: PacketOptions, period: string): Promise<Audit | null> {
  try {
    return await auditLedger({ ledgerRoot, period, asOf, toolVersion, environment, host: null });
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

interface Parts {
  readonly task: PeriodTask;
  readonly folder: string;
  readonly audit: Audit | null;
  readonly judged: JudgedPeriod;
  readonly facts: PeriodFacts;
  readonly database: Database;
}

async function writeParts(parts: Parts): Promise<void> {
  const { task, folder } = parts;
  const source = exportSource(task, parts.facts, parts.judged, parts.database);
  for (const { files } of exporters.filter(({ kind }) => packetKinds.includes(kind))) await writeEach(folder, files, source);
  await writeFile(join(folder, 'files.csv'), await copyLedgerFiles(parts));
  const ipe = await ipeSource(parts);
  await writeFile(join(folder, 'ipe.csv'), scrubSecrets(ipeCsv(ipe)));
  await writeFile(join(folder, 'ipe.md'), scrubSecrets(ipeMarkdown(ipe)));
  await writeFile(join(folder, 'approvals.md'), scrubSecrets(approvalsText(parts)));
  if (parts.audit !== null) await writeFile(join(folder, 'approvals.json'), renderDocument(parts.audit));
  await writeFile(join(folder, 'reperform.json'), reperformTerms(task.ledger, task.period, source.result));
  await writeFile(join(folder, 'reperform.py'), reperformScript);
}

async function writeEach(folder: string, files: (typeof exporters)[number]['files'], source: ExportSource): Promise<void> {
  for (const file of files) await writeExport(folder, file, source);
}

/** Copies the ledger files that bear on the period, and those that freezing and closing it left, as they are; returns the list of them. */
async function copyLedgerFiles({ task: { ledger, period }, folder }: Parts): Promise<string> {
  const { lock, closes, reopens } = period.controls;
  const sealed = [lock, ...closes, ...reopens, ...closes.flatMap(({ openItems, results }) => [openItems, ...results])].flatMap((one) =>
    one === null ? [] : [one],
  );
  const read = ledger.files.filter(({ name }) => bearsOn(period, name));
  const expected = new Map([...read, ...sealed].map(({ name, sha256 }: Pick<LedgerFile, 'name' | 'sha256'>) => [name, sha256]));
  const lines: string[] = [];
  for (const [name, sha256] of [...expected].sort(([a], [b]) => compareCodePoints(a, b))) {
    const content = await readFile(join(ledger.root, name));
    if (sha256Of(content) !== sha256) throw new UserError(`${name} changed while the packet was written.`, 'Run the command again when nobody writes there.');
    await mkdir(dirname(join(folder, 'ledger', name)), { recursive: true });
    await writeFile(join(folder, 'ledger', name), content);
    lines.push([csvField(name), String(content.length), sha256, gitBlob(content)].join(','));
  }
  return `${['file,bytes,sha256,git_blob_sha1', ...lines].join('\n')}\n`;
}

/** The id that git gives the content. */
function gitBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function ipeSource({ task: { ledger, period, settings }, audit, judged, facts, database }: Parts): Promise<IpeSource> {
  const terms = facts.outcome?.terms ?? null;
  const record = await readFile(
    join(settings.evidenceRoot === null ? join(ledger.root, period.folder) : join(settings.evidenceRoot, period.id), pullRecord),
    'utf8',
  ).catch(notThere);
  return {
    period,
    judgedEnd: facts.judgedEnd,
    result: judged.result,
    layers: terms === null || facts.outcome === null ? null : await readCompleteness(database, terms, facts.outcome.loaded),
    inputs: manifestInputs(ledger, facts),
    pull: record === null ? null : parsePull(record),
    lock: period.controls.lock,
    brought: broughtBy(audit, period.folder),
  };
}

/** Paths of an audit are relative to the repository; the name in the ledger begins with the folder of the period. */
function broughtBy(audit: Audit | null, folder: string): ReadonlyMap<string, BroughtBy> {
  const [period] = audit?.periods ?? [];
  if (period === undefined) return new Map();
  return new Map(
    period.files.flatMap(({ file, kind, touches }) => {
      const commit = period.commits.find((one) => one.commit === touches[0]?.commit);
      const start = file.lastIndexOf(`${folder}/`);
      if (kind !== 'own' || commit === undefined || start < 0) return [];
      const { name, email } = commit.author;
      return [[file.slice(start), { name, email, when: commit.authored, commit: commit.commit }] as const];
    }),
  );
}

function approvalsText({ task: { period }, audit }: Parts): string {
  const close = closeInForce(period);
  const closed =
    close === null
      ? 'The period is not closed: nobody approved this result yet.'
      : `Closed by ${close.name}, approved by ${close.approvedBy}, with the verdict ${close.verdict} and the result digest ${close.digests.result}.`;
  const trail = audit === null ? 'The ledger is in no git repository, or nothing of it is committed: there is no trail.' : renderAuditMarkdown(audit);
  return `# Approvals\n\n${closed}\n\n${trail}\n`;
}
