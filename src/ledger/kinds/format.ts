/** The shape of `formats/<name>.yaml`: a column mapping for an export that is not built in. */
import { z } from 'zod';
import { choice, decimalText, dictionary, list, name, record, requireKeys, text, withMeters } from './scalars.ts';
import { anyText, condition, isPath, known, place, placeOf, sources, wholeNumber } from './format-source.ts';
import {
  type CanonicalColumn,
  encodings,
  type FileLayout,
  type Format,
  kinds,
  localTimeKinds,
  meterOf,
  type NumberStyle,
  type RecordPlace,
  sourceColumns,
  statuses,
  timestampKinds,
  tokenClasses,
  tokenColumns,
  type TokenInclusion,
  type ValueSource,
} from '../../model/evidence.ts';
import { recordSteps } from '../../model/json-path.ts';

const classPlaces = text.refine((value) => value.split('/').every((part) => part !== '' && isPath(placeOf(part).path)), {
  error: 'a column, or columns joined by /',
});
const rowsAre = record({ class: classPlaces, quantity: place, class_map: dictionary(choice(...tokenClasses)) });
export const inputIncludes = list(choice('cached_input', 'cache_write', 'cache_write_1h'));
export const outputIncludes = list(choice('reasoning'));
const cacheWriteIncludes = list(choice('cache_write_1h'));

export const shapeOf = <Column extends CanonicalColumn, Value extends z.ZodType>(columns: readonly Column[], value: Value) =>
  record(Object.fromEntries(columns.map((column) => [column, value.optional()])) as Record<Column, z.ZodOptional<Value>>);

export const zone = text.refine(isZone, { error: 'a zone such as +08:00 or Asia/Shanghai' });
const timestamp = record({
  kind: choice(...timestampKinds),
  zone: zone.optional(),
  pattern: text
    .refine(isTimePattern, { error: 'a pattern of %Y %y %m %d %H %I %M %S %f %p %b %B %j with the characters between them, such as "%d.%m.%Y %H:%M"' })
    .optional(),
}).superRefine((value, context) => {
  if (localTimeKinds.includes(value.kind)) requireKeys(value, ['zone'], context);
  else if (value.zone !== undefined)
    context.addIssue({ code: 'custom', path: ['zone'], message: `no value, because only timestamps of kind ${localTimeKinds.join(', ')} take a zone` });
  if (value.kind === 'pattern') requireKeys(value, ['pattern'], context);
  else if (value.pattern !== undefined)
    context.addIssue({ code: 'custom', path: ['pattern'], message: 'no value, because only timestamps of kind pattern take one' });
});

