/** SQL that turns the validated text of a canonical column into its exact type; text that does not fit becomes null, never a guess. */
import { bound, printedAmount, roundedText, roundsUp, shiftDecimals, shiftUnits, splitAmount, withoutExponent } from './amount-text.ts';
import { type AmountColumn, isCount } from './column-types.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { type CanonicalColumn, type Format, kinds, statuses } from '../../model/evidence.ts';

/** More tokens than this in one row are taken for a broken count. */
const maxTokens = 1_000_000_000_000_000n;

const clock = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?`;

/** Offsets that are in use somewhere on earth, not more; Parquet writes whole hours without minutes. */
const offset = '[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?';

/** Where the raw text of a canonical column stands in the relation `texts`. */
export function textOf(column: CanonicalColumn): Sql {
  return identifier(`text:${column}`);
}

/** The typed expression of a column over its text. */
export function typedColumn(column: CanonicalColumn, format: Format): Sql {
  const text = textOf(column);
  if (isCount(column)) return countOf(text);
  switch (column) {
    case 'timestamp_utc':
      return timestamp(text, format);
    case 'status':
      return mapped(text, statuses, format.statuses, sql`row_status`);
    case 'kind':
      return mapped(text, kinds, format.kinds, sql`row_kind`);
    case 'attempt':
      return sql`case when regexp_full_match(${text}, '0*[1-9][0-9]{0,8}') then try_cast(${text} as integer) end`;
    case 'charged_amount':
    case 'stated_amount':
      return amountUnits(column, format);
    case 'charged_currency':
      return sql`upper(${text})`;
    case 'stream':
    case 'stream_completed':
    case 'client_stopped':
      return sql`case lower(${text}) when 'true' then true when '1' then true when 'false' then false when '0' then false end`;
    default:
      return text;
  }
}

/** A whole, unsigned token count, else null. */
export function countOf(text: Sql): Sql {
  return sql`case when regexp_full_match(${text}, '[0-9]{1,16}') and try_cast(${text} as bigint) <= ${maxTokens} then try_cast(${text} as bigint) end`;
}

function mapped(text: Sql, canonical: readonly string[], aliases: Readonly<Record<string, string>>, type: Sql): Sql {
  const known = new Map([...canonical.map((name) => [name, name] as const), ...Object.entries(aliases)]);
  const cases = [...known].map(([from, to]) => sql`when ${literal(from)} then ${literal(to)}::${type}`);
  return sql`case ${text} ${joinSql(cases, ' ')} end`;
}

function timestamp(text: Sql, format: Format): Sql {
  switch (format.timestamp.kind) {
    case 'iso':
      return sql`case when regexp_full_match(${text}, ${literal(`${clock}(Z|${offset})`)}) then epoch_us(try_cast(${text} as timestamptz)) end`;
    case 'naive':
      return naiveTimestamp(text, format.timestamp.zone ?? 'UTC');
    case 'unix-s':
      return sql`case when regexp_full_match(${text}, '[0-9]{1,11}') then try_cast(${text} as bigint) * 1000000 end`;
    case 'unix-ms':
      return sql`case when regexp_full_match(${text}, '[0-9]{1,14}') then try_cast(${text} as bigint) * 1000 end`;
  }
}

/** Local time in a fixed offset or a named zone; an hour that a clock change skips or repeats is no point in time and stays null. */
function naiveTimestamp(text: Sql, zone: string): Sql {
  const local = sql`try_cast(${text} as timestamp)`;
  const plain = sql`regexp_full_match(${text}, ${literal(clock)})`;
  if (/^[+-]\d{2}:?\d{2}$/.test(zone)) {
    return sql`case when ${plain} then epoch_us(try_cast(${text} || ${literal(zone)} as timestamptz)) end`;
  }
  const at = sql`timezone(${literal(zone)}, ${local})`;
  const unique = joinSql(
    (['-3 hours', '-2 hours', '-1 hour', '-30 minutes', '30 minutes', '1 hour', '2 hours', '3 hours'] as const).map(
      (shift) => sql`timezone(${literal(zone)}, ${at} + interval '${shift}') <> ${local}`,
    ),
    ' and ',
  );
  return sql`case when ${plain} and timezone(${literal(zone)}, ${at}) = ${local} and ${unique} then epoch_us(${at}) end`;
}

/** Where the trimmed text of an amount stands in the relation `trimmed`: valid, or null. */
export function amountText(column: AmountColumn): Sql {
  return identifier(`amount:${column}`);
}
const amountPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,18}0*)?`;

