/** A ledger folder with evidence in the temp directory, and a period that names it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { collectEvidence, type Evidence, type EvidenceRequest } from '../../../src/evidence/collect-evidence.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { noControls } from '../../../src/model/close.ts';
import type { Layer } from '../../../src/model/evidence.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { LayerEvidence, Period } from '../../../src/model/ledger.ts';

export const applicationHeader = 'request_id,timestamp_utc,account_ref,service,model_requested,status';
export const applicationRow = 'r1,2026-05-01T00:00:00Z,acct_redacted,chat,gpt-4.1-nano,success';
export const applicationCsv = `${applicationHeader}\n${applicationRow}\n`;

/** Writes files (names relative to the root) into a fresh folder that is removed after the test; returns its path. */
export function evidenceFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'trueup-evidence-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

export function layerEvidence(layer: Layer, files: readonly string[], format = 'trueup'): LayerEvidence {
  const source = { file: 'periods/2026-05/period.yaml', line: 9, column: 3 };
  return { layer, files, format, rows: 'attempts', finalizedThrough: null, delay: 0n, source };
}

/** For formats whose files the engine reads as they are. */
export function noCopies(): Promise<string> {
  throw new Error('a copy was wanted where none is needed');
}

function periodWith(evidence: readonly LayerEvidence[]): Period {
  return {
    id: '2026-05',
    folder: 'periods/2026-05',
    start: 0n,
    end: 0n,
    accountRef: 'acct_redacted',
    accounts: ['acct_redacted'],
    environment: null,
    currency: 'USD',
    models: null,
    keys: null,
    stage: 'usage',
    invoiceId: null,
    prices: [],
    evidence,
    gatewayNone: null,
    incidents: [],
    references: [],
    fx: [],
    ignoredFiles: [],
    invoices: [],
    statement: null,
    exceptions: [],
    closed: false,
    controls: noControls,
    source: { file: 'periods/2026-05/period.yaml', line: 1, column: 1 },
  };
}

export function collect(root: string, evidence: readonly LayerEvidence[], more: Partial<EvidenceRequest> = {}): Promise<Evidence> {
  return collectEvidence({ root, evidenceRoot: null, period: periodWith(evidence), formats: builtInFormats, copyFolder: noCopies, ...more });
}

/** One application file in the period's evidence folder, read as `trueup` unless told otherwise. */
export function collectOne(name: string, content: string | Uint8Array, format = 'trueup', layer: Layer = 'application'): Promise<Evidence> {
  const root = evidenceFolder({ [`periods/2026-05/evidence/${name}`]: content });
  return collect(root, [layerEvidence(layer, [`evidence/${name}`], format)]);
}

/** `code problem` of each finding, as short text to compare. */
export function complaints(evidence: Evidence): string[] {
  return evidence.findings.map((found: Finding) => [found.code, found.args['problem']].filter(Boolean).join(' '));
}

/** The findings but those about files that no pattern of the test names. */
export function besidesUnread(evidence: Evidence): Finding[] {
  return evidence.findings.filter(({ code }) => code !== 'evidence-unread');
}
