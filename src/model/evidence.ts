/** The words of evidence: layers, canonical columns, formats as data, and the files a run reads. */

export const layers = ['application', 'gateway', 'provider'] as const;
/** A witness that exports rows; the invoice is the fourth witness and has lines instead. */
export type Layer = (typeof layers)[number];

/** Whatever is read from files: the layers, and sums of the provider that stand beside its single rows and that those are held against (SPEC §9). */
export const evidenceLayers = [...layers, 'usage_buckets'] as const;
export type EvidenceLayer = (typeof evidenceLayers)[number];

/** Whether rows of a layer are the provider's own, by call or summed up. */
export function isOfProvider(layer: EvidenceLayer): boolean {
  return layer === 'provider' || layer === 'usage_buckets';
}

export const statuses = ['success', 'error', 'timeout', 'canceled'] as const;
export type Status = (typeof statuses)[number];

export const kinds = ['charge', 'error', 'refund', 'adjustment'] as const;
export type Kind = (typeof kinds)[number];

/** What pays for a charge: the balance that the provider's amounts are taken from, or something else that leaves them lower than the cost. */
export const covers = ['wallet', 'subscription', 'byok', 'credit'] as const;
export type Cover = (typeof covers)[number];

/** The canonical columns, in the order in which row content is compared and hashed (SPEC §2.4). */
export const canonicalColumns = [
  'request_id',
  'provider_request_id',
  'timestamp_utc',
  'account_ref',
  'environment',
  'service',
  'cost_center',
  'internal_name',
  'model_requested',
  'model_billed',
  'kind',
  'status',
  'attempt',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'total_tokens',
  'charged_amount',
  'charged_currency',
  'stream',
  'stream_completed',
  'client_stopped',
  'retry_reason',
  'prompt_version',
  'response_id',
  'key_ref',
  'service_tier',
  'region',
  'tenant',
  'stated_amount',
  'covered_by',
  'requests',
  'line_item',
  'corrects',
  'meters',
] as const;
export type CanonicalColumn = (typeof canonicalColumns)[number];

/** What only a row that sums up requests has: how many there were, and a word that tells amounts of one bucket apart. */
export const bucketColumns = ['requests', 'line_item'] as const satisfies readonly CanonicalColumn[];

/** By what sums may be told apart beside their time, and our own rows too. */
export const bucketDimensions = ['key_ref', 'model_billed', 'service_tier', 'region'] as const satisfies readonly CanonicalColumn[];
export type BucketDimension = (typeof bucketDimensions)[number];
/** Columns that exports have under their own name. `meters` is made of all that a row counts beside tokens, each in a column of its own (`meterColumn`). */
export type SourceColumn = Exclude<CanonicalColumn, 'meters'>;
export const sourceColumns: readonly SourceColumn[] = canonicalColumns.filter((column) => column !== 'meters');

/** How an export in our own format, and the columns of any other, name what is counted by a meter. */
export function meterColumn(meter: string): `meter_${string}` {
  return `meter_${meter}`;
}
/** Names of meters stand in columns and in text between blanks. */
export const meterName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** The meter of a column's name; null for every other name. */
export function meterOf(column: string): string | null {
  const name = column.startsWith('meter_') ? column.slice('meter_'.length) : '';
  return meterName.test(name) ? name : null;
}

/** Token columns as exports count them; inside, they become disjoint classes. */
export const tokenColumns = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const satisfies readonly CanonicalColumn[];

/** Every count of a row: of tokens, and what the source calls the total. */
export const countColumns = [...tokenColumns, 'total_tokens'] as const satisfies readonly CanonicalColumn[];

/** Columns that mean something in provider rows alone. */
export const providerColumns: readonly CanonicalColumn[] = ['kind', 'covered_by', 'corrects'];

/** What a row says that leaves such a column empty. */
export const columnDefaults = { kind: 'charge', covered_by: 'wallet' } as const satisfies Partial<Record<CanonicalColumn, string>>;

/** Columns that came later and say nothing where every row leaves them empty or at their default: a layer whose rows all do so does not fill them, so that older digests and results stay. */
export const silentColumns: readonly CanonicalColumn[] = ['covered_by', 'corrects', 'meters'];

/** Disjoint token classes: each token of a row is in exactly one. `input` is uncached input, `output` is output without reasoning. */
export const tokenClasses = ['input', 'cached_input', 'cache_write', 'cache_write_1h', 'output', 'reasoning'] as const;
export type TokenClass = (typeof tokenClasses)[number];

export type InputPart = 'cached_input' | 'cache_write' | 'cache_write_1h';

/**
 * Where a value comes from: a column (CSV, Parquet) or top-level key (JSONL), and within it, when `path` is set, a JSON path such as `$.cache_tokens`.
 * What stands there may be taken in part: first `capture`, then `split`, then `lookup`.
 */
