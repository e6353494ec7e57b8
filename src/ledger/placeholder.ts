/** Finds the values of a file that say "somebody still has to look this up". */
import { type LedgerDocument, placeOf } from './yaml-document.ts';
import { finding, type Finding } from '../model/finding.ts';
import { isKind } from '../model/layout.ts';
import { isPlaceholder } from '../model/placeholder.ts';

/** Every placeholder of a file. `about` is `price` for values that only leave a price unknown. */
export function findPlaceholders(document: LedgerDocument): Finding[] {
  const found: Finding[] = [];
  visit(document, document.value, [], found);
  return found;
}

function visit(document: LedgerDocument, value: unknown, path: readonly (string | number)[], found: Finding[]): void {
  if (typeof value === 'string') {
    if (isPlaceholder(value)) found.push(placeholderAt(document, value, path));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, item] of entries) visit(document, item, [...path, key], found);
}

function placeholderAt(document: LedgerDocument, value: string, path: readonly (string | number)[]): Finding {
  const about = isKind(document.name, 'prices') && isPrice(path) ? { about: 'price' } : {};
  return finding('placeholder', 'fail', { args: { key: path.join('.'), value: value.trim(), ...about }, source: placeOf(document, path) });
}

function isPrice(path: readonly (string | number)[]): boolean {
  const key = path.at(-1);
  return path.at(-2) === 'meter_prices' || key === 'ratio' || (typeof key === 'string' && key.endsWith('_price'));
}
