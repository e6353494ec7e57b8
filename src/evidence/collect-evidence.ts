/** Finds, hashes and checks the evidence files of a period, before the engine sees any of them. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultLimits, type EvidenceLimits } from './evidence-limits.ts';
import { kindByName } from './file-kind.ts';
import { type EntryBudget, findFiles, type FoundFile, type Refusal } from './find-files.ts';
import { copyContainer, needsCopy } from './prepared-text.ts';
import { findingOf, type Problem, unreadable } from './problem.ts';
import type { PullFile } from './pulled-files.ts';
import { readEvidenceFile } from './read-evidence-file.ts';
import { findUnread } from './unread-files.ts';
import { completedFormat } from '../model/declared-reading.ts';
import { type EvidenceFile, type Format, type EvidenceLayer, evidenceLayers } from '../model/evidence.ts';
import { type Finding, finding } from '../model/finding.ts';
import { formatsOf, type LayerEvidence, type Period } from '../model/ledger.ts';
import { isNotThere } from '../model/not-there.ts';
import { UserError } from '../model/user-error.ts';

export interface EvidenceRequest {
  /** Absolute path of the ledger. */
  readonly root: string;
  /** Absolute path of the folder that holds `<period id>/` with the evidence; null = the period's folder in the ledger. */
  readonly evidenceRoot: string | null;
  readonly period: Period;
  readonly formats: readonly Format[];
  readonly limits?: Partial<EvidenceLimits>;
  /** Makes the folder for copies that some formats need; it is there as long as the files are read. */
  readonly copyFolder: () => Promise<string>;
  /** Told how many bytes were read since it was last told. */
  readonly onProgress?: (bytes: number) => void;
}

export interface Evidence {
  /** By layer, then by name (code points). Every file that could be hashed, also those that a finding speaks of. */
  readonly files: readonly EvidenceFile[];
  readonly findings: readonly Finding[];
  /** The record of a pull that lies beside them; null without one. */
  readonly pull: PullFile | null;
}

/**
 * All files and all findings of a period. What a reader could not trust is `inconclusive`: whoever gets such a finding must
 * not hand the files to the engine. Throws only when the root itself cannot be opened.
 */
export async function collectEvidence(request: EvidenceRequest): Promise<Evidence> {
  const limits = { ...defaultLimits, ...request.limits };
  const root = await realRoot(request);
  const folder = request.evidenceRoot === null ? request.period.folder : request.period.id;
  const search = { root, folder, limits, budget: { left: limits.entries } };
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (const evidence of inLayerOrder(request.period.evidence)) {
    const found = await findLayer(search, evidence);
    claims.push(...found.claims);
    findings.push(...found.findings);
  }
  // Where a pattern finds nothing, or leads astray, the files that it means lie there unread: one cause, said already.
  const astray = findings.some(({ severity }) => severity === 'inconclusive');
  const unread = astray ? { findings: [], pull: null } : await findUnread({ ...search, ledgerRoot: request.root, period: request.period, claimed: claims });
  const { kept, refused } = claimOnce(claims, limits);
  findings.push(...refused);
  const files: EvidenceFile[] = [];
  for (const [index, claim] of kept.entries()) {
    const read = await readClaim(claim, request, limits, `copy-${index}`);
    if (read.file !== null) files.push(read.file);
    findings.push(...read.findings);
  }
  return { files, findings: [...findings, ...unread.findings], pull: unread.pull };
}

async function realRoot({ root, evidenceRoot }: EvidenceRequest): Promise<string> {
  try {
    return await realpath(evidenceRoot ?? root);
  } catch (cause) {
    if (!isNotThere(cause)) throw cause;
    throw new UserError(`There is no folder ${evidenceRoot ?? root} to read evidence from.`, 'Name a folder that is there with --evidence-root.', { cause });
  }
}

/** A file, and the layer that names it as its witness. */
interface Claim extends FoundFile {
  readonly evidence: LayerEvidence;
  /** The name of the format that reads it. */
  readonly format: string;
}

interface SearchPlace {
  readonly root: string;
  readonly folder: string;
  readonly limits: EvidenceLimits;
  readonly budget: EntryBudget;
}

function inLayerOrder(evidence: readonly LayerEvidence[]): LayerEvidence[] {
  return [...evidence].sort((a, b) => evidenceLayers.indexOf(a.layer) - evidenceLayers.indexOf(b.layer));
}

async function findLayer(place: SearchPlace, evidence: LayerEvidence): Promise<{ claims: Claim[]; findings: Finding[] }> {
  const byRealPath = new Map<string, Claim>();
  const findings: Finding[] = [];
  for (const [pattern, format] of formatsOf(evidence)) {
    const { files, refusals } = await findFiles(place.root, place.folder, pattern, place.limits, place.budget);
    findings.push(...refusals.map((refusal) => refusalFinding(refusal, pattern, evidence)));
    if (files.length === 0 && refusals.length === 0) {
      const args = { layer: evidence.layer, pattern, folder: place.folder };
      findings.push(finding('evidence-missing', 'inconclusive', { args, source: evidence.source }));
    }
    for (const file of files) {
      // A file that two patterns or two links name counts once, under the name that sorts first.
      const known = byRealPath.get(file.realPath);
      if (known !== undefined && known.format !== format) findings.push(twoFormats(file.name, [known.format, format], evidence));
      if (known === undefined || byCodePoint(file.name, known.name) < 0) byRealPath.set(file.realPath, { ...file, evidence, format });
    }
  }
  const sorted = [...byRealPath.values()].sort((a, b) => byCodePoint(a.name, b.name));
  return { claims: sorted, findings };
}

