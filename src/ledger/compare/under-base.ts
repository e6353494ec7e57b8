/** A ledger with the data of head under the rules of base: what a change is judged by until it is merged. Pure. */
import type { Format } from '../../model/evidence.ts';
import type { Contract, LayerEvidence, Ledger, LedgerFile, Mapping, Period } from '../../model/ledger.ts';
import { mappingsOf } from './compare-ledgers.ts';
import { documentOf, fileOf, isSame, isSameSet, memberOf, withMember } from './documents.ts';
import { periodUnderBase } from './period-rules.ts';
import { withoutPlaces } from './without-places.ts';

/**
 * Policy and settings, contract, exceptions and fallback mappings are base's; so are scope, environment, stage, file patterns, finality and format filters
 * of the period, if base has it. Everything else is head's. `files` says the same, so that the digest of the inputs holds what was judged.
 * Rules that differ keep no place: their line in base's file is another one in head's.
 */
export function underBase(head: Ledger, base: Ledger, periodId: string): Ledger {
  const settings = isSame(documentOf(head, 'trueup.yaml'), documentOf(base, 'trueup.yaml')) ? head.settings : withoutPlaces(base.settings);
  const composed: Ledger = {
    ...head,
    settings,
    mappings: mappingsUnderBase(head, base),
    contract: contractUnderBase(head, base),
    files: head.files.map((file) => fileUnderBase(file, head, base)),
  };
  const [period, before] = [head, base].map((ledger) => ledger.periods.find(({ id }) => id === periodId));
  if (period === undefined) return composed;
  const excepted = withExceptions(composed, period, base, before);
  return before === undefined ? excepted : withPeriodRules(excepted, period, base, before);
}

/** Exceptions of a period that base does not have are not in force yet. */
function withExceptions(composed: Ledger, period: Period, base: Ledger, before: Period | undefined): Ledger {
  const name = `${period.folder}/exceptions.yaml`;
  if (isSame(documentOf(composed, name), documentOf(base, name))) return composed;
  const file = before === undefined ? undefined : fileOf(base, `${before.folder}/exceptions.yaml`);
  const exceptions = withoutPlaces(before?.exceptions ?? []);
  return {
    ...composed,
    periods: composed.periods.map((each) => (each.id === period.id ? { ...each, exceptions } : each)),
    files: [...composed.files.filter((each) => each.name !== name), ...(file === undefined ? [] : [{ ...file, name }])],
  };
}

function mappingsUnderBase(head: Ledger, base: Ledger): readonly Mapping[] {
  if (isSameSet(mappingsOf(head, 'fallback'), mappingsOf(base, 'fallback'))) return head.mappings;
  const fallbacks = base.mappings.filter(({ role }) => role === 'fallback');
  return [...head.mappings.filter(({ role }) => role !== 'fallback'), ...withoutPlaces(fallbacks)];
}

function contractUnderBase(head: Ledger, base: Ledger): Contract {
  if (isSame(documentOf(head, 'contract.yaml'), documentOf(base, 'contract.yaml'))) return head.contract;
  return withoutPlaces(base.contract);
}

function fileUnderBase(file: LedgerFile, head: Ledger, base: Ledger): LedgerFile {
  const before = fileOf(base, file.name);
  if (before === undefined) return file;
  if (file.name === 'trueup.yaml' || file.name === 'contract.yaml') return isSame(file.document, before.document) ? file : before;
  if (file.name !== 'models.yaml' || isSameSet(mappingsOf(head, 'fallback'), mappingsOf(base, 'fallback'))) return file;
  return { ...file, document: withMember(file.document, 'models', [...mappingsOf(head, 'primary'), ...mappingsOf(base, 'fallback')]) };
}

