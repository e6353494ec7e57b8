/** Closes a period, computing its result from the files it names and writing it down with its approval, or nothing at all; and takes closes back. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from '../engine/database.ts';
import { writeOpenItems } from '../engine/write-open-items.ts';
import { chainOf } from '../ledger/lock/close-rules.ts';
import { renderClose, renderReopen } from '../ledger/lock/sealed-text.ts';
import { writeOnce, writeSealed } from '../ledger/lock/write-once.ts';
import { type Close, type CloseBody, type CloseFile, closeInForce, type FileReference } from '../model/close.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { type Day, formatInstant } from '../model/instant.ts';
import type { Ledger, Period, UnreadPeriod } from '../model/ledger.ts';
import type { Lock } from '../model/lock.ts';
import type { Result } from '../model/result.ts';
import { UserError } from '../model/user-error.ts';
import { findCarried } from './carried-items.ts';
import { listClosedFiles } from './closed-files.ts';
import { checkLock } from './frozen-set.ts';
import type { RunSettings } from './period-facts.ts';
import { drawSample, periodNamed, reportOf, traceSample, validateLedger } from './reconcile.ts';
import { isNoRerun, type Rerun, withRerun } from './rerun-close.ts';
import { concerns } from '../policy/weigh-ledger.ts';
import { periodFolder, periodPath } from '../model/layout.ts';
import { sha256Of } from '../model/sha256.ts';
import { serializeResult } from '../report/assemble-result.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';

export interface Approval {
  /** The login of the person who approves. */
  readonly approvedBy: string;
  readonly note: string | null;
}
export interface ClosedPeriod {
  /** Path of the close relative to the ledger; null = refused. */
  readonly written: string | null;
  /** null when the ledger could not be read. */
  readonly result: Result | null;
  readonly findings: readonly Finding[];
  /** Why it was refused, one sentence each. */
  readonly refusals: readonly string[];
}

/** A row that these speak of has no price, no usage, or nobody who vouches for it. */
const neverClosed: readonly FindingCode[] = ['unpriced', 'missing-token-usage', 'client-stopped-usage', 'unknown-model'];
/** No close follows on a lock or close that cannot be trusted. */
const untrusted: readonly FindingCode[] = ['lock-broken', 'close-broken', 'close-chain-broken'];

export async function closePeriod(ledgerRoot: string, id: string, approval: Approval, settings: RunSettings): Promise<ClosedPeriod> {
  checkApproval(approval);
  const { ledger, findings } = await validateLedger(ledgerRoot, settings.asOf);
  if (ledger === null) return { written: null, result: null, findings, refusals: ['The ledger cannot be read'] };
  const broken = findings.filter(({ code }) => untrusted.includes(code));
  if (broken.length > 0) return { written: null, result: null, findings: broken, refusals: ['A lock or close of this ledger cannot be trusted'] };
  const period = periodNamed(ledger, id);
  const lock = openLock(period);
  const moved = await checkLock(ledger.root, settings.evidenceRoot, period, new Map());
  if (moved.length > 0) return { written: null, result: null, findings: moved, refusals: ['The evidence is not what was frozen'] };
  const carried = await findCarried(ledger, period);
  const listed = { ledger, period, lock, evidenceRoot: settings.evidenceRoot, carriedFrom: carried.close, balanceFrom: carried.balance };
  const attempt = { ledger, findings, period, approval, settings, carriedFrom: carried.close };
  const closed = await attemptClose({ ...attempt, files: await listClosedFiles({ ...listed, corrected: [] }), corrected: [] });
  if (!('corrects' in closed)) return closed;
  // Which periods rows correct is known once they are read: what those were charged is read from their closes, which this one then names.
  const again = await attemptClose({ ...attempt, files: await listClosedFiles({ ...listed, corrected: closed.corrects }), corrected: closed.corrects });
  if (!('corrects' in again)) return again;
  throw new UserError('The rows changed while the period was closed.', 'Run the command again when nobody writes there.');
}

interface Attempt {
  readonly ledger: Ledger;
  readonly findings: readonly Finding[];
  readonly period: Period;
  readonly approval: Approval;
  readonly settings: RunSettings;
  readonly carriedFrom: Close | null;
  readonly files: readonly CloseFile[];
  /** The closes among the files of the periods that rows correct. */
  readonly corrected: readonly Close[];
}

