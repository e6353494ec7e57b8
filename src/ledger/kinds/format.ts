/** The shape of `formats/<name>.yaml`: a column mapping for an export that is not built in. */
import { z } from 'zod';
import { choice, dictionary, list, name, record, requireKeys, text } from './scalars.ts';
import {
  type CanonicalColumn,
  canonicalColumns,
  type Format,
  kinds,
  pathSteps,
  statuses,
  tokenColumns,
  type TokenInclusion,
  type ValueSource,
} from '../../model/evidence.ts';

/** `column`, or `column:$.json.path` for a value inside a JSON column. */
const source = text
  .refine((value) => isPath(sourceOf(value).path), { error: 'column:$.path with keys and places of lists, such as $.usage.input or $[0].amount' })
  .transform(sourceOf);
const sources = z.union([source, list(source).min(1, { error: 'at least one source' })], {
  error: 'a column, column:$.json.path, or a list of them',
});
const condition = record({ source, in: list(z.string({ error: 'text' })).min(1, { error: 'at least one value' }) });
const inputIncludes = list(choice('cached_input', 'cache_write', 'cache_write_1h'));
const outputIncludes = list(choice('reasoning'));
const cacheWriteIncludes = list(choice('cache_write_1h'));

const shapeOf = <Column extends CanonicalColumn, Value extends z.ZodType>(columns: readonly Column[], value: Value) =>
  record(Object.fromEntries(columns.map((column) => [column, value.optional()])) as Record<Column, z.ZodOptional<Value>>);

const timestamp = record({
  kind: choice('iso', 'naive', 'unix-s', 'unix-ms'),
  zone: text.refine(isZone, { error: 'a zone such as +08:00 or Asia/Shanghai' }).optional(),
}).superRefine((value, context) => {
  if (value.kind === 'naive') requireKeys(value, ['zone'], context);
  else if (value.zone !== undefined) context.addIssue({ code: 'custom', path: ['zone'], message: 'no value, because only naive timestamps take a zone' });
});

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
  columns: shapeOf(canonicalColumns, sources),
  added: shapeOf(tokenColumns, sources).optional(),
  constants: shapeOf(canonicalColumns, text).optional(),
  timestamp: timestamp.optional(),
  statuses: dictionary(choice(...statuses)).optional(),
  kinds: dictionary(choice(...kinds)).optional(),
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
})
  .superRefine((value, context) => {
    if (value.inclusion === undefined) requireKeys(value, ['input_includes', 'output_includes'], context);
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

function sourceOf(value: string): ValueSource {
  const split = value.indexOf(':$');
  return split > 0 ? { column: value.slice(0, split), path: value.slice(split + 1) } : { column: value, path: null };
}

/** No wildcards, no places counted from the end: what is read has one place, so that what is not read can be told. */
function isPath(path: string | null): boolean {
  return path === null || pathSteps(path) !== null;
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
    columns: columnsOf(file.columns),
    ...(file.added === undefined ? {} : { added: columnsOf(file.added) }),
    constants: definedOf(file.constants ?? {}),
    timestamp: { kind: file.timestamp?.kind ?? 'iso', zone: file.timestamp?.zone ?? null },
    statuses: file.statuses ?? {},
    kinds: file.kinds ?? {},
    inclusion: inclusionOf(file),
    money: moneyOf(file.money ?? {}),
    filter: file.filter ?? [],
  };
}

function moneyOf(money: NonNullable<FormatFile['money']>): Format['money'] {
  const { divisor = '1', negate = [], zero_is_none: zeroIsNone, decimals } = money;
  return { divisor, negate, ...(decimals === undefined ? {} : { float: { decimals } }), ...(zeroIsNone === undefined ? {} : { zeroIsNone }) };
}

function columnsOf(columns: FormatFile['columns']): Format['columns'] {
  const entries = Object.entries(definedOf<ValueSource | ValueSource[]>(columns));
  return Object.fromEntries(entries.map(([column, sources]) => [column, Array.isArray(sources) ? sources : [sources]]));
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

function definedOf<Value>(map: Readonly<Partial<Record<CanonicalColumn, Value | undefined>>>): Partial<Record<CanonicalColumn, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined)) as Partial<Record<CanonicalColumn, Value>>;
}