/** One file has one reading. */
function twoFormats(file: string, formats: readonly string[], evidence: LayerEvidence): Finding {
  const args = { problem: 'two-formats', file, layer: evidence.layer, other: formats.toSorted().join(', ') };
  return finding('evidence-limit', 'inconclusive', { args, source: evidence.source });
}

/** UTF-8 keeps the order of code points, UTF-16 does not. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function refusalFinding(refusal: Refusal, pattern: string, evidence: LayerEvidence): Finding {
  const args = { layer: evidence.layer, pattern, file: refusal.name };
  const facts = { args, source: evidence.source };
  switch (refusal.kind) {
    case 'escape':
      return finding('path-escape', 'inconclusive', facts);
    case 'special':
      return finding('evidence-corrupt', 'inconclusive', { ...facts, args: { ...args, problem: 'not-a-regular-file' } });
    case 'limit':
      return finding('evidence-limit', 'inconclusive', { ...facts, args: { ...args, problem: refusal.limit } });
  }
}

/** One file is one witness: a second layer that names it is refused. */
function claimOnce(claims: readonly Claim[], limits: EvidenceLimits): { kept: Claim[]; refused: Finding[] } {
  const owners = new Map<string, Claim>();
  const refused: Finding[] = [];
  for (const claim of claims) {
    const owner = owners.get(claim.realPath);
    if (owner === undefined) owners.set(claim.realPath, claim);
    else {
      const args = { problem: 'two-layers', file: claim.name, layer: claim.evidence.layer, other: owner.evidence.layer };
      refused.push(finding('evidence-limit', 'inconclusive', { args, source: claim.evidence.source }));
    }
  }
  const kept = [...owners.values()];
  if (kept.length > limits.files) {
    const args = { problem: 'files', found: `${kept.length}`, limit: `${limits.files}` };
    refused.push(finding('evidence-limit', 'inconclusive', { args, source: kept[limits.files]?.evidence.source ?? null }));
  }
  return { kept: kept.slice(0, limits.files), refused };
}

/** What reads a file that was found, and as whose witness. */
export type FileReading = Pick<EvidenceRequest, 'formats' | 'copyFolder' | 'onProgress'> & {
  readonly layer: EvidenceLayer;
  readonly format: string;
} & Pick<LayerEvidence, 'grain' | 'declared'>;

async function readClaim(claim: Claim, request: EvidenceRequest, limits: EvidenceLimits, copyName: string): Promise<ReadFile> {
  const { formats, copyFolder, onProgress } = request;
  const reading = {
    formats,
    copyFolder,
    layer: claim.evidence.layer,
    format: claim.format,
    ...declaredOf(claim.evidence),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  return readFound(claim, reading, limits, copyName);
}

function declaredOf({ grain, declared }: LayerEvidence): Pick<LayerEvidence, 'grain' | 'declared'> {
  return { ...(grain === undefined ? {} : { grain }), ...(declared === undefined ? {} : { declared }) };
}

/** The format of a file, completed by what the period declares of it. */
function formatIn({ formats, format, grain, declared }: FileReading): Format | null {
  const named = formats.find(({ name }) => name === format);
  if (named === undefined) return null;
  const found = completedFormat(named, declared);
  return grain === 'bucket' ? { ...found, grain } : found;
}

interface ReadFile {
  /** null where a format is missing or the file could not be read at all. */
  readonly file: EvidenceFile | null;
  readonly findings: Finding[];
}

/** Hashes and checks one file. */
export async function readFound(found: FoundFile, reading: FileReading, limits: EvidenceLimits, copyName: string): Promise<ReadFile> {
  const { layer } = reading;
  const kind = kindByName(found.name);
  const complain = (problem: Problem): { file: null; findings: Finding[] } => ({ file: null, findings: [findingOf(problem, layer, found.name)] });
  if (kind === null) return complain(unreadable('evidence-corrupt', 'unknown-kind'));
  if (found.bytes > limits.fileBytes) {
    return complain(unreadable('evidence-limit', 'fileBytes', { found: `${found.bytes}`, limit: `${limits.fileBytes}` }));
  }
  try {
    const format = formatIn(reading);
    const onBytes = (bytes: number): void => reading.onProgress?.(bytes);
    const copy = format !== null && needsCopy(kind, format) ? join(await reading.copyFolder(), copyName) : null;
    const read = await readEvidenceFile({ path: found.realPath, kind, layer, format, others: reading.formats, limits, copy, onBytes });
    const { bytes, sha256, header } = read;
    // A format that does not exist is a finding of the ledger: nothing reads the file.
    const own = { layer, path: found.realPath, name: found.name, bytes, sha256, ...kind, header };
    const file = format === null ? null : { ...own, format, copy: copy === null ? null : { path: copy, container: copyContainer(kind, format) } };
    return { file, findings: read.problems.map((problem) => findingOf(problem, layer, found.name)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What is wrong with the machine is no fault of this file.
    if (code === undefined || ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO'].includes(code)) throw error;
    return complain(unreadable('evidence-missing', 'not-readable', { reason: code }));
  }
}