export interface ValueSource {
  readonly column: string;
  readonly path: string | null;
  /** The text is a list of `{ key, value: { stringValue | intValue | … } }`, as OpenTelemetry writes attributes: the value of this key. */
  readonly attribute?: string;
  /** A regular expression that runs in linear time; what its first group matches is the value, and without a match there is none. */
  readonly capture?: string;
  /** The text is cut at every `by`; `part` counts from 1, negative from the end. */
  readonly split?: { readonly by: string; readonly part: number };
  /** Text → text; what is not listed stays as it is, so that it is seen. */
  readonly lookup?: Readonly<Record<string, string>>;
}

/** Text that is one of some, that is empty or not, that matches a pattern, or that as a number lies above or below another. */
export type RowTest =
  | { readonly in: readonly string[] }
  | { readonly notIn: readonly string[] }
  | { readonly is: 'empty' | 'not-empty' }
  | { readonly matches: string }
  | { readonly above: string }
  | { readonly below: string };

/** A row-level condition on the text of the source. An absent value is empty, and meets nothing but that. */
export type RowCondition = { readonly source: ValueSource } & RowTest;

/** What the source's own input and output counts hold; the first rule whose `when` matches a row decides. */
export interface TokenInclusion {
  /** `null` always matches. */
  readonly when: RowCondition | null;
  readonly inputIncludes: readonly InputPart[];
  readonly outputIncludesReasoning: boolean;
  /** The source's cache-write count is the total of both lifetimes: the 1h count is inside it. Absent = apart. */
  readonly cacheWriteIncludes1h?: true;
}

export const timestampKinds = ['iso', 'naive', 'unix-s', 'unix-ms', 'unix-us', 'unix-ns', 'day', 'excel', 'pattern'] as const;
export type TimestampKind = (typeof timestampKinds)[number];

/** Kinds that write a local time, of which only a zone makes a point in time. */
export const localTimeKinds: readonly TimestampKind[] = ['naive', 'day', 'excel', 'pattern'];

export const encodings = ['utf-8', 'utf-16', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** How the text of a file is laid out, where it is not UTF-8 with commas and a header on its first line. */
export interface FileLayout {
  readonly encoding: Encoding;
  /** Of CSV: one character. */
  readonly delimiter: string;
  /** Lines before the header, or before the first row of JSON. */
  readonly skipLines: number;
  /** Rows of CSV that say the header again are left out and counted. */
  readonly repeatedHeader: boolean;
}

/** How numbers are written, where it is not `1234.5`. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  /** Between groups of three digits. */
  readonly thousands: string | null;
  /** Currency signs and codes that may stand before or behind an amount. */
  readonly signs: readonly string[];
  /** `12%` is 0.12. */
  readonly percent: boolean;
}

/** Where the rows of a JSON document are: `$.data[*].results[*]`, or the members of an object, `$.data.*`. */
export interface RecordPlace {
  readonly path: string;
  /** Where they may be instead: what the document has decides. */
  readonly otherPaths?: readonly string[];
  /** The column that takes the name of the member at the last `.*`. */
  readonly keyAs: string | null;
  /** Paths such as `$.object` of what stands around the rows and says nothing about them; what pages say of others is looked at all the same. */
  readonly passedOver?: readonly string[];
  /** Values that stand beside the path and belong to every row below them: column → path, such as `$.data[*].start_time`. */
  readonly with: Readonly<Record<string, string>>;
}

/** An export with one row for each token class of a call: rows of one id are one charge, and a quantity is a count of its class alone. */
export interface ClassRows {
  /** Texts that name the class, joined by `/`. */
  readonly class: readonly ValueSource[];
  readonly quantity: ValueSource;
  /** Source text → class; text that is not listed cannot be judged. */
  readonly classMap: Readonly<Record<string, TokenClass>>;
}

