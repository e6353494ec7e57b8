/** The scalars of ledger files: text in, normalised values out, each saying what it expects. */
import { z } from 'zod';
import { meterOf } from '../../model/evidence.ts';
import { isDay, parseDuration, parseInstant } from '../../model/instant.ts';
import { type Money, parseMoney } from '../../model/money.ts';
import { isPlaceholder } from '../../model/placeholder.ts';

/** Names the JSON types that an editor may see for a scalar which Trueup reads as text. */
function alsoWritten<Schema extends z.ZodType>(schema: Schema, type: 'number' | 'integer', pattern?: string): Schema {
  return schema.meta({ alsoWritten: type, ...(pattern === undefined ? {} : { pattern }) }) as Schema;
}

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Any text that is not empty; a ticket number may stand unquoted. */
export const text = alsoWritten(
  z
    .string({ error: 'text' })
    .min(1, { error: 'text that is not empty' })
    .max(4096, { error: 'at most 4096 characters' })
    .refine((value) => !controls.test(value), { error: 'text without control characters' }),
  'number',
);

/** A name that may stand in a path or a report. */
export const name = z.string({ error: 'a name' }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: 'a name of letters, digits, ".", "_" and "-"' });

const decimalError = { error: 'plain decimal text such as "12.50"' };
const decimalPattern = '^-?\\d{1,38}(\\.\\d{1,38})?$';
/** Plain decimal text, kept as it is written. */
export const decimalText = alsoWritten(
  z.string(decimalError).refine((value) => parseMoney(value) !== null, decimalError),
  'number',
  decimalPattern,
);
const toMoney = (value: string) => {
  const amount = parseMoney(value);
  if (amount === null) throw new TypeError(`not a decimal: ${value}`);
  return amount;
};

export const decimal = decimalText.transform(toMoney);
const bounded = (holds: (amount: Money) => boolean, error: string) =>
  decimalText
    .refine(
      (value) => {
        const amount = parseMoney(value);
        return amount === null || holds(amount);
      },
      { error, abort: true },
    )
    .transform(toMoney);
export const nonNegative = bounded((amount) => amount.greaterThanOrEqualTo(0), 'an amount of zero or more');
export const positive = bounded((amount) => amount.greaterThan(0), 'an amount above zero');
export const positiveWithin = (decimals: number) =>
  bounded((amount) => amount.greaterThan(0) && amount.decimalPlaces() <= decimals, `an amount above zero, with at most ${decimals} decimals`);
/** A part of a whole, from 0 to 1. */
export const share = (decimals: number) =>
  bounded(
    (amount) => amount.greaterThanOrEqualTo(0) && amount.lessThanOrEqualTo(1) && amount.decimalPlaces() <= decimals,
    `a share from 0 to 1, such as 0.05, with at most ${decimals} decimals`,
  );
export const percent = bounded((amount) => amount.greaterThanOrEqualTo(0), 'a percentage of zero or more');

const priceError = { error: 'plain decimal text of zero or more' };
const priceText = (words: readonly string[]) =>
  alsoWritten(
    z.string(priceError).refine((value) => words.includes(value) || isPlaceholder(value) || isPrice(value), priceError),
    'number',
    ['^\\d{1,38}(\\.\\d{1,38})?$', ...words.map((word) => `^${word}$`)].join('|'),
  );
const isPrice = (value: string) => parseMoney(value)?.greaterThanOrEqualTo(0) ?? false;

/** A price or factor; null stands for a placeholder, which leaves it unknown. */
export const price = priceText([]).transform((value) => (isPlaceholder(value) ? null : toMoney(value)));
/** A price that may borrow another class's; null stands for a placeholder. */
export const borrowedPrice = priceText(['same-as-input', 'same-as-output']).transform((value) => {
  if (isPlaceholder(value)) return null;
  return value === 'same-as-input' || value === 'same-as-output' ? value : toMoney(value);
});

/** A whole number as bigint. */
export const count = alsoWritten(z.string({ error: 'a whole number' }).regex(/^\d{1,18}$/, { error: 'a whole number of zero or more' }), 'integer').transform(
  (value) => BigInt(value),
);

export const day = z.string({ error: 'a day written YYYY-MM-DD' }).refine(isDay, { error: 'a day written YYYY-MM-DD' }).meta({ format: 'date' });

const instantOf = (value: string) => {
  const instant = parseInstant(value);
  if (instant === null) throw new TypeError(`not a timestamp: ${value}`);
  return instant;
};
const utcError = { error: 'a UTC timestamp such as 2026-05-01T00:00:00Z' };
export const utc = z
  .string(utcError)
  .refine((value) => value.endsWith('Z') && parseInstant(value) !== null, utcError)
  .meta({ format: 'date-time' })
  .transform(instantOf);
/** A timestamp with any offset, for bounds whose zone a rule judges; without an offset it would be a guess. */
export const zoned = z
  .string(utcError)
  .refine((value) => parseInstant(value) !== null, utcError)
  .meta({ format: 'date-time' })
  .transform(instantOf);

