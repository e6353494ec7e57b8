/** SQL that turns the validated text of a canonical column into its exact type; text that does not fit becomes null, never a guess. */
import { kinds, statuses } from '../../model/evidence.ts';
import type { CanonicalColumn, Format } from '../../model/evidence.ts';
import { identifier, literal } from '../database.ts';
import { bound, printedAmount, roundedText, roundsUp, shiftDecimals, shiftUnits, splitAmount, withoutExponent } from './amount-text.ts';
import { isCount, type AmountColumn } from './column-types.ts';

/** More tokens than this in one row are taken for a broken count. */
const maxTokens = 1_000_000_000_000_000n;

const clock = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?`;

/** Offsets that are in use somewhere on earth, not more; Parquet writes whole hours without minutes. */
const offset = '[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?';

/** Where the raw text of a canonical column stands in the relation `texts`. */
export function textOf(column: CanonicalColumn): string {
  return identifier(`text:${column}`);
}

/** The typed expression of a column over its text. */
export function typedColumn(column: CanonicalColumn, format: Format): string {
  const text = textOf(column);
  if (isCount(column)) return countOf(text);
  switch (column) {
    case 'timestamp_utc':
      return timestamp(text, format);
    case 'status':
      return mapped(text, statuses, format.statuses, 'row_status');
    case 'kind':
      return mapped(text, kinds, format.kinds, 'row_kind');
    case 'attempt':
      return `case when regexp_full_match(${text}, '0*[1-9][0-9]{0,8}') then try_cast(${text} as integer) end`;
    case 'charged_amount':
    case 'stated_amount':
      return amountUnits(column, format);
    case 'charged_currency':
      return `upper(${text})`;
    case 'stream':
    case 'stream_completed':
    case 'client_stopped':
      return `case lower(${text}) when 'true' then true when '1' then true when 'false' then false when '0' then false end`;
    default:
      return text;
  }
}

/** A whole, unsigned token count, else null. */
export function countOf(text: string): string {
  return `case when regexp_full_match(${text}, '[0-9]{1,16}') and try_cast(${text} as bigint) <= ${maxTokens} then try_cast(${text} as bigint) end`;
}

function mapped(text: string, canonical: readonly string[], aliases: Readonly<Record<string, string>>, type: string): string {
  const known = new Map([...canonical.map((name) => [name, name] as const), ...Object.entries(aliases)]);
  const cases = [...known].map(([from, to]) => `when ${literal(from)} then ${literal(to)}::${type}`);
  return `case ${text} ${cases.join(' ')} end`;
}

function timestamp(text: string, format: Format): string {
  switch (format.timestamp.kind) {
    case 'iso':
      return `case when regexp_full_match(${text}, ${literal(`${clock}(Z|${offset})`)}) then epoch_us(try_cast(${text} as timestamptz)) end`;
    case 'naive':
      return naiveTimestamp(text, format.timestamp.zone ?? 'UTC');
    case 'unix-s':
      return `case when regexp_full_match(${text}, '[0-9]{1,11}') then try_cast(${text} as bigint) * 1000000 end`;
    case 'unix-ms':
      return `case when regexp_full_match(${text}, '[0-9]{1,14}') then try_cast(${text} as bigint) * 1000 end`;
  }
}

/** Local time in a fixed offset or a named zone; an hour that a clock change skips or repeats is no point in time and stays null. */
function naiveTimestamp(text: string, zone: string): string {
  const local = `try_cast(${text} as timestamp)`;
  const plain = `regexp_full_match(${text}, ${literal(clock)})`;
  if (/^[+-]\d{2}:?\d{2}$/.test(zone)) {
    return `case when ${plain} then epoch_us(try_cast(${text} || ${literal(zone)} as timestamptz)) end`;
  }
  const at = `timezone(${literal(zone)}, ${local})`;
  const unique = ['-3 hours', '-2 hours', '-1 hour', '-30 minutes', '30 minutes', '1 hour', '2 hours', '3 hours']
    .map((shift) => `timezone(${literal(zone)}, ${at} + interval '${shift}') <> ${local}`)
    .join(' and ');
  return `case when ${plain} and timezone(${literal(zone)}, ${at}) = ${local} and ${unique} then epoch_us(${at}) end`;
}

/** Where the trimmed text of an amount stands in the relation `trimmed`: valid, or null. */
export function amountText(column: AmountColumn): string {
  return identifier(`amount:${column}`);
}
const amountPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,18}0*)?`;

/** Amount text; a zero of a kind for which the source writes 0 instead of nothing is no amount. */
export function amountOf(text: string, format: Format): string {
  const kindsWithout = format.money.zeroIsNone ?? [];
  if (kindsWithout.length === 0) return text;
  return `(case when ${typedKind(format)} in (${kindsWithout.map(literal).join(', ')}) and regexp_full_match(${text}, '-?0+(\\.0*)?([eE][+-]?[0-9]{1,3})?') then null else ${text} end)`;
}