const file = record({
  encoding: choice(...encodings).optional(),
  delimiter: z
    .string({ error: 'a delimiter' })
    .regex(/^(?:tab|[\t !#$%&*/:;<=>?@^_`|~,])$/, { error: 'one character such as ";" or "|", or tab' })
    .optional(),
  skip_lines: wholeNumber(0, 1000).optional(),
  repeated_header: choice('skip').optional(),
});

const numbers = record({
  decimal: choice('.', ',').optional(),
  thousands: choice('.', ',', ' ', "'", '\u00a0', '\u202f', '\u2019').optional(),
  signs: list(anyText.regex(/^[^\d.,+\-()%\s]{1,5}$/, { error: 'a currency sign or code such as "€" or USD' })).optional(),
  percent: choice('divided').optional(),
}).superRefine((value, context) => {
  if (value.thousands === (value.decimal ?? '.')) context.addIssue({ code: 'custom', path: ['thousands'], message: 'another sign than the decimal one' });
});

const recordPath = text.refine((value) => recordSteps(value) !== null, {
  error: 'a path to the rows with [*] for every element and .* for every member, such as $.data[*].results[*]',
});
const recordPaths = z.union([recordPath, list(recordPath).min(1, { error: 'at least one path' })], { error: 'a path to the rows, or a list of paths' });
const pathsOf = (written: z.output<typeof recordPaths>): readonly string[] => (Array.isArray(written) ? written : [written]);
const records = record({ path: recordPaths, key_as: text.optional(), with: dictionary(recordPath).optional(), pass_over: list(text).optional() }).superRefine(
  (value, context) => {
    const [first = '', ...others] = pathsOf(value.path);
    if (others.length > 0 && value.with !== undefined)
      context.addIssue({ code: 'custom', path: ['with'], message: 'no value, because only rows of one path have others beside it' });
    const steps = recordSteps(first) ?? [];
    for (const [column, path] of Object.entries(value.with ?? {})) {
      if (isBeside(recordSteps(path) ?? [], steps)) continue;
      context.addIssue({ code: 'custom', path: ['with', column], message: `a value beside the path of the rows, such as ${besideExample(first)}` });
    }
    if (value.key_as !== undefined && value.with?.[value.key_as] !== undefined)
      context.addIssue({ code: 'custom', path: ['with', value.key_as], message: 'another name than that of key_as' });
  },
);

const divisor = text
  .refine(terminates, { error: 'a whole number whose only prime factors are 2 and 5, such as 100 or 500000' })
  .meta({ alsoWritten: 'integer' });

/** Fewer than six decimals would round what was really charged. */
const floatDecimals = text
  .refine((value) => /^(?:[6-9]|1[0-8])$/.test(value), { error: 'a whole number from 6 to 18' })
  .meta({ alsoWritten: 'integer' })
  .transform(Number);

const money = record({
  divisor: divisor.optional(),
  multiplier: decimalText.refine((value) => /^(?!0+(?:\.0+)?$)\d{1,12}(?:\.\d{1,12})?$/.test(value), { error: 'a decimal above 0 such as 7.3' }).optional(),
  negate: list(choice(...kinds)).optional(),
  zero_is_none: list(choice(...kinds)).optional(),
  source: choice('float').optional(),
  decimals: floatDecimals.optional(),
  mode: choice('half-even').optional(),
}).superRefine((value, context) => {
  if (value.source !== undefined) requireKeys(value, ['decimals', 'mode'], context);
  for (const key of ['decimals', 'mode'] as const) {
    if (value.source === undefined && value[key] !== undefined)
      context.addIssue({ code: 'custom', path: [key], message: 'no value, because only amounts of source: float are rounded' });
  }
});

export const formatSchema = record({
  name,
  grain: choice('row', 'bucket').optional(),
  file: file.optional(),
  numbers: numbers.optional(),
  rows: recordPath.optional(),
  records: records.optional(),
  rows_are: rowsAre.optional(),
  explode: place
    .refine(({ path }) => path !== null && path !== '$' && !path.includes('['), {
      error: 'column:$.path of a list inside a JSON column, of keys alone, such as usage:$.iterations',
    })
    .optional(),
  columns: withMeters(shapeOf(sourceColumns, sources).shape, sources),
  added: shapeOf(tokenColumns, sources).optional(),
  constants: shapeOf(sourceColumns, known).optional(),
  timestamp: timestamp.optional(),
  statuses: dictionary(choice(...statuses)).optional(),
  kinds: dictionary(choice(...kinds)).optional(),
  negative_kind: choice('refund', 'adjustment').optional(),
  input_includes: inputIncludes.optional(),
  output_includes: outputIncludes.optional(),
  cache_write_includes: cacheWriteIncludes.optional(),
  inclusion: list(
    record({ when: condition.optional(), input_includes: inputIncludes, output_includes: outputIncludes, cache_write_includes: cacheWriteIncludes.optional() }),
  )
    .min(1, { error: 'at least one rule' })
    .optional(),
  money: money.optional(),
  filter: list(condition).optional(),
  skip: list(condition).optional(),
  total_row: condition.optional(),
})
  .superRefine((value, context) => {
    if (value.rows !== undefined && value.records !== undefined)
      context.addIssue({ code: 'custom', path: ['rows'], message: 'either rows or records: rows is short for records: { path }' });
    if (value.explode !== undefined && value.rows_are !== undefined)
      context.addIssue({ code: 'custom', path: ['explode'], message: 'either explode or rows_are' });
    const { negative_kind: negative } = value;
    if (negative !== undefined && value.money?.negate?.includes(negative) === true)
      context.addIssue({ code: 'custom', path: ['negative_kind'], message: 'a kind that money.negate does not name: its amounts are negative already' });
    if (value.rows_are !== undefined) countsApart(value, context);
    else if (value.inclusion === undefined) requireKeys(value, ['input_includes', 'output_includes'], context);
    else if (value.input_includes !== undefined || value.output_includes !== undefined || value.cache_write_includes !== undefined) {
      context.addIssue({ code: 'custom', path: ['inclusion'], message: 'either inclusion or input_includes, output_includes and cache_write_includes' });
    }
    for (const column of tokenColumns) {
      if (value.added?.[column] === undefined || value.columns[column] !== undefined) continue;
      context.addIssue({ code: 'custom', path: ['added', column], message: 'a column that columns has too: there is nothing to add to' });
    }
  })
  .describe('formats/<name>.yaml: a column mapping');
type FormatFile = z.output<typeof formatSchema>;

/** Quantities by class say themselves what holds what. */
function countsApart(value: { readonly columns: object; readonly added?: object | undefined }, context: z.core.$RefinementCtx): void {
  for (const column of [...tokenColumns, 'total_tokens'] as const) {
    if (column in value.columns && (value.columns as Readonly<Record<string, unknown>>)[column] !== undefined)
      context.addIssue({ code: 'custom', path: ['columns', column], message: 'no column: rows_are says where counts are' });
  }
}

/** Only what says a local time: an offset inside would stand against `zone`. */
function isTimePattern(value: string): boolean {
  return value.includes('%d') && /%[mbB]/.test(value) && /%[Yy]/.test(value) && /^(?:%[YymdHIMSfpbBj]|[^%])+$/.test(value);
}

/** Whether a value stands in an object that the path of the rows goes through, so that each row has one. */
function isBeside(value: readonly string[], rows: readonly string[]): boolean {
  const shared = value.findIndex((step, index) => step !== rows[index]);
  return shared >= 0 && shared < rows.length && shared === value.length - 1 && !isEach(value[shared] ?? '');
}

function isEach(step: string): boolean {
  return step === '[*]' || step === '.*';
}

function besideExample(path: string): string {
  return `${path.replace(/(?:\[\*\]|\.\*|\.[^.[]+)$/, '')}.total`;
}

function isZone(zone: string): boolean {
  if (/^[+-](0\d|1[0-4]):[0-5]\d$/.test(zone)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function terminates(value: string): boolean {
  if (!/^[1-9]\d{0,17}$/.test(value)) return false;
  let rest = BigInt(value);
  for (const prime of [2n, 5n]) while (rest % prime === 0n) rest /= prime;
  return rest === 1n;
}

export function parseFormat(file: FormatFile): Format {
  return {
    name: file.name,
    ...(file.grain === 'bucket' ? { grain: 'bucket' as const } : {}),
    ...layoutOf(file),
    ...mappedOf(file.columns),
    ...(file.added === undefined ? {} : { added: columnsOf(file.added) }),
    constants: definedOf(file.constants ?? {}),
    timestamp: timestampOf(file.timestamp ?? { kind: 'iso' }),
    statuses: file.statuses ?? {},
    kinds: file.kinds ?? {},
    ...(file.negative_kind === undefined ? {} : { negativeKind: file.negative_kind }),
    inclusion: inclusionOf(file),
    money: moneyOf(file.money ?? {}),
    filter: file.filter ?? [],
    ...(file.skip === undefined ? {} : { skip: file.skip }),
    ...(file.total_row === undefined ? {} : { totalRow: file.total_row }),
  };
}

/** How the text of the file is to be read, as far as it is not the usual. */
function layoutOf({
  file,
  numbers,
  rows,
  records,
  rows_are: classes,
  explode,
}: FormatFile): Partial<Pick<Format, 'file' | 'numbers' | 'records' | 'rowsAre' | 'explode'>> {
  const [path, ...otherPaths] = rows === undefined ? pathsOf(records?.path ?? []) : [rows];
  return {
    ...(file === undefined ? {} : { file: fileOf(file) }),
    ...(numbers === undefined ? {} : { numbers: numbersOf(numbers) }),
    ...(explode === undefined ? {} : { explode }),
    ...(classes === undefined ? {} : { rowsAre: { class: classes.class.split('/').map(placeOf), quantity: classes.quantity, classMap: classes.class_map } }),
    ...(path === undefined
      ? {}
      : {
          records: {
            path,
            ...(otherPaths.length === 0 ? {} : { otherPaths }),
            ...(records?.pass_over === undefined ? {} : { passedOver: records.pass_over }),
            keyAs: records?.key_as ?? null,
            with: records?.with ?? {},
          } satisfies RecordPlace,
        }),
  };
}

function fileOf(file: NonNullable<FormatFile['file']>): FileLayout {
  const { encoding = 'utf-8', delimiter = ',', skip_lines: skipLines = 0, repeated_header: repeated } = file;
  return { encoding, delimiter: delimiter === 'tab' ? '\t' : delimiter, skipLines, repeatedHeader: repeated === 'skip' };
}

function numbersOf({ decimal = '.', thousands = undefined, signs = [], percent }: NonNullable<FormatFile['numbers']>): NumberStyle {
  return { decimal, thousands: thousands ?? null, signs, percent: percent === 'divided' };
}

function timestampOf({ kind, zone, pattern: written }: NonNullable<FormatFile['timestamp']>): Format['timestamp'] {
  return { kind, zone: zone ?? null, ...(written === undefined ? {} : { pattern: written }) };
}

function moneyOf(money: NonNullable<FormatFile['money']>): Format['money'] {
  const { divisor = '1', multiplier, negate = [], zero_is_none: zeroIsNone, decimals } = money;
  return {
    divisor,
    ...(multiplier === undefined ? {} : { multiplier }),
    negate,
    ...(decimals === undefined ? {} : { float: { decimals } }),
    ...(zeroIsNone === undefined ? {} : { zeroIsNone }),
  };
}

function columnsOf(columns: Readonly<Record<string, ValueSource | ValueSource[] | undefined>>): Format['columns'] {
  const entries = Object.entries(definedOf<ValueSource | ValueSource[]>(columns));
  return Object.fromEntries(entries.map(([column, sources]) => [column, Array.isArray(sources) ? sources : [sources]]));
}

/** What columns map: those that have a name of ours, and quantities by their meter. */
function mappedOf(columns: FormatFile['columns']): Pick<Format, 'columns' | 'meters'> {
  const entries = Object.entries(columnsOf(columns));
  const meters = entries.flatMap(([column, places]) => (meterOf(column) === null ? [] : [[meterOf(column) ?? '', places] as const]));
  return {
    columns: Object.fromEntries(entries.filter(([column]) => meterOf(column) === null)),
    ...(meters.length === 0 ? {} : { meters: Object.fromEntries(meters.toSorted(([a], [b]) => (a < b ? -1 : 1))) }),
  };
}

function inclusionOf(file: FormatFile): TokenInclusion[] {
  const single = {
    when: undefined,
    input_includes: file.input_includes ?? [],
    output_includes: file.output_includes ?? [],
    cache_write_includes: file.cache_write_includes,
  };
  const rules = file.inclusion ?? [single];
  return rules.map((rule) => ({
    when: rule.when ?? null,
    inputIncludes: rule.input_includes,
    outputIncludesReasoning: rule.output_includes.includes('reasoning'),
    ...(rule.cache_write_includes?.includes('cache_write_1h') ? { cacheWriteIncludes1h: true as const } : {}),
  }));
}

export function definedOf<Value>(map: Readonly<Partial<Record<CanonicalColumn, Value | undefined>>>): Partial<Record<CanonicalColumn, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<Record<CanonicalColumn, Value>>;
}
