/** The part of a period that is rule, not data: what of it an existing period keeps as base has it. */
import { evidenceLayers } from '../../model/evidence.ts';
import type { LayerEvidence, Period } from '../../model/ledger.ts';
import type { RuleDifference } from '../../model/gate.ts';
import type { PeriodFile } from '../../ledger/kinds/period.ts';
import { elementsOf, isSame, memberOf, ruleDifferences, withMember, without } from './documents.ts';
import { modelKey, type Modelled } from '../../ledger/kinds/scalars.ts';

/** Every member of `period.yaml`: `evidence` and `layers` are put together layer by layer. */
const members: Readonly<Record<keyof PeriodFile, 'data' | 'rule' | 'layers'>> = {
  id: 'data',
  start_utc: 'rule',
  end_utc: 'rule',
  account_ref: 'rule',
  environment: 'rule',
  currency: 'rule',
  // As prices in force are: what a month was converted at is known after it began, and policy bounds it.
  fx: 'data',
  models: 'rule',
  keys: 'rule',
  stage: 'rule',
  invoice_id: 'data',
  prices: 'data',
  evidence: 'layers',
  layers: 'layers',
  incidents: 'data',
  ignored_files: 'rule',
  references: 'data',
};

/** The same of the parsed period: its folder and the files beside `period.yaml` are data, exceptions are weighed apart. */
const parts: Readonly<Record<keyof Period, 'data' | 'rule' | 'layers'>> = {
  ...(Object.fromEntries(Object.entries(members).map(([key, of]) => [modelKey(key), of])) as Modelled<typeof members>),
  accounts: 'rule',
  folder: 'data',
  gatewayNone: 'layers',
  invoices: 'data',
  statement: 'data',
  exceptions: 'data',
  closed: 'data',
  controls: 'data',
  source: 'data',
};

const named = (kind: string): string[] => Object.entries(members).flatMap(([key, of]) => (of === kind ? [key] : []));

/** Whether the data of a period differ: what is no rule, a layer that base lacks, a file pattern that base lacks. */
export function periodDataDiffers(base: unknown, head: unknown): boolean {
  const rest = [...named('rule'), 'evidence'];
  if (!isSame(without(base, rest), without(head, rest))) return true;
  return evidenceLayers.some((layer) => {
    const [theirs, ours] = [layerOf(base, layer), layerOf(head, layer)];
    return ours !== undefined && (theirs === undefined || filesOf(ours).some(({ pattern }) => !reads(filesOf(theirs), pattern)));
  });
}

/** Files of base that head does not have, with the files of head that have the same content; paths relative to the ledger. */
export type MovedFiles = ReadonlyMap<string, readonly string[]>;

/** Whether a file of base's period is gone and head's has the same content. */
export type IsMoved = (from: string, to: string) => boolean;

/** Where the rules of a period differ: a layer that head takes away is one difference, patterns that it adds only read more and are none. */
export function periodDifferences(base: unknown, head: unknown, isMoved: IsMoved): RuleDifference[] {
  const differs = (key: string): RuleDifference[] => ruleDifferences(memberOf(base, key), memberOf(head, key), [key]);
  return [
    ...named('rule').flatMap(differs),
    ...evidenceLayers.flatMap((layer) => layerDifferences(layerOf(base, layer), layerOf(head, layer), layer, isMoved)),
  ];
}

function layerDifferences(base: unknown, head: unknown, layer: string, isMoved: IsMoved): RuleDifference[] {
  const path = ['evidence', layer];
  if (base === undefined) return [];
  if (head === undefined) return [{ path, was: base, is: undefined, before: `format ${String(memberOf(base, 'format'))}`, after: null }];
  const files = filesStillRead(filesOf(base), filesOf(head), isMoved);
  return ruleDifferences(withMember(base, 'files', writtenOf(filesOf(base))), withMember(head, 'files', writtenOf(files)), path);
}

/** The patterns of base that head has too, as head writes them, or whose file it reads under another name: one new name stands for one old one. */
function filesStillRead(base: readonly FilesEntry[], head: readonly FilesEntry[], isMoved: IsMoved): FilesEntry[] {
  const free = head.filter(({ pattern }) => !reads(base, pattern));
  return base.flatMap((entry) => {
    const same = head.find(({ pattern }) => pattern === entry.pattern);
    if (same !== undefined) return [same];
    const at = free.findIndex(({ pattern }) => isMoved(entry.pattern, pattern));
    const [moved] = at === -1 ? [] : free.splice(at, 1);
    return moved === undefined ? [] : [{ pattern: entry.pattern, format: moved.format }];
  });
}