/** What stands of an amount that was printed from binary floating point in the relations before `trimmed`. */
function printedPart(part: 'plain' | 'kept' | 'rest' | 'up' | 'rounded', column: AmountColumn): string {
  return identifier(`${part}:${column}`);
}

/** The relations that round amounts printed from binary floating point, one after the other, each with the columns that it adds; none where amounts are exact. */
export function roundingStages(columns: readonly AmountColumn[], format: Format): string[][] {
  const { float } = format.money;
  if (float === undefined) return [];
  const { decimals } = float;
  const each = (add: (column: AmountColumn) => string[]): string[] => columns.flatMap(add);
  return [
    each((column) => [`${printedAmount(amountOf(textOf(column), format), decimals)} as ${printedPart('plain', column)}`]),
    each((column) => {
      const { kept, rest } = splitAmount(printedPart('plain', column), decimals);
      return [`${kept} as ${printedPart('kept', column)}`, `${rest} as ${printedPart('rest', column)}`];
    }),
    each((column) => [`${roundsUp(printedPart('kept', column), printedPart('rest', column))} as ${printedPart('up', column)}`]),
    each((column) => {
      const [plain, kept, up] = [printedPart('plain', column), printedPart('kept', column), printedPart('up', column)];
      return [`${roundedText(plain, kept, up, decimals)} as ${printedPart('rounded', column)}`];
    }),
  ];
}

/** Valid amount text, rounded where the format says so, without the trailing zeros behind its point: they carry no value, 0.10 and 0.1 are the same amount. */
export function trimmedAmount(column: AmountColumn, format: Format): string {
  return format.money.float === undefined ? trimmedText(amountOf(textOf(column), format)) : trimmedText(printedPart('rounded', column));
}

/** What rounding moved `charged_amount` by, and the decimals in which that counts; null where amounts are exact. */
export function floatShift(format: Format): { readonly units: string; readonly decimals: number } | null {
  const { float, divisor } = format.money;
  if (float === undefined) return null;
  const { factor, decimals } = moneyShift(divisor);
  const [plain, rest, up] = [printedPart('plain', 'charged_amount'), printedPart('rest', 'charged_amount'), printedPart('up', 'charged_amount')];
  return { units: `${shiftUnits(plain, rest, up)} * ${factor}${signOf(format)}`, decimals: shiftDecimals(float.decimals) + decimals };
}

function trimmedText(text: string): string {
  const isAmount = (one: string): string => `regexp_full_match(${one}, ${literal(amountPattern)})`;
  const trimmed = (one: string): string => `case when suffix(${one}, '0') and contains(${one}, '.') then rtrim(rtrim(${one}, '0'), '.') else ${one} end`;
  // Exponents are rare: the usual text pays nothing for them.
  return `case when ${isAmount(text)} then ${trimmed(text)} when contains(lower(${text}), 'e') then ${bound('plain', withoutExponent(text), `case when ${isAmount('plain')} then ${trimmed('plain')} end`)} end`;
}

function amountUnits(column: AmountColumn, format: Format): string {
  const { factor } = moneyShift(format.money.divisor);
  const digits = `replace(${amountText(column)}, '.', '')`;
  return `coalesce(try_cast(${digits} as bigint)::hugeint, try_cast(${digits} as hugeint)) * ${factor}${signOf(format)}`;
}

function signOf(format: Format): string {
  const negated = format.money.negate.map(literal).join(', ');
  return negated === '' ? '' : ` * case when ${typedKind(format)} in (${negated}) then -1 else 1 end`;
}

/** The decimals of a scaled amount. */
export function amountDecimals(column: AmountColumn, format: Format): string {
  const { decimals } = moneyShift(format.money.divisor);
  const text = amountText(column);
  return `(case when contains(${text}, '.') then length(${text}) - strpos(${text}, '.') else 0 end + ${decimals})::utinyint`;
}

function typedKind(format: Format): string {
  return format.columns.kind === undefined && format.constants.kind === undefined ? `'charge'` : mapped(textOf('kind'), kinds, format.kinds, 'row_kind');
}

/** `÷ divisor` as `× factor` at `decimals` more decimals, exactly: only products of 2 and 5 have such a factor. */
function moneyShift(divisor: string): { factor: bigint; decimals: number } {
  const whole = BigInt(divisor);
  for (let decimals = 0; decimals <= 18; decimals += 1) {
    const power = 10n ** BigInt(decimals);
    if (whole > 0n && power % whole === 0n) return { factor: power / whole, decimals };
  }
  throw new RangeError(`money divisor ${divisor} does not divide a power of ten up to 10^18`);
}
