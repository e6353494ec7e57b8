/** Takes the lines out of parsed parts whose file reads otherwise now. */
import type { Source } from '../../model/source.ts';

/** The same value; every place in it names its file alone. */
export function withoutPlaces<Value>(value: Value): Value {
  return visit(value) as Value;
}

function visit(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visit);
  // Amounts are objects of a class and hold no places.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if (isPlace(value)) return { file: value.file, line: 0, column: 0 };
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]));
}

function isPlace(value: object): value is Source {
  return Object.keys(value).length === 3 && 'file' in value && 'line' in value && 'column' in value;
}
