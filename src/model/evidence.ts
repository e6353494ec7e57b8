/** The words of evidence: layers, canonical columns, formats as data, and the files a run reads. */

export const layers = ['application', 'gateway', 'provider'] as const;
/** A witness that exports rows; the invoice is the fourth witness and has lines instead. */
export type Layer = (typeof layers)[number];

export const statuses = ['success', 'error', 'timeout', 'canceled'] as const;
export type Status = (typeof statuses)[number];

export const kinds = ['charge', 'error', 'refund', 'adjustment'] as const;
export type Kind = (typeof kinds)[number];

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
] as const;
export type CanonicalColumn = (typeof canonicalColumns)[number];

/** Token columns as exports count them; inside, they become disjoint classes. */
export const tokenColumns = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const satisfies readonly CanonicalColumn[];

/** Disjoint token classes: each token of a row is in exactly one. `input` is uncached input, `output` is output without reasoning. */
export const tokenClasses = ['input', 'cached_input', 'cache_write', 'cache_write_1h', 'output', 'reasoning'] as const;
export type TokenClass = (typeof tokenClasses)[number];

export type InputPart = 'cached_input' | 'cache_write' | 'cache_write_1h';

/** Where a value comes from: a column (CSV, Parquet) or top-level key (JSONL), and within it, when `path` is set, a JSON path such as `$.cache_tokens`. */
export interface ValueSource {
  readonly column: string;
  readonly path: string | null;
}

/** A row-level condition: the text of the source (null when absent) is one of `in`. */
export interface RowCondition {
  readonly source: ValueSource;
  readonly in: readonly string[];
}

/** What the source's own input and output counts hold; the first rule whose `when` matches a row decides. */
export interface TokenInclusion {
  /** `null` always matches. */
  readonly when: RowCondition | null;
  readonly inputIncludes: readonly InputPart[];
  readonly outputIncludesReasoning: boolean;
  /** The source's cache-write count is the total of both lifetimes: the 1h count is inside it. Absent = apart. */
  readonly cacheWriteIncludes1h?: true;
}

export type TimestampKind = 'iso' | 'naive' | 'unix-s' | 'unix-ms';

/** A column mapping for one kind of export, as data. */
export interface Format {
  readonly name: string;
  /** Canonical column ← sources, tried in order; the first that is present and not empty counts. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly ValueSource[]>>>;
  /** Counts that the source keeps apart and that belong to a token column (Gemini's tool prompt): added to it where both are present; a null column stays null. */
  readonly added?: Readonly<Partial<Record<CanonicalColumn, readonly ValueSource[]>>>;
  readonly constants: Readonly<Partial<Record<CanonicalColumn, string>>>;
  readonly timestamp: { readonly kind: TimestampKind; /** Fixed offset or IANA name; only for `naive`. */ readonly zone: string | null };
  /** Source text → canonical status; text that is neither listed nor canonical is a row error. Empty map = canonical text only. */
  readonly statuses: Readonly<Record<string, Status>>;
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly inclusion: readonly TokenInclusion[];
  readonly money: {
    /** Decimal text: source amount ÷ divisor = amount in the currency. Only divisors of the form 2^a × 5^b, so that it terminates. */
    readonly divisor: string;
    /** Kinds whose amounts the source writes with the opposite sign (refunds as positive numbers). */
    readonly negate: readonly Kind[];
    /** Amounts are printed from binary floating point: each is rounded, half to even, to so many decimals of the source. Absent = they are exact. */
    readonly float?: { readonly decimals: number };
    /** Kinds of rows in which the source writes 0 where there is no amount at all (error rows of new-api): there 0 is null. Absent = none. */
    readonly zeroIsNone?: readonly Kind[];
  };
  /** Rows that meet all conditions are read; the others are counted as filtered. */
  readonly filter: readonly RowCondition[];
}

export type Container = 'csv' | 'jsonl' | 'json' | 'parquet';
export type Compression = 'none' | 'gzip' | 'zstd';

/** One evidence file, found, hashed and checked. */
export interface EvidenceFile {
  readonly layer: Layer;
  /** Absolute path, only for reading. */
  readonly path: string;
  /** POSIX path relative to the ledger (or to the evidence root), for messages and the manifest. */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly container: Container;
  readonly compression: Compression;
  /** CSV header in file order, unused names made unique and never empty; empty for JSONL and Parquet. */
  readonly header: readonly string[];
}

const step = /\.(?:"(?:[^"\\]|\\.)*"|[^.[\]"]+)|\[(\d+)\]/gy;

/** `$.a."b c"[0]`: the steps behind `$`, as written; null for anything else, such as wildcards. */
export function pathSteps(path: string): readonly string[] | null {
  if (!path.startsWith('$')) return null;
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return null;
    steps.push(found[0]);
  }
  return steps;
}
