/** How the times of a sample are written; a zone and an order of day and month that no value tells are left open. Pure. */
import { toVerify } from '../../model/placeholder.ts';
import { saysUtc } from './column-names.ts';
import { listed, longestValue, quoted, type SampleColumn } from './sample-table.ts';
import type { DraftLine } from '../../model/format-draft.ts';
import { formatInstant, isDay } from '../../model/instant.ts';

const clock = String.raw`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?`;
const iso = new RegExp(String.raw`^${clock}(?:Z| ?UTC| ?[+-](?:0\d|1[0-4])(?::?[0-5]\d)?(?: UTC)?)$`);
const naive = new RegExp(`^${clock}$`);

/** Units of time since 1970 by the digits that whole ones have between 2001 and 2100. */
const unixUnits = [
  { kind: 'unix-s', name: 'seconds', divisor: 1n },
  { kind: 'unix-ms', name: 'milliseconds', divisor: 1000n },
  { kind: 'unix-us', name: 'microseconds', divisor: 1_000_000n },
  { kind: 'unix-ns', name: 'nanoseconds', divisor: 1_000_000_000n },
] as const;
const [firstSecond, lastSecond] = [978_307_200n, 4_102_444_800n];

interface TimeGuess {
  readonly kind: string;
  readonly ground: string;
  readonly isLocal?: true;
  /** null where the order of day and month is not told. */
  readonly pattern?: { readonly text: string | null; readonly meanwhile: string; readonly ground: string };
}

/** Whether a text is a time in any notation that is known. */
export function isTime(text: string): boolean {
  return text.length <= longestValue && guessOf([text]) !== null;
}

/** The lines `timestamp` for the values of one column. */
export function timeLines({ source, values }: Pick<SampleColumn, 'source' | 'values'>): DraftLine[] {
  const present = values.flatMap((value) => value ?? []);
  const guess = present.length === 0 ? null : guessOf(present);
  if (guess === null) {
    const empty = source === '' ? 'no column of times is known' : `${quoted(source)} has no value here`;
    const ground = present.length === 0 ? empty : `no one notation reads ${listed([...new Set(present)])}`;
    return [{ key: ['timestamp', 'kind'], value: toVerify, ground, open: { meanwhile: 'iso', columns: ['timestamp_utc'] } }];
  }
  const kind: DraftLine = { key: ['timestamp', 'kind'], value: guess.kind, ground: guess.ground };
  return [kind, ...patternLine(guess), ...(guess.isLocal ? [zoneLine(source)] : [])];
}

function patternLine({ pattern }: TimeGuess): DraftLine[] {
  if (pattern === undefined) return [];
  const { text, meanwhile, ground } = pattern;
  const line = { key: ['timestamp', 'pattern'], value: text ?? toVerify, ground };
  return [text === null ? { ...line, open: { meanwhile, columns: ['timestamp_utc'] } } : line];
}

function zoneLine(source: string): DraftLine {
  if (saysUtc(source)) return { key: ['timestamp', 'zone'], value: 'UTC', ground: `the name ${quoted(source)} says so` };
  const ground = 'the times name no zone: say that of the source, such as UTC, +08:00 or Asia/Shanghai';
  return { key: ['timestamp', 'zone'], value: toVerify, ground, open: { meanwhile: 'UTC', columns: ['timestamp_utc'] } };
}