const durationError = { error: 'a duration such as 24h, 90m, 2d or 30s' };
export const duration = z
  .string(durationError)
  .regex(/^\d{1,6}[smhd]$/, durationError)
  .transform((value) => parseDuration(value) ?? 0n);

export const currency = z.string({ error: 'a currency code' }).regex(/^[A-Z]{3}$/, { error: 'a currency code of three capital letters' });
export const sha256 = z.string({ error: 'a SHA-256' }).regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 of 64 lower-case hex digits' });
/** The folder below `prices/`: whose price list the snapshots in it are. */
export const snapshotProvider = z
  .string({ error: 'a provider' })
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, { error: 'a name of small letters, digits, "_" and "-", as of a folder below prices/' });
export const snapshotId = z
  .string({ error: 'a snapshot id' })
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}\/\d{4}-\d{2}-\d{2}(-\d{1,3})?$/, { error: 'a snapshot id <provider>/<date>[-n]' });

/** A path below the folder of the file that names it; POSIX separators, no way out. */
export const insidePath = z.string({ error: 'a path' }).superRefine((value, context) => {
  if (value === '' || value.length > 1024) context.addIssue({ code: 'custom', message: 'a path' });
  else if (leavesFolder(value)) context.addIssue({ code: 'custom', message: 'a path inside the ledger', params: { finding: 'path-escape' } });
});

function leavesFolder(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return path.startsWith('/') || /^[A-Za-z]:/.test(path) || /[\\\u0000-\u001f]/.test(path) || path.split('/').includes('..');
}

export const choice = <const Words extends readonly string[]>(...words: Words) => z.enum(words, { error: `one of ${words.join(', ')}` });

/** A mapping with exactly these keys. */
export const record = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: keysError });
const keysError = (issue: { readonly code: string }) => (issue.code === 'invalid_type' ? 'a mapping of keys' : undefined);

/** Keys beside those of a mapping, each a quantity of a meter: `meter_<name>`; every other key is unknown. */
export const withMeters = <Shape extends z.ZodRawShape, Value extends z.ZodType>(shape: Shape, value: Value) =>
  record(shape)
    .catchall(value)
    .superRefine((file, context) => {
      const unknown = Object.keys(file).filter((key) => !Object.hasOwn(shape, key) && meterOf(key) === null);
      if (unknown.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: unknown, input: file });
    });

export const list = <Item extends z.ZodType>(item: Item) => z.array(item, { error: 'a list' }).max(100_000, { error: 'at most 100000 entries' });

/** What a union of one value and a list of them says of itself: nothing, so that the branch that is meant is heard (file-reader). */
export const saidByBranch = 'one of them, or a list';

/** One value, or a list of at least one and at most so many. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, most: number) =>
  z.union(
    [
      item,
      list(item)
        .min(1, { error: 'at least one entry' })
        .max(most, { error: `at most ${most} entries` }),
    ],
    { error: saidByBranch },
  );

/** Free keys: name → value. */
export const dictionary = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value, { error: 'a mapping of keys' });

/** Reports keys that another key makes necessary. */
export function requireKeys(value: object, keys: readonly string[], context: z.core.$RefinementCtx): void {
  for (const key of keys) {
    if ((value as Record<string, unknown>)[key] !== undefined) continue;
    context.addIssue({ code: 'custom', path: [key], message: 'a value', params: { finding: 'missing-key' } });
  }
}

/** A key of a file as the model names it: in camel case, times without their zone. */
type ModelKey<Key> = Key extends `${infer Name}_utc`
  ? ModelKey<Name>
  : Key extends `${infer Head}_${infer Rest}`
    ? `${Head}${Capitalize<ModelKey<Rest>>}`
    : Key;
export type Modelled<File> = { [Key in keyof File as ModelKey<Key>]-?: Exclude<File[Key], undefined> | (undefined extends File[Key] ? null : never) };

/** A mapping of a file under the keys of the model, but for those keys that are `left`; what the file leaves out is null. */
export function modelled<Shape extends z.ZodRawShape, Left extends keyof Shape & string = never>(
  { shape }: { readonly shape: Shape },
  file: { readonly [Key in keyof Shape]?: z.output<Shape[Key]> | undefined },
  ...left: readonly Left[]
): Modelled<Omit<{ [Key in keyof Shape]: z.output<Shape[Key]> }, Left>> {
  const kept = Object.keys(shape).filter((key) => !(left as readonly string[]).includes(key));
  return Object.fromEntries(kept.map((key) => [modelKey(key), file[key] ?? null])) as Modelled<Omit<{ [Key in keyof Shape]: z.output<Shape[Key]> }, Left>>;
}

export function modelKey<Key extends string>(key: Key): ModelKey<Key> {
  return key.replace(/_utc$/, '').replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) as ModelKey<Key>;
}