function withPeriodRules(composed: Ledger, period: Period, base: Ledger, before: Period): Ledger {
  const name = `${period.folder}/period.yaml`;
  const document = periodUnderBase(documentOf(composed, name), documentOf(base, `${before.folder}/period.yaml`));
  const layers = layersInForce(composed, period, base, before);
  const evidence = layers.map(({ layer }) => layer);
  const gatewayNone = evidence.some(({ layer }) => layer === 'gateway') ? null : period.gatewayNone;
  const rules = { models: before.models, environment: before.environment, stage: before.stage, evidence, gatewayNone };
  const formats = layers.flatMap(({ format }) => (format === null ? [] : [format]));
  return {
    ...composed,
    formats: [...composed.formats, ...formats.map(({ value }) => value)],
    periods: composed.periods.map((each) => (each.id === period.id ? { ...each, ...rules } : each)),
    files: [
      ...composed.files.map((file) => (file.name === name ? { ...file, document: withFormats(document, layers) } : file)),
      ...formats.map(({ file }) => file),
    ],
  };
}

interface LayerInForce {
  readonly layer: LayerEvidence;
  /** A format of its own, where head's format filters otherwise than base's; null = the format that is named. */
  readonly format: { readonly value: Format; readonly file: LedgerFile } | null;
}

function layersInForce(head: Ledger, period: Period, base: Ledger, before: Period): LayerInForce[] {
  const kept = period.evidence.map((layer): LayerInForce => {
    const known = before.evidence.find((each) => each.layer === layer.layer);
    if (known === undefined) return { layer, format: null };
    const { files, delay, finalizedThrough } = known;
    const format = filteredAsBefore(head, base, layer, known);
    return { layer: { ...layer, files, delay, finalizedThrough, format: format?.value.name ?? layer.format }, format };
  });
  const restored = before.evidence.filter(({ layer }) => !period.evidence.some((each) => each.layer === layer));
  return [...kept, ...restored.map((layer) => restoredLayer(head, base, layer))];
}

function filteredAsBefore(head: Ledger, base: Ledger, layer: LayerEvidence, known: LayerEvidence): LayerInForce['format'] {
  const [ours, theirs] = [formatOf(head, layer.format), formatOf(base, known.format)];
  if (ours === undefined || theirs === undefined || isSame(ours.filter, theirs.filter)) return null;
  const name = `${layer.format}+${layer.layer}-filter-of-base`;
  const filter = memberOf(documentOf(base, `formats/${known.format}.yaml`), 'filter');
  return { value: { ...ours, name, filter: theirs.filter }, file: formatFile(head, layer.format, name, filter) };
}

/** A layer that the change takes away stays, read as base reads it. */
function restoredLayer(head: Ledger, base: Ledger, layer: LayerEvidence): LayerInForce {
  const theirs = formatOf(base, layer.format);
  const placed = withoutPlaces(layer);
  if (theirs === undefined || isSame(formatOf(head, layer.format), theirs)) return { layer: placed, format: null };
  const name = `${layer.format}+${layer.layer}-of-base`;
  const filter = memberOf(documentOf(base, `formats/${layer.format}.yaml`), 'filter');
  return { layer: { ...placed, format: name }, format: { value: { ...theirs, name }, file: formatFile(base, layer.format, name, filter) } };
}

function formatOf(ledger: Ledger, name: string): Format | undefined {
  return ledger.formats.find((format) => format.name === name);
}

/** A built-in format has no file; then only the filter is said. */
function formatFile(ledger: Ledger, format: string, name: string, filter: unknown): LedgerFile {
  const known = fileOf(ledger, `formats/${format}.yaml`);
  const document = withMember(known?.document, 'filter', filter);
  return { name: `formats/${name}.yaml`, bytes: known?.bytes ?? 0, sha256: known?.sha256 ?? '0'.repeat(64), document };
}

function withFormats(document: unknown, layers: readonly LayerInForce[]): unknown {
  let evidence = memberOf(document, 'evidence');
  for (const { layer } of layers) evidence = withMember(evidence, layer.layer, withMember(memberOf(evidence, layer.layer), 'format', layer.format));
  return withMember(document, 'evidence', evidence);
}
