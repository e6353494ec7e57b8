/** SQL that turns the validated text of a canonical column into its exact type; text that does not fit becomes null, never a guess. */
import { bound, plainNumber, printedAmount, roundedText, roundsUp, shiftDecimals, shiftUnits, splitAmount, withoutExponent } from './amount-text.ts';
import { type AmountColumn, isCount } from './column-types.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { type CanonicalColumn, covers, type Format, kinds, statuses } from '../../model/evidence.ts';

/** More tokens than this in one row are taken for a broken count. */
const maxTokens = 1_000_000_000_000_000n;

/** Seconds may be left out, as Java does where there are none. */
const clock = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?`;

const usualTime = String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])`;

/** Offsets that are in use somewhere on earth, not more; Parquet and Postgres write whole hours without minutes, BigQuery and Go say UTC behind a blank. */
const offset = '(Z| ?UTC| ?[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?( UTC)?)';

/** Where the raw text of a canonical column stands in the relation `texts`. */
export function textOf(column: CanonicalColumn): Sql {
  return identifier(`text:${column}`);
}

/** The typed expression of a column over its text. */
export function typedColumn(column: CanonicalColumn, format: Format): Sql {
  const text = textOf(column);
  if (isCount(column)) return countOf(plainNumber(text, format.numbers));
  switch (column) {
    case 'timestamp_utc':
      return timestamp(text, format);
    case 'status':
      return mapped(text, statuses, format.statuses, sql`row_status`);
    case 'kind':
      return mapped(text, kinds, format.kinds, sql`row_kind`);
    case 'covered_by':
      return mapped(text, covers, {}, sql`row_cover`);
    case 'attempt':
      return sql`case when regexp_full_match(${text}, '0*[1-9][0-9]{0,8}') then try_cast(${text} as integer) end`;
    case 'charged_amount':
    case 'stated_amount':
      return amountUnits(column, format);
    case 'requests':
      return countOf(plainNumber(text, format.numbers));
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

/** Microseconds of text that is a time with its zone in the usual notation, else null. */
export function zonedTime(text: Sql): Sql {
  return sql`epoch_us(case when regexp_full_match(${text}, ${literal(usualTime)}) then try_cast(${text} as timestamptz) end)`;
}

function timestamp(text: Sql, { timestamp: { kind, zone, pattern } }: Format): Sql {
  const local = zone ?? 'UTC';
  switch (kind) {
    case 'iso':
      // The usual notation pays nothing for the others.
      return sql`epoch_us(case when regexp_full_match(${text}, ${literal(usualTime)}) then try_cast(${text} as timestamptz) when regexp_full_match(${text}, ${literal(clock + offset)}) then try_cast(${isoText(text)} as timestamptz) end)`;
    case 'naive':
      return localInstant(sql`case when regexp_full_match(${text}, ${literal(clock)}) then try_cast(${withSeconds(text)} as timestamp) end`, local);
    case 'day':
      return localInstant(
        sql`case when regexp_full_match(${text}, '[0-9]{4}-?[0-9]{2}-?[0-9]{2}') then try_strptime(replace(${text}, '-', ''), '%Y%m%d') end`,
        local,
      );
    case 'excel':
      return localInstant(excelTime(text), local);
    case 'pattern':
      return localInstant(sql`try_strptime(${text}, ${literal(pattern ?? '')})`, local);
    case 'unix-s':
      return unixTime(text, 0);
    case 'unix-ms':
      return unixTime(text, 3);
    case 'unix-us':
      return unixTime(text, 6);
    case 'unix-ns':
      return unixTime(text, 9);
  }
}

function withSeconds(text: Sql): Sql {
  return sql`case when length(${text}) = 16 then ${text} || ':00' else ${text} end`;
}

/** What the engine reads as a point in time: seconds written out, and the offset as numbers. */
function isoText(text: Sql): Sql {
  const offsetOnly = sql`regexp_replace(${text}, '( ?UTC|Z)$', '')`;
  const numbered = sql`case when regexp_matches(plain, ':[0-9]{2}(:[0-9.]+)? ?[+-][0-9:]+$') then plain else plain || '+00' end`;
  return bound('plain', offsetOnly, sql`regexp_replace(regexp_replace(${numbered}, '([T ][0-9]{2}:[0-9]{2})( ?[+-])', '\\1:00\\2'), ' ([+-])', '\\1')`);
}

/** Microseconds of a count of seconds ÷ 10^`decimals`, with a fraction where there is one; what lies below a microsecond is cut. */
function unixTime(text: Sql, decimals: number): Sql {
  const digits = 11 + decimals;
  const fraction = sql`regexp_extract(${text}, '[.]([0-9]+)', 1)`;
  const micros = 6 - decimals;
  const whole = sql`try_cast(regexp_extract(${text}, '^[0-9]+') as bigint)`;
  const scaled =
    micros >= 0
      ? sql`${whole} * ${10 ** micros} + ${micros === 0 ? sql`0` : sql`rpad(left(${fraction}, ${micros}), ${micros}, '0')::bigint`}`
      : sql`${whole} // ${10 ** -micros}`;
  return sql`case when regexp_full_match(${text}, ${literal(`[0-9]{1,${digits}}([.][0-9]{1,18})?`)}) then ${scaled} end`;
}

/** Days since 1899-12-30 with the time as a fraction, to the millisecond: a spreadsheet keeps no more. */
function excelTime(text: Sql): Sql {
  const days = sql`try_cast(${text} as decimal(38, 12))`;
  const micros = sql`(round(${days} * 86400000)::bigint * 1000)`;
  return sql`case when regexp_full_match(${text}, '[0-9]{4,5}([.][0-9]{1,12}0*)?') then make_timestamp(${micros} - 2209161600000000) end`;
}

/** Local time in a fixed offset or a named zone; an hour that a clock change skips or repeats is no point in time and stays null. */
function localInstant(local: Sql, zone: string): Sql {
  const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (fixed !== null) {
    const micros = (BigInt(fixed[2] ?? '0') * 60n + BigInt(fixed[3] ?? '0')) * 60_000_000n * (fixed[1] === '-' ? -1n : 1n);
    return sql`epoch_us(${local}) - ${micros}`;
  }
  const at = sql`timezone(${literal(zone)}, point)`;
  const unique = joinSql(
    (['-3 hours', '-2 hours', '-1 hour', '-30 minutes', '30 minutes', '1 hour', '2 hours', '3 hours'] as const).map(
      (shift) => sql`timezone(${literal(zone)}, ${at} + interval '${shift}') <> point`,
    ),
    ' and ',
  );
  return bound('point', local, sql`case when timezone(${literal(zone)}, ${at}) = point and ${unique} then epoch_us(${at}) end`);
}

/** Where the trimmed text of an amount stands in the relation `trimmed`: valid, or null. */
export function amountText(column: AmountColumn): Sql {
  return identifier(`amount:${column}`);
}
const amountPattern = String.raw`-?[0-9]{1,19}(\.[0-9]{1,18}0*)?`;

/** Amount text; a zero of a kind for which the source writes 0 instead of nothing is no amount. */
export function amountOf(text: Sql, format: Format): Sql {
  const kindsWithout = format.money.zeroIsNone ?? [];
  if (kindsWithout.length === 0) return plainNumber(text, format.numbers);
  return sql`(case when ${typedKind(format)} in (${joinSql(kindsWithout.map(literal))}) and regexp_full_match(${text}, '-?0+(\\.0*)?([eE][+-]?[0-9]{1,3})?') then null else ${plainNumber(text, format.numbers)} end)`;
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
  const { float } = format.money;
  if (float === undefined) return null;
  const { factor, decimals } = moneyShift(format.money);
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
  const { factor } = moneyShift(format.money);
  const digits = sql`replace(${amountText(column)}, '.', '')`;
  return sql`coalesce(try_cast(${digits} as bigint)::hugeint, try_cast(${digits} as hugeint)) * ${factor}${signOf(format)}`;
}

function signOf(format: Format): Sql {
  const negated = joinSql(format.money.negate.map(literal));
  return negated === '' ? sql`` : sql` * case when ${typedKind(format)} in (${negated}) then -1 else 1 end`;
}

/** The decimals of a scaled amount. */
export function amountDecimals(column: AmountColumn, format: Format): Sql {
  const { decimals } = moneyShift(format.money);
  const text = amountText(column);
  return sql`(case when contains(${text}, '.') then length(${text}) - strpos(${text}, '.') else 0 end + ${decimals})::utinyint`;
}

function typedKind(format: Format): Sql {
  return format.columns.kind === undefined && format.constants.kind === undefined && format.negativeKind === undefined
    ? sql`'charge'`
    : mapped(textOf('kind'), kinds, format.kinds, sql`row_kind`);
}

/** `× multiplier ÷ divisor` as `× factor` at `decimals` more decimals, exactly: only divisors of 2 and 5 have such a factor. */
function moneyShift({ divisor, multiplier = '1' }: Format['money']): { factor: bigint; decimals: number } {
  const whole = BigInt(divisor);
  const [units = '', fraction = ''] = multiplier.split('.');
  for (let decimals = 0; decimals <= 18; decimals += 1) {
    const power = 10n ** BigInt(decimals);
    if (whole > 0n && power % whole === 0n) return { factor: (power / whole) * BigInt(units + fraction), decimals: decimals + fraction.length };
  }
  throw new RangeError(`money divisor ${divisor} does not divide a power of ten up to 10^18`);
}