/** Whether a file pattern of the period still names a file: one that names none leaves nothing out when it goes. */
export type NamesFile = (pattern: string) => boolean;

/** Head's `period.yaml` under base's rules. A layer that base does not have is new data and comes with its own. */
export function periodUnderBase(head: unknown, base: unknown, namesFile: NamesFile): unknown {
  let composed: unknown = head;
  for (const key of named('rule')) composed = withMember(composed, key, memberOf(base, key));
  let evidence = memberOf(head, 'evidence');
  for (const layer of evidenceLayers) {
    const [theirs, ours] = [layerOf(base, layer), layerOf(head, layer)];
    if (theirs === undefined) continue;
    const files = ours === undefined ? filesOf(theirs) : filesUnderBase(filesOf(theirs), filesOf(ours), namesFile);
    evidence = withMember(evidence, layer, withMember(theirs, 'files', writtenOf(files)));
    if (ours === undefined) composed = withMember(composed, 'layers', withMember(memberOf(composed, 'layers'), layer, undefined));
  }
  return withMember(composed, 'evidence', evidence);
}

/** The parsed period of head under base's rules. */
export function partsUnderBase(head: Period, base: Period, namesFile: NamesFile): Period {
  const rules = Object.fromEntries(Object.entries(base).filter(([part]) => parts[part as keyof Period] === 'rule'));
  const evidence = layersUnderBase(head.evidence, base.evidence, namesFile);
  const gatewayNone = evidence.some(({ layer }) => layer === 'gateway') ? null : head.gatewayNone;
  return { ...head, ...rules, evidence, gatewayNone };
}

/** Each layer as base reads it, and head's further files; a layer that head takes away stays, one that base lacks comes. */
function layersUnderBase(head: readonly LayerEvidence[], base: readonly LayerEvidence[], namesFile: NamesFile): LayerEvidence[] {
  const kept = head.map((layer) => {
    const known = base.find((each) => each.layer === layer.layer);
    if (known === undefined || isOfInvoices(known)) return layer;
    const entries = filesUnderBase(entriesOf(known), entriesOf(layer), namesFile);
    const own = entries.flatMap(({ pattern, format }) => (format === null ? [] : [[pattern, format] as const]));
    const { formats: _, ...rest } = known;
    const files = entries.map(({ pattern }) => pattern);
    return { ...rest, format: known.format ?? layer.format, files, ...(own.length === 0 ? {} : { formats: Object.fromEntries(own) }), source: layer.source };
  });
  return [...kept, ...base.filter((known) => !isOfInvoices(known) && !head.some((each) => each.layer === known.layer))];
}

/** Lines of invoices are data, and what they stand in for base does not read. */
function isOfInvoices({ bucket }: LayerEvidence): boolean {
  return bucket?.width === 'period';
}

function layerOf(document: unknown, layer: string): unknown {
  return memberOf(memberOf(document, 'evidence'), layer);
}

/** What base reads is read as long as there is anything, as base reads it, and what head adds comes as data. */
function filesUnderBase(base: readonly FilesEntry[], head: readonly FilesEntry[], namesFile: NamesFile): FilesEntry[] {
  return [...base.filter(({ pattern }) => reads(head, pattern) || namesFile(pattern)), ...head.filter(({ pattern }) => !reads(base, pattern))];
}

/** A file pattern of a layer, and the format of its own that it has. */
interface FilesEntry {
  readonly pattern: string;
  readonly format: string | null;
}

function reads(entries: readonly FilesEntry[], pattern: string): boolean {
  return entries.some((entry) => entry.pattern === pattern);
}

function entriesOf({ files, formats = {} }: LayerEvidence): FilesEntry[] {
  return files.map((pattern) => ({ pattern, format: formats[pattern] ?? null }));
}

function filesOf(layer: unknown): FilesEntry[] {
  return elementsOf(memberOf(layer, 'files')).flatMap((element): FilesEntry[] => {
    if (typeof element === 'string') return [{ pattern: element, format: null }];
    return elementsOf(memberOf(element, 'files')).map((pattern) => ({ pattern: String(pattern), format: String(memberOf(element, 'format')) }));
  });
}

function writtenOf(entries: readonly FilesEntry[]): unknown[] {
  return entries.map(({ pattern, format }) => (format === null ? pattern : { files: [pattern], format }));
}