function guessOf(values: readonly string[]): TimeGuess | null {
  const all = (test: (value: string) => boolean): boolean => values.every(test);
  const example = quoted(values[0] ?? '');
  if (all((value) => iso.test(value))) return { kind: 'iso', ground: `every value says its offset, such as ${example}` };
  if (all((value) => naive.test(value))) return { kind: 'naive', ground: `values such as ${example} say no offset`, isLocal: true };
  if (all((value) => isDay(value) || isDay(value.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'))))
    return { kind: 'day', ground: `values such as ${example} are days`, isLocal: true };
  const unix = unixUnits.find(({ divisor }) => all((value) => isUnix(value, divisor)));
  if (unix !== undefined) return { kind: unix.kind, ground: `looks like unix ${unix.name} of ${yearOf(values[0] ?? '0', unix.divisor)}` };
  // 2000 to 2100 in days of a spreadsheet.
  if (all((value) => /^(?:3[6-9]|[4-6]\d|7[0-2])\d{3}(?:\.\d+)?$/.test(value)))
    return { kind: 'excel', ground: `a guess: values such as ${example} look like days of a spreadsheet`, isLocal: true };
  return patternOf(values);
}

function isUnix(value: string, divisor: bigint): boolean {
  if (!/^\d{9,19}(?:\.\d{1,18})?$/.test(value)) return false;
  const seconds = BigInt(value.split('.')[0] ?? '0') / divisor;
  return seconds >= firstSecond && seconds < lastSecond;
}

function yearOf(value: string, divisor: bigint): string {
  return formatInstant((BigInt(value.split('.')[0] ?? '0') / divisor) * 1_000_000n).slice(0, 4);
}

const months = 'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const clockBehind = String.raw`(?<gap>,? |T)(?<hour>\d{1,2}):\d{2}(?<seconds>:\d{2})?(?<fraction>\.\d{1,6})?(?<half> ?[AP]M)?`;
const numbered = new RegExp(String.raw`^(?<first>\d{1,4})(?<mark>[./-])(?<second>\d{1,2})\k<mark>(?<third>\d{4}|\d{1,2})(?:${clockBehind})?$`);
const worded = new RegExp(
  String.raw`^(?:(?<day>\d{1,2})(?<mark>[ -])(?<month>${months})|(?<monthFirst>${months})(?<gapFirst> )(?<dayBehind>\d{1,2}),?)[ -]\d{4}(?:${clockBehind})?$`,
);

/** Days and months in an order of their own, with or without a time of day. */
function patternOf(values: readonly string[]): TimeGuess | null {
  const groups = values.flatMap((value): Groups[] => {
    const groups = (numbered.exec(value) ?? worded.exec(value))?.groups;
    return groups === undefined ? [] : [groups];
  });
  const [one] = groups;
  if (one === undefined || groups.length < values.length) return null;
  const tails = new Set(groups.map(clockPattern));
  const [tail = ''] = tails;
  // Shapes that differ from value to value have no one pattern.
  if (tails.size > 1) return null;
  const example = quoted(values[0] ?? '');
  const kind = { kind: 'pattern', ground: `values such as ${example} have an order of their own`, isLocal: true } as const;
  if (one['month'] !== undefined || one['monthFirst'] !== undefined) return wordedPattern(values, tail, kind);
  return numberedPattern(groups, tail, kind);
}

type Groups = Readonly<Record<string, string | undefined>>;

function clockPattern({ gap, seconds, fraction, half }: Groups): string {
  if (gap === undefined) return '';
  const hour = half === undefined ? '%H' : '%I';
  return `${gap}${hour}:%M${seconds === undefined ? '' : ':%S'}${fraction === undefined ? '' : '.%f'}${half === undefined ? '' : half.replace(/[AP]M/, '%p')}`;
}

function wordedPattern(values: readonly string[], tail: string, kind: Omit<TimeGuess, 'pattern'>): TimeGuess | null {
  const shapes = values.map((value) => value.match(new RegExp(`^(.*?)(${months})(.*?)\\d{4}`)));
  const isShort = shapes.every((shape) => shape?.[2]?.length === 3);
  const isLong = shapes.every((shape) => (shape?.[2]?.length ?? 0) > 3 || shape?.[2] === 'May');
  const texts = new Set(shapes.map((shape) => [shape?.[1], isShort ? '%b' : '%B', shape?.[3]].join('').replace(/\d{1,2}/, '%d')));
  const [text = ''] = texts;
  if (texts.size > 1 || (!isShort && !isLong)) return null;
  const pattern = `${text}%Y${tail}`;
  return { ...kind, pattern: { text: pattern, meanwhile: pattern, ground: 'months are written as words' } };
}

function numberedPattern(groups: readonly Groups[], tail: string, kind: Omit<TimeGuess, 'pattern'>): TimeGuess | null {
  const marks = new Set(groups.map(({ mark }) => mark));
  const [mark = '/'] = marks;
  const numbers = groups.map(({ first = '', second = '', third = '' }) => [first, second, third] as const);
  if (marks.size > 1) return null;
  const say = (order: readonly string[]): string => `${order.join(mark)}${tail}`;
  const known = (order: readonly string[], ground: string): TimeGuess => ({ ...kind, pattern: { text: say(order), meanwhile: say(order), ground } });
  if (numbers.every(([first]) => first.length === 4)) return known(['%Y', '%m', '%d'], 'the year stands first');
  const open = (ground: string): TimeGuess => ({
    ...kind,
    pattern: { text: null, meanwhile: say(['%d', '%m', numbers[0]?.[2].length === 2 ? '%y' : '%Y']), ground },
  });
  if (numbers.some(([first, , third]) => first.length > 2 || third.length !== 4))
    return open('a year of two digits may stand at either end: say the order, such as %d/%m/%y');
  const dayFirst = numbers.find(([first]) => Number(first) > 12);
  const monthFirst = numbers.find(([, second]) => Number(second) > 12);
  if (dayFirst !== undefined && monthFirst === undefined) return known(['%d', '%m', '%Y'], `${dayFirst[0]} in front is no month`);
  if (monthFirst !== undefined && dayFirst === undefined) return known(['%m', '%d', '%Y'], `${monthFirst[1]} in the middle is no month`);
  if (dayFirst !== undefined) return null;
  return open('no day is above 12: say whether it is %d or %m that stands first');
}