/** Computes the period from the files and closes it; or says which closes are missing among them. */
async function attemptClose(attempt: Attempt): Promise<ClosedPeriod | { readonly corrects: readonly Close[] }> {
  const { ledger, findings, period, approval, settings, files } = attempt;
  const { id } = period;
  const task = { root: ledger.root, period: id, asOf: settings.asOf, files, settings: { ...settings, lineFiles: ['lines.parquet' as const] }, readBlob: null };
  const closed = await withRerun(task, async (rerun, database, folder) => {
    const corrects = correctedPeriods(ledger, rerun);
    const closes = corrects.flatMap((one) => closeInForce(one) ?? []);
    if (closes.some((close) => !attempt.corrected.includes(close))) return { corrects: closes };
    const refusals = [...refusalsOf(rerun, period, approval), ...openCorrections(corrects)];
    if (refusals.length > 0) return { written: null, result: rerun.result, findings: rerun.judgement.findings, refusals };
    refuseOtherInputs(findings, rerun, period);
    const number = nextNumber(period);
    const list = join(folder, 'open.csv');
    const terms = rerun.facts.outcome?.terms ?? null;
    const open = terms === null ? null : await writeOpenItems(database, terms, id, list);
    const openItems = open === null || open.count === 0 ? null : { ...(await referenceTo(list, `${period.folder}/close-${number}.open.csv`)), ...open };
    const kept = ledger.settings.policy.keepResults ? await keptFiles(ledger, period, number, rerun, database) : [];
    const results = kept.map(({ name, content }) => ({ name, sha256: sha256Of(content) }));
    const body = {
      ...bodyOf(rerun, period, approval, number),
      programSha256: settings.programSha256 ?? null,
      ...linksOf(ledger, period, attempt.carriedFrom),
      openItems,
      results,
      files,
    };
    return { written: await write(ledger.root, body, list, kept), result: rerun.result, findings: rerun.judgement.findings, refusals: [] };
  });
  if (!isNoRerun(closed)) return closed;
  throw new UserError(
    `The period ${id} could not be computed from the files that a close would name${closed.file === null ? '' : `: ${closed.file}`}.`,
    'Run the command again when nobody writes there.',
  );
}

/** The periods of the ledger that rows correct. */
function correctedPeriods({ periods, unreadPeriods }: Ledger, { facts }: Rerun): (Period | UnreadPeriod)[] {
  const ids = facts.outcome?.terms?.corrected.map(({ id }) => id) ?? [];
  return [...periods, ...unreadPeriods].filter(({ id }) => ids.includes(id));
}

function openCorrections(corrected: readonly (Period | UnreadPeriod)[]): string[] {
  return corrected
    .filter((one) => closeInForce(one) === null)
    .map(({ id }) => `Rows correct ${id}, which is not closed, so that what it was charged may still change: close it first`);
}

function checkApproval({ approvedBy, note }: Approval): void {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?$/.test(approvedBy)) {
    throw new UserError(`${JSON.stringify(approvedBy)} is no login.`, 'Name the login of the person who approves with --approved-by.');
  }
  if (note !== null) checkWords('note', note, 'the result is accepted');
}

/** Words that a record keeps for good, under the option that takes them. */
function checkWords(option: 'note' | 'reason', words: string, why: string): void {
  // oxlint-disable-next-line no-control-regex
  if (words.trim() !== '' && words.length <= 4096 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(words)) return;
  throw new UserError(`The ${option} is empty, longer than 4096 characters, or holds control characters.`, `Say in plain text with --${option} why ${why}.`);
}

function openLock({ id, closed, controls }: Period): Lock {
  const { lock, reopens } = controls;
  if (closed) throw new UserError(`The period ${id} is closed.`, `Reopen it first: trueup reopen ${id} --reason <text>.`);
  if (lock === null) throw new UserError(`The evidence of the period ${id} is not frozen.`, `Freeze it first: trueup freeze ${id}.`);
  const reopened = reopens.at(-1);
  if (reopened !== undefined && reopened.close === null && reopened.lock?.sha256 === lock.sha256) {
    throw new UserError(`The freeze of the period ${id} was taken back.`, `Freeze it again first: trueup freeze ${id}.`);
  }
  return lock;
}

function refusalsOf({ judgement, result, facts }: Rerun, period: Period, { note }: Approval): string[] {
  const stopping = judgement.findings.filter(({ code, severity }) => severity === 'quarantine' || neverClosed.includes(code));
  const steps = judgement.bridge.filter(({ step, count }) => (step === 'unpriced' || step === 'missing_usage') && count > 0);
  return [
    ...(result.verdict === 'pass' || result.verdict === 'warn' ? [] : [`The verdict is ${result.verdict}`]),
    ...(result.verdict === 'warn' && note === null ? ['The verdict is warn, and no --note says why that is accepted'] : []),
    ...(facts.judgedEnd < period.end ? [`The period is judged only through ${formatInstant(facts.judgedEnd)}, and ends at ${formatInstant(period.end)}`] : []),
    ...(facts.evidenceFindings.some(({ code }) => code === 'evidence-unread') ? ['Files under evidence/ are neither read nor set aside with a reason'] : []),
    ...(stopping.length === 0
      ? []
      : [`Rows are unpriced, unknown, without usage or quarantined: ${[...new Set(stopping.map(({ code }) => code))].join(', ')}`]),
    ...steps.map(({ step, count }) => `The step ${step} holds ${count} requests and charges`),
    ...(judgement.findings.some(({ code }) => code === 'nothing-to-reconcile') ? ['No layer holds a row: there is nothing that could be approved'] : []),
    ...((result.totals.quarantined ?? '0') === '0' ? [] : [`${result.totals.quarantined} are quarantined`]),
  ];
}