/** A column mapping for one kind of export, as data. */
export interface Format {
  readonly name: string;
  /** A row sums up what happened in a stretch of time, and names no request. Absent = a row is one call, or one entry about it. */
  readonly grain?: 'bucket';
  readonly file?: FileLayout;
  readonly numbers?: NumberStyle;
  readonly records?: RecordPlace;
  readonly rowsAre?: ClassRows;
  /** A list of parts of the answer, each with counts as they stand beside the list, and `model` where it is not the row's. */
  readonly explode?: ValueSource;
  /** Canonical column ← sources, tried in order; the first that is present and not empty counts. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly ValueSource[]>>>;
  /** What is counted beside tokens, by the name of its meter: searches, images, seconds. Absent = nothing. */
  readonly meters?: Readonly<Record<string, readonly ValueSource[]>>;
  /** Counts that the source keeps apart and that belong to a token column (Gemini's tool prompt): added to it where both are present; a null column stays null. */
  readonly added?: Readonly<Partial<Record<CanonicalColumn, readonly ValueSource[]>>>;
  readonly constants: Readonly<Partial<Record<CanonicalColumn, string>>>;
  readonly timestamp: {
    readonly kind: TimestampKind;
    /** Fixed offset or IANA name; only for kinds that are a local time. */
    readonly zone: string | null;
    /** `strptime`'s notation; only for `pattern`. */
    readonly pattern?: string;
  };
  /** Source text → canonical status; text that is neither listed nor canonical is a row error. Empty map = canonical text only. */
  readonly statuses: Readonly<Record<string, Status>>;
  readonly kinds: Readonly<Record<string, Kind>>;
  /** Kind of a row that states none, or says that it is a charge, and whose amount is negative. Absent = it is a charge. */
  readonly negativeKind?: Kind;
  readonly inclusion: readonly TokenInclusion[];
  readonly money: {
    /** Decimal text: source amount × multiplier ÷ divisor = amount in the currency. Only divisors of the form 2^a × 5^b, so that it terminates. */
    readonly divisor: string;
    /** Plain decimal text above 0. Absent = 1. */
    readonly multiplier?: string;
    /** Kinds whose amounts the source writes with the opposite sign (refunds as positive numbers). */
    readonly negate: readonly Kind[];
    /** Amounts are printed from binary floating point: each is rounded, half to even, to so many decimals of the source. Absent = they are exact. */
    readonly float?: { readonly decimals: number };
    /** Kinds of rows in which the source writes 0 where there is no amount at all (error rows of new-api): there 0 is null. Absent = none. */
    readonly zeroIsNone?: readonly Kind[];
  };
  /** Rows that meet all conditions are read; the others are counted as filtered. */
  readonly filter: readonly RowCondition[];
  /** Rows that meet one of these are counted as filtered too: an absent value, which meets nothing, keeps its row. */
  readonly skip?: readonly RowCondition[];
  /** A writing of the same export whose amounts are rounded: a CSV file with these columns is refused. */
  readonly rounded?: readonly string[];
  /** The row that sums up the others, which is no row of its own: its figures must be theirs. */
  readonly totalRow?: RowCondition;
}

const requiredColumns: Readonly<Record<EvidenceLayer, readonly CanonicalColumn[]>> = {
  application: ['request_id', 'timestamp_utc', 'account_ref', 'service', 'model_requested', 'status'],
  gateway: ['request_id', 'timestamp_utc', 'model_requested', 'status'],
  provider: ['timestamp_utc', 'model_billed'],
  usage_buckets: ['timestamp_utc'],
};

/** Columns without which a row cannot be read (SPEC §2.4, §9); `model_billed` only where the row is a charge. */
export function requiredOf(layer: EvidenceLayer, { grain }: Pick<Format, 'grain'>): readonly CanonicalColumn[] {
  return grain === 'bucket' ? ['timestamp_utc'] : requiredColumns[layer];
}

/** Our own format with what the ledger's snapshots count; every other says itself where it stands. */
export function readingMeters(format: Format, meters: Iterable<string>): Format {
  if (format.name !== 'trueup') return format;
  const names = [...new Set(meters)].toSorted();
  return names.length === 0 ? format : { ...format, meters: Object.fromEntries(names.map((name) => [name, [{ column: meterColumn(name), path: null }]])) };
}

/** Every condition that the rows of a format are held against. */
export function conditionsOf({ filter, skip = [], inclusion, totalRow }: Format): readonly RowCondition[] {
  return [...filter, ...skip, ...inclusion.flatMap(({ when }) => (when === null ? [] : [when])), ...(totalRow === undefined ? [] : [totalRow])];
}

/** Every place that a format looks at, for values and for conditions. */
export function valueSources(format: Format): readonly ValueSource[] {
  const columns = [...Object.values(format.columns), ...Object.values(format.meters ?? {}), ...Object.values(format.added ?? {})].flat();
  const classes = format.rowsAre === undefined ? [] : [...format.rowsAre.class, format.rowsAre.quantity];
  const parts = format.explode === undefined ? [] : [format.explode];
  return [...columns, ...classes, ...parts, ...conditionsOf(format).map(({ source }) => source)];
}

export type Container = 'csv' | 'jsonl' | 'json' | 'parquet';
export type Compression = 'none' | 'gzip' | 'zstd';

/** One evidence file, found, hashed and checked. */
export interface EvidenceFile {
  readonly layer: EvidenceLayer;
  /** Absolute path, only for reading. */
  readonly path: string;
  /** POSIX path relative to the ledger (or to the evidence root), for messages and the manifest. */
  readonly name: string;
  readonly format: Format;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly container: Container;
  readonly compression: Compression;
  /** The same text as the engine can read it, not packed, where the file itself is written otherwise. */
  readonly copy: { readonly path: string; readonly container: Container } | null;
  /** CSV header in file order, unused names made unique and never empty; empty for JSONL and Parquet. */
  readonly header: readonly string[];
}
