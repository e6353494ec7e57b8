/** How the numbers of a sample are written: decimal and thousands sign, signs of currency, percent; what two readings allow is left open. Pure. */
import { longestValue, quoted, type SampleColumn } from './sample-table.ts';

/** What stands around the digits of one value. */
interface BareNumber {
  readonly sign: string | null;
  readonly percent: boolean;
  /** Digits with their marks, and an exponent. */
  readonly digits: string;
}

const marks = String.raw`.,'\u2019 \u00a0\u202f`;
const shape = new RegExp(
  String.raw`^\s*-?\s*([^\d.,+\-()%\s]{1,5})?\s*-?((?:\d(?:[${marks}]?\d)*)(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?|[.,]\d+(?:[eE][+-]?\d{1,3})?)\s*(%)?\s*([^\d.,+\-()%\s]{1,5})?\s*$`,
  'u',
);

/** null for text that is no number in any notation. */
export function bareNumber(text: string): BareNumber | null {
  const match = text.length > longestValue ? null : shape.exec(text);
  if (match === null) return null;
  const [, before, digits = '', percent, behind] = match;
  if (before !== undefined && behind !== undefined) return null;
  return { sign: before ?? behind ?? null, percent: percent !== undefined, digits };
}

export function isNegative(text: string): boolean {
  const plain = text.replace(/[eE][+-]?\d+\s*$/, '');
  return bareNumber(text) !== null && plain.includes('-') && /[1-9]/.test(plain);
}

export interface StyleGuess {
  /** null where both readings are possible. */
  readonly decimal: '.' | ',' | null;
  readonly thousands: string | null;
  readonly signs: readonly string[];
  readonly percent: boolean;
  readonly ground: string;
  /** Whether any value has a mark at all. */
  readonly isSeen: boolean;
}

interface Evidence {
  readonly decimal: Map<string, string>;
  readonly thousands: Map<string, string>;
  /** `1.234`: either. */
  readonly either: Map<string, string>;
}

/** Counts are whole, which tells their marks; amounts may have a fraction. */
export function numberStyle(counts: readonly SampleColumn[], amounts: readonly SampleColumn[]): StyleGuess {
  const evidence: Evidence = { decimal: new Map(), thousands: new Map(), either: new Map() };
  const bare = (column: SampleColumn): BareNumber[] => column.values.flatMap((value) => (value === null ? [] : (bareNumber(value) ?? [])));
  const isText = ({ typed }: SampleColumn): boolean => typed === 'text';
  for (const column of counts.filter(isText))
    lookAtCounts(
      bare(column).map(({ digits }) => digits),
      evidence,
    );
  for (const column of amounts.filter(isText)) for (const { digits } of bare(column)) lookAt(digits, evidence);
  const all = [...counts, ...amounts].filter(isText).flatMap(bare);
  const signs = [...new Set(all.flatMap(({ sign }) => sign ?? []))].slice(0, 5);
  return { ...decided(evidence), signs, percent: all.some(({ percent }) => percent) };
}

/** A count has no fraction, unless a program prints all of them with the same one. */
function lookAtCounts(values: readonly string[], evidence: Evidence): void {
  const isPlain = values.some((value) => /^\d+$/.test(value));
  for (const value of values) {
    const single = /^\d{1,3}([.,])(\d{3})$/.exec(value);
    if (single === null) lookAt(value, evidence);
    else note(isPlain || single[2] !== '000' ? evidence.thousands : evidence.either, single[1] ?? '', value);
  }
}

function lookAt(value: string, evidence: Evidence): void {
  const number = value.replace(/[eE].*$/, '');
  const signs = [...number.replaceAll(/\d/g, '')];
  const kinds = [...new Set(signs)];
  const last = signs.at(-1) ?? '';
  const group = kinds.find((sign) => sign !== '.' && sign !== ',');
  if (kinds.length === 0) return;
  if (group !== undefined) note(evidence.thousands, group, value);
  const points = kinds.filter((sign) => sign === '.' || sign === ',');
  if (points.length === 2) {
    note(evidence.decimal, last, value);
    note(evidence.thousands, points.find((sign) => sign !== last) ?? '', value);
  } else if (points.length === 1 && signs.filter((sign) => sign === last).length > 1) note(evidence.thousands, points[0] ?? '', value);
  else if (points.length === 1 && group !== undefined) note(evidence.decimal, points[0] ?? '', value);
  else if (points.length === 1) note(/^[1-9]\d{0,2}[.,]\d{3}$/.test(value) ? evidence.either : evidence.decimal, points[0] ?? '', value);
}

function note(into: Map<string, string>, sign: string, value: string): void {
  if (!into.has(sign)) into.set(sign, quoted(value));
}

function decided({ decimal, thousands, either }: Evidence): Pick<StyleGuess, 'decimal' | 'thousands' | 'ground' | 'isSeen'> {
  const [point, ...points] = decimal.keys();
  const [group, ...groups] = thousands.keys();
  const shown = [...decimal.values(), ...thousands.values(), ...either.values()].slice(0, 3).join(', ');
  const isSeen = decimal.size + thousands.size + either.size > 0;
  const open = { isSeen, decimal: null, thousands: null, ground: `values such as ${shown} can be read in two ways` };
  if (points.length > 0 || groups.length > 0 || (point !== undefined && point === group)) return open;
  const other = group === '.' ? ',' : group === ',' ? '.' : undefined;
  const sign = point ?? other;
  if (sign === undefined && either.size > 0) return open;
  const rest = [...either.keys()].filter((mark) => mark !== sign);
  if (rest.length > 1 || (rest[0] !== undefined && group !== undefined && rest[0] !== group)) return open;
  const found = sign === ',' ? ',' : '.';
  return { isSeen, decimal: found, thousands: group ?? rest[0] ?? null, ground: `values such as ${shown || '1'}` };
}
