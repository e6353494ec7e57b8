/** What a run rests on, as a digest and as a list of files. */
import type { Outcome } from '../engine/reconcile-rows.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import { formatInstant, type Day, type Instant } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { ManifestFile } from '../model/result.ts';
import { canonicalJson } from '../report/canonical-json.ts';
import { bearsOn, isKind, rowOf } from '../model/layout.ts';
import { sha256Of } from '../model/sha256.ts';

/** What the result rests on: the parsed files that bear on the period, without file globs, and the rows, without their files and order. */
export function inputsDigest(ledger: Ledger, period: Period, asOf: Day, judgedEnd: Instant, layerDigests: Readonly<Record<string, string>>): string {
  const documents = Object.fromEntries(
    ledger.files
      .filter(({ name }) => rowOf(name)?.judged === true && bearsOn(period, name))
      .map(({ name, document }) => [name, isKind(name, 'period') ? withoutGlobs(document) : document]),
  );
  const inputs = { as_of: asOf, judged_end: formatInstant(judgedEnd), documents, layers: layerDigests };
  return `sha256:${sha256Of(canonicalJson(inputs))}`;
}

function withoutGlobs(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'files' ? undefined : value)));
}

/** Every ledger and evidence file that went in, for the manifest and the report. */
export function manifestInputs(ledger: Ledger, files: readonly EvidenceFile[], outcome: Outcome | null): ManifestFile[] {
  const rows = new Map(outcome?.loaded.flatMap((layer) => layer.files.map((loaded) => [loaded.file.name, loaded.rows] as const)) ?? []);
  return [
    ...ledger.files.map(({ name, bytes, sha256 }) => ({ name, role: 'ledger' as const, bytes, sha256, rows: null })),
    ...files.map(({ name, layer, bytes, sha256 }) => ({ name, role: layer, bytes, sha256, rows: rows.get(name) ?? null })),
  ];
}
