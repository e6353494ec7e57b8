/** What a source of prices says of a model, before it becomes a row of a snapshot: exact, in USD per 1M tokens, and unknown where it does not say. */
import type { toVerify } from './placeholder.ts';
import type { TokenClass } from './evidence.ts';
import { formatMoney, Money } from './money.ts';

export type CapturedPrice = Money | typeof toVerify;
/** Per 1M tokens, before the ratio; an absent class is one that the source does not price. */
export type CapturedClasses = Readonly<Partial<Record<TokenClass, CapturedPrice>>>;

/** The meters that sources have prices for, as a snapshot declares them (SPEC §11). */
export const capturedMeters = {
  second: { unit: 'decimal' },
  input_second: { unit: 'decimal' },
  image: { unit: 'count' },
  input_images: { unit: 'count' },
  pixel: { unit: 'count' },
  input_pixel: { unit: 'count' },
  character: { unit: 'count' },
  input_character: { unit: 'count' },
  query: { unit: 'count' },
  web_search: { unit: 'count', per: '1000' },
  code_execution: { unit: 'count', per: '1000' },
  audio_input: { inside: 'input' },
  audio_output: { inside: 'output' },
  image_input: { inside: 'input' },
  image_output: { inside: 'output' },
  video_input: { inside: 'input' },
  video_output: { inside: 'output' },
  cached_audio_input: { inside: 'cached_input' },
  cached_image_input: { inside: 'cached_input' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
export type MeterName = keyof typeof capturedMeters;

export interface CapturedPrices {
  readonly prices: CapturedClasses;
  /** USD per charge; null = none. */
  readonly requestPrice: CapturedPrice | null;
  /** A factor on every price, kept apart from them; null = the source has none. */
  readonly ratio: CapturedPrice | null;
  /** Ascending by bound. */
  readonly tiers: readonly { readonly inputTokensAbove: bigint; readonly prices: CapturedClasses }[];
  /** Per `per` of the meter. */
  readonly meterPrices: ReadonlyMap<MeterName, CapturedPrice>;
  /** null = tokens alone. */
  readonly needs: readonly MeterName[] | null;
  /** What a reader must know beside the figures; one sentence each. */
  readonly remarks: readonly string[];
  /** What could not be taken and stands as a placeholder; one sentence each. */
  readonly problems: readonly string[];
}

/** One model under the name that the ledger bills it by. */
export interface CapturedRow extends CapturedPrices {
  readonly billableModel: string;
}

/** A model that the ledger needs and the source has no one price of. */
export interface Missing {
  readonly model: string;
  readonly reason: 'not-there' | 'several';
  /** Names of the source, the likeliest first. */
  readonly nearest: readonly string[];
}

/** What a capture has read, and written. */
export interface Capture {
  /** null = the source says what the latest snapshot rests on, and nothing was written. */
  readonly id: string | null;
  /** The latest snapshot of the provider before; null = there was none. */
  readonly before: string | null;
  /** POSIX names relative to the ledger. */
  readonly written: readonly string[];
  readonly sourceUrl: string;
  /** Of the bytes that were read. */
  readonly sha256: string;
  /** By billable model. */
  readonly rows: readonly CapturedRow[];
  readonly missing: readonly Missing[];
  /** Models of retired mappings that the source no longer has. */
  readonly gone: readonly string[];
  /** Names of the source that no snapshot can hold. */
  readonly refused: readonly string[];
  readonly oddities: readonly Oddity[];
  /** What holds for the whole; one sentence each. */
  readonly remarks: readonly string[];
}

/** A known fault or trap of a source, with the reason why it is said. */
export interface Oddity {
  readonly source: string;
  /** The billable model, or the start of its name with a `*`. */
  readonly model: string;
  readonly says: string;
  /** Days of the source's state, inclusive; null = open. */
  readonly since: string | null;
  readonly until: string | null;
  /** Where everybody can read it. */
  readonly reference: string;
}

/** Its written form. */
export function capturedText(price: CapturedPrice): string {
  return price instanceof Money ? formatMoney(price) : price;
}