/** Amount text; a zero of a kind for which the source writes 0 instead of nothing is no amount. */
export function amountOf(text: Sql, format: Format): Sql {
  const kindsWithout = format.money.zeroIsNone ?? [];
  if (kindsWithout.length === 0) return text;
  return sql`(case when ${typedKind(format)} in (${joinSql(kindsWithout.map(literal))}) and regexp_full_match(${text}, '-?0+(\\.0*)?([eE][+-]?[0-9]{1,3})?') then null else ${text} end)`;
}

/** What stands of an amount that was printed from binary floating point in the relations before `trimmed`. */
function printedPart(part: 'plain' | 'kept' | 'rest' | 'up' | 'rounded', column: AmountColumn): Sql {
  return identifier(`${part}:${column}`);
}

/** The relations that round amounts printed from binary floating point, one after the other, each with the columns that it adds; none where amounts are exact. */
export function roundingStages(columns: readonly AmountColumn[], format: Format): Sql[][] {
  const { float } = format.money;
  if (float === undefined) return [];
  const { decimals } = float;
  const each = (add: (column: AmountColumn) => Sql[]): Sql[] => columns.flatMap(add);
  return [
    each((column) => [sql`${printedAmount(amountOf(textOf(column), format), decimals)} as ${printedPart('plain', column)}`]),
    each((column) => {
      const { kept, rest } = splitAmount(printedPart('plain', column), decimals);
      return [sql`${kept} as ${printedPart('kept', column)}`, sql`${rest} as ${printedPart('rest', column)}`];
    }),
    each((column) => [sql`${roundsUp(printedPart('kept', column), printedPart('rest', column))} as ${printedPart('up', column)}`]),
    each((column) => {
      const [plain, kept, up] = [printedPart('plain', column), printedPart('kept', column), printedPart('up', column)];
      return [sql`${roundedText(plain, kept, up, decimals)} as ${printedPart('rounded', column)}`];
    }),
  ];
}

/** Valid amount text, rounded where the format says so, without the trailing zeros behind its point: they carry no value, 0.10 and 0.1 are the same amount. */
export function trimmedAmount(column: AmountColumn, format: Format): Sql {
  return format.money.float === undefined ? trimmedText(amountOf(textOf(column), format)) : trimmedText(printedPart('rounded', column));
}

/** What rounding moved `charged_amount` by, and the decimals in which that counts; null where amounts are exact. */
export function floatShift(format: Format): { readonly units: Sql; readonly decimals: number } | null {
  const { float, divisor } = format.money;
  if (float === undefined) return null;
  const { factor, decimals } = moneyShift(divisor);
  const [plain, rest, up] = [printedPart('plain', 'charged_amount'), printedPart('rest', 'charged_amount'), printedPart('up', 'charged_amount')];
  return { units: sql`${shiftUnits(plain, rest, up)} * ${factor}${signOf(format)}`, decimals: shiftDecimals(float.decimals) + decimals };
}

function trimmedText(text: Sql): Sql {
  const isAmount = (one: Sql): Sql => sql`regexp_full_match(${one}, ${literal(amountPattern)})`;
  const trimmed = (one: Sql): Sql => sql`case when suffix(${one}, '0') and contains(${one}, '.') then rtrim(rtrim(${one}, '0'), '.') else ${one} end`;
  // Exponents are rare: the usual text pays nothing for them.
  return sql`case when ${isAmount(text)} then ${trimmed(text)} when contains(lower(${text}), 'e') then ${bound('plain', withoutExponent(text), sql`case when ${isAmount(sql`plain`)} then ${trimmed(sql`plain`)} end`)} end`;
}

function amountUnits(column: AmountColumn, format: Format): Sql {
  const { factor } = moneyShift(format.money.divisor);
  const digits = sql`replace(${amountText(column)}, '.', '')`;
  return sql`coalesce(try_cast(${digits} as bigint)::hugeint, try_cast(${digits} as hugeint)) * ${factor}${signOf(format)}`;
}

function signOf(format: Format): Sql {
  const negated = joinSql(format.money.negate.map(literal));
  return negated === '' ? sql`` : sql` * case when ${typedKind(format)} in (${negated}) then -1 else 1 end`;
}

/** The decimals of a scaled amount. */
export function amountDecimals(column: AmountColumn, format: Format): Sql {
  const { decimals } = moneyShift(format.money.divisor);
  const text = amountText(column);
  return sql`(case when contains(${text}, '.') then length(${text}) - strpos(${text}, '.') else 0 end + ${decimals})::utinyint`;
}

function typedKind(format: Format): Sql {
  return format.columns.kind === undefined && format.constants.kind === undefined ? sql`'charge'` : mapped(textOf('kind'), kinds, format.kinds, sql`row_kind`);
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