/** The whole ledger must say of the period what the named files alone say. */
function refuseOtherInputs(findings: readonly Finding[], rerun: Rerun, period: Period): void {
  const about = (list: readonly Finding[]): string => JSON.stringify(list.filter((found) => concerns(found, period)));
  if (about(findings) === about(rerun.findings)) return;
  throw new UserError(
    `The result of ${period.id} rests on a file that its close would not name.`,
    'Please report this with the findings of `trueup validate`.',
  );
}

function nextNumber({ controls: { closes, reopens } }: Period): number {
  return Math.max(0, closes.at(-1)?.number ?? 0, reopens.at(-1)?.number ?? 0) + 1;
}

function bodyOf({ result, judgement, facts }: Rerun, period: Period, { approvedBy, note }: Approval, number: number) {
  return {
    period: period.id,
    number,
    accountRef: period.accountRef,
    environment: period.environment,
    approvedBy,
    note,
    verdict: result.verdict === 'warn' ? ('warn' as const) : ('pass' as const),
    stage: result.period.stage,
    assurance: result.assurance ?? null,
    asOf: result.as_of,
    judgedEnd: facts.judgedEnd,
    toolVersion: result.tool_version,
    digests: result.digests,
    totals: result.totals,
    closingBalance: judgement.balance?.closing ?? null,
  };
}

function linksOf(ledger: Ledger, period: Period, carriedFrom: Close | null) {
  const chain = [...ledger.periods, ...ledger.unreadPeriods].flatMap(({ controls }) => controls.closes).filter((close) => chainOf(close) === chainOf(period));
  const followed = new Set(chain.map(({ previous }) => previous?.name));
  return {
    previous: referenceOf(chain.find(({ name }) => !followed.has(name)) ?? null),
    reopened: referenceOf(period.controls.reopens.at(-1) ?? null),
    carriedFrom: referenceOf(carriedFrom),
  };
}

function referenceOf(one: FileReference | null): FileReference | null {
  return one === null ? null : { name: one.name, sha256: one.sha256 };
}

async function referenceTo(path: string, name: string): Promise<FileReference> {
  const content = await readFile(path);
  return { name, sha256: sha256Of(content) };
}

interface KeptFile {
  readonly name: string;
  readonly content: string;
}

/** The result and its report as the close leaves them in the ledger; lines can be computed again, and name every request. */
async function keptFiles(ledger: Ledger, period: Period, number: number, { facts, judgement, result }: Rerun, database: Database): Promise<KeptFile[]> {
  const sample = await drawSample(database, facts.outcome, result.digests.result);
  const report = reportOf(ledger, facts, { judgement, result }, await traceSample(database, facts.outcome, sample));
  const folder = `${period.folder}/results/close-${number}`;
  return [
    { name: `${folder}/report.md`, content: scrubSecrets(report) },
    { name: `${folder}/result.json`, content: serializeResult(result) },
  ];
}

/** What the close names comes first: without it that means nothing, and the close comes whole or not at all. */
async function write(root: string, body: CloseBody, list: string, kept: readonly KeptFile[]): Promise<string> {
  const { openItems } = body;
  const name = periodPath({ folder: periodFolder(body.period) }, 'close', String(body.number));
  for (const file of kept) {
    await mkdir(dirname(join(root, file.name)), { recursive: true });
    await writeOnce(join(root, file.name), file.content, 'replace');
  }
  if (openItems !== null) await writeOnce(join(root, openItems.name), await readFile(list), 'replace');
  await writeSealed(join(root, name), renderClose(body), 'new');
  return name;
}

export interface Reopened {
  /** Path of the reopening relative to the ledger; null = the ledger cannot be read, and the findings say why. */
  readonly written: string | null;
  readonly findings: readonly Finding[];
}

/** Takes the close of a period back, or a freeze that was never closed; what is taken back stays where it is. */
export async function reopenPeriod(ledgerRoot: string, id: string, reason: string, asOf: Day): Promise<Reopened> {
  checkWords('reason', reason, 'the period is opened again');
  const { ledger, findings } = await validateLedger(ledgerRoot, asOf);
  if (ledger === null) return { written: null, findings };
  const period = periodNamed(ledger, id);
  const [broken] = period.controls.broken;
  if (broken !== undefined) return { written: null, findings: findings.filter(({ source }) => source?.file === broken) };
  const close = closeInForce(period);
  const number = close?.number ?? freezeToTakeBack(period);
  const name = `${period.folder}/reopen-${number}.yaml`;
  const text = renderReopen({ period: id, number, reason, close: referenceOf(close), lock: referenceOf(period.controls.lock) });
  await writeSealed(join(ledger.root, name), text, 'new');
  return { written: name, findings: [] };
}

/** The number of the reopening. */
function freezeToTakeBack(period: Period): number {
  const { lock, reopens } = period.controls;
  if (lock === null) throw new UserError(`The period ${period.id} is neither closed nor frozen.`, 'There is nothing to take back.');
  if (reopens.at(-1)?.lock?.sha256 !== lock.sha256) return nextNumber(period);
  throw new UserError(`The period ${period.id} is open already.`, `Freeze it again with \`trueup freeze ${period.id}\`.`);
}
