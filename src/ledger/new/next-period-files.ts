/** The files of a period written after another's pattern: every key and comment stays but what must be said anew, which becomes a placeholder. */
import { toReplace as open } from '../../model/placeholder.ts';
import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';
import { UserError } from '../../model/user-error.ts';
import type { NextBounds } from './next-bounds.ts';

/** The predecessor as it stands. */
export interface Pattern {
  readonly id: string;
  /** Text of its period.yaml. */
  readonly period: string;
  /** Name in the folder → text of each invoice. */
  readonly invoices: Readonly<Record<string, string>>;
  /** Text of its statement.yaml; null where it has none. */
  readonly statement: string | null;
  /** The snapshot in force at its end. */
  readonly snapshot: string;
}

/** POSIX name in the period's folder → text. Throws a `UserError` where what is left out is repeated elsewhere by an anchor. */
export function nextPeriodFiles(pattern: Pattern, bounds: NextBounds): Record<string, string> {
  const invoices = Object.entries(pattern.invoices).map(([name, text]) => [name, invoiceText(text, bounds)] as const);
  const statement = pattern.statement === null ? {} : { 'statement.yaml': statementText(pattern.statement, bounds) };
  return { 'period.yaml': periodText(pattern, bounds), ...Object.fromEntries(invoices), ...statement, 'evidence/.gitkeep': '' };
}

function periodText({ id, period, snapshot }: Pattern, bounds: NextBounds): string {
  const document = parseDocument(period, { schema: 'failsafe' });
  document.set('id', bounds.id);
  document.set('start_utc', bounds.start);
  document.set('end_utc', bounds.end);
  if (document.has('invoice_id')) document.set('invoice_id', open);
  document.set('prices', pricesNode(document, snapshot, id));
  // What happened in one month, and what lay in its folder, says nothing about the next.
  for (const key of ['incidents', 'ignored_files']) document.delete(key);
  const evidence = document.get('evidence');
  for (const layer of isMap(evidence) ? evidence.items.map(({ value }) => value) : []) if (isMap(layer)) renewLayer(layer, bounds);
  const rates = document.get('fx');
  for (const rate of isSeq(rates) ? rates.items : [rates]) if (isMap(rate)) renew(rate, ['from'], bounds);
  const references = document.get('references');
  for (const reference of isSeq(references) ? references.items : []) if (isMap(reference)) renew(reference, ['kind'], bounds);
  return written(document);
}

function pricesNode(document: Document, snapshot: string, before: string): unknown {
  const prices = document.createNode([{ snapshot }]);
  const [start] = prices.items;
  if (isMap(start)) {
    start.flow = true;
    start.comment = ` in force at the end of ${before}: check that these prices still hold, and name a newer snapshot if they do not`;
  }
  return prices;
}

function renewLayer(layer: YAMLMap, bounds: NextBounds): void {
  if (layer.has('finalized_through_utc')) layer.set('finalized_through_utc', open);
  renewFiles(layer, bounds);
}

/** Patterns that hold the month. */
function renewFiles(holder: YAMLMap, bounds: NextBounds): void {
  const { from, to } = bounds.months;
  const files = holder.get('files');
  for (const file of isSeq(files) ? files.items : []) {
    if (isMap(file)) renewFiles(file, bounds);
    if (isScalar(file) && typeof file.value === 'string') file.value = file.value.replaceAll(from, to);
  }
}

/** The same lines, each amount, count and reference open; those that this invoice does not have are taken out by hand. */
function invoiceText(text: string, bounds: NextBounds): string {
  const document = parseDocument(text, { schema: 'failsafe' });
  if (isMap(document.contents)) renew(document.contents, ['currency', 'kind', 'billable_model'], bounds);
  return written(document);
}

/** It begins with the reading that the one before ended with; what shows that, and everything after it, is open. */
function statementText(text: string, bounds: NextBounds): string {
  const document = parseDocument(text, { schema: 'failsafe' });
  document.delete('movements');
  const [opening, closing] = [document.get('opening'), document.get('closing')];
  const left = isMap(closing) ? [closing.get('at_utc'), closing.get('balance')] : [];
  if (isMap(document.contents)) renew(document.contents, ['currency'], bounds);
  if (isMap(opening)) for (const [index, key] of ['at_utc', 'balance'].entries()) opening.set(key, left[index] ?? open);
  if (isMap(closing) && bounds.end.endsWith('Z')) closing.set('at_utc', bounds.end);
  return written(document);
}

/** Every value below becomes a placeholder, but for those of the keys that stay and the name of a document with its month. */
function renew(map: YAMLMap, stays: readonly string[], bounds: NextBounds): void {
  const { from, to } = bounds.months;
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (isMap(value)) renew(value, stays, bounds);
    else if (isSeq(value)) for (const item of value.items.filter((each) => isMap(each))) renew(item, stays, bounds);
    else if (!stays.includes(name)) map.set(key, name === 'file' && isScalar(value) ? String(value.value).replaceAll(from, to) : open);
  }
}

function written(document: Document): string {
  try {
    return document.toString({ lineWidth: 0 });
  } catch (cause) {
    throw new UserError(
      'The period before repeats a value by an anchor that the next one does not have.',
      'Write the value out there, and run the command again.',
      {
        cause,
      },
    );
  }
}
