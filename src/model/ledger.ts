/** The ledger after parsing: normalised, readonly, every part with its place in its file. */
import type { ExchangeRate } from './exchange-rate.ts';
import type { Controls } from './close.ts';
import type { BucketCut } from './bucket-bounds.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { CanonicalColumn, Cover, EvidenceLayer, Format, Status, TokenClass, TokenInclusion } from './evidence.ts';
import type { Exception } from './exception.ts';
import type { Finding, FindingCode, Source } from './finding.ts';
import type { Day, Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { DrillKind, Policy } from './policy.ts';
import type { Stage } from './stage.ts';
import type { Statement } from './statement.ts';

export interface Settings {
  readonly id: string;
  readonly provider: string;
  readonly currency: string;
  /** May amounts and ids be said where everybody can read? */
  readonly publish: 'public' | 'restricted';
  /** The folder below `prices/` whose price is taken where sources disagree; null = nobody has said. */
  readonly priceAuthority: string | null;
  /** null = the ledger names none. No run goes there unless whoever starts it asks for that. */
  readonly cluster: ClusterSettings | null;
  readonly policy: Policy;
  readonly source: Source;
}

export interface Mapping {
  readonly internalName: string;
  readonly requestedModel: string;
  readonly billableModel: string;
  readonly role: 'primary' | 'fallback';
  /** The `internal_name` of the primary; only for fallbacks. */
  readonly fallbackFor: string | null;
  readonly owner: string;
  readonly priceSnapshot: string | null;
  /** Inclusive start, as the first instant of `valid_from`. */
  readonly from: Instant;
  /** Exclusive end (the first instant after `valid_to`); null = open. */
  readonly to: Instant | null;
  readonly source: Source;
}

export type BillingRule = 'billable' | 'not-billable' | 'unverified';
export type ClientStoppedRule = 'unverified' | 'provider-counts';
/** The statuses of a request that our side broke off. */
export type StoppedStatus = Extract<Status, 'timeout' | 'canceled'>;
export type RoundingMode = 'half-up' | 'half-even' | 'up' | 'down';
export interface Rounding {
  readonly quantum: Money;
  readonly mode: RoundingMode;
  /** Applies only to costs above zero; null = none. */
  readonly minimum: Money | null;
}
/** As the contract states it. */
export interface DeclaredRounding extends Rounding {
  /** That of both amounts, in which the provider rounds; left out: that of the period (model/rounding-in). */
  readonly currency?: string;
}
/** How the provider rounds what it charged when it writes an invoice (SPEC §13). */
export interface InvoiceRounding extends Pick<Rounding, 'quantum' | 'mode'> {
  /** `line`: every usage line by itself, `total`: the usage of an invoice as a whole. */
  readonly per: 'line' | 'total';
}
export interface ContractItem {
  readonly area: string;
  readonly detail: string;
  readonly status: 'verified' | 'unverified';
  /** Where the answer comes from: a section of the contract, a page, a mail. */
  readonly basis: string | null;
  /** `drill/<id>`, the URL of a ticket, or a document. */
  readonly provenBy: string | null;
  readonly verifiedOn: Day | null;
  readonly verifiedBy: string | null;
  /** The last day on which the answer counts as verified; null = without end. */
  readonly expiresOn: Day | null;
  readonly source: Source;
}
export interface Contract {
  readonly items: readonly ContractItem[];
  /** Where the list of items stands, or would stand. */
  readonly itemsSource: Source;
  /** Every status has a rule: what the file does not list is `unverified`. */
  readonly billing: Readonly<Record<Status, BillingRule>>;
  /** Where each rule stands; a status that is absent here is not listed. */
  readonly billingSources: Readonly<Partial<Record<Status, Source>>>;
  /** null = level none. */
  readonly rounding: DeclaredRounding | null;
  /** null = invoices state what was charged to the digit. */
  readonly invoiceRounding: InvoiceRounding | null;
  /** What is charged of a covered call all the same, as a share of its rounded cost, by what covers it; what is absent has no fee. */
  readonly coverFees: Readonly<Partial<Record<Exclude<Cover, 'wallet'>, Money>>>;
  /** Whether the provider may choose the service tier and region of a request, as the contract says; else another one than ours is unexplained. */
  readonly tiers: 'as-requested' | 'provider-decides';
  /** Whose time says which price a charge has: its own, or that of its request's final row; a charge without request goes by its own. */
  readonly pricedAt: 'charge' | 'request';
  /** Billable models that an answer may consult: what parts of it bill to them is explained. */
  readonly advisors: readonly string[];
  /** Whose token counts hold for a request that ended so and whose log has none; followed only where it is proved (model/client-stopped). */
  readonly clientStopped: Readonly<Record<StoppedStatus, ClientStoppedRule>>;
  /** Where that setting stands, or would stand. */
  readonly clientStoppedSource: Source;
  readonly source: Source;
}

/** Prices per unit of the snapshot's `unit_basis`, before the ratio; a class that is absent is unknown. */
export type ClassPrices = Readonly<Partial<Record<TokenClass, Money>>>;
export interface PriceTier {
  /** The tier holds for rows with strictly more input tokens (uncached + cached + cache writes) than this. */
  readonly inputTokensAbove: bigint;
  readonly prices: ClassPrices;
}
/** The days of a week, from the one that it begins with here. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
/** Hours of UTC in minutes of a day, start inclusive, end exclusive; an end that is not after the start is on the next day. */
export interface PriceHours {
  readonly start: number;
  readonly end: number;
  /** The days on which the hours begin. */
  readonly days: readonly Weekday[];
}
/** Prices of a row under conditions of their own (SPEC §10). */
export interface Variant {
  /** null = whatever it is, none among them; so the other two. */
  readonly serviceTier: string | null;
  readonly region: string | null;
  readonly hours: PriceHours | null;
  /** What token prices are multiplied by: 1 beside `prices`; null = a placeholder, and the price is unknown. */
  readonly factor: Money | null;
  /** In the place of the row's; null = the row's own. */
  readonly prices: { readonly base: ClassPrices; readonly tiers: readonly PriceTier[] } | null;
  readonly source: Source;
}
export interface PriceRow {
  readonly billableModel: string;
  readonly prices: ClassPrices;
  /** Per charge, before the ratio. */
  readonly requestPrice: Money;
  readonly ratio: Money;
  /** Ascending by bound. */
  readonly tiers: readonly PriceTier[];
  /** Those of all rows, then its own. */
  readonly variants: readonly Variant[];
  /** Per `per` of the meter, before the ratio. Kept, and priced by nothing yet. */
  readonly meterPrices: ReadonlyMap<string, Money>;
  /** Meters whose quantity the cost rests on; while none is read, a row that needs one prices nothing. null = the file does not say. */
  readonly needs: readonly string[] | null;
  /** As the file states them, also where a placeholder keeps the row from pricing anything; for comparisons of snapshots. */
  readonly stated: StatedPrices;
  readonly source: Source;
}
export interface StatedPrices {
  readonly prices: ClassPrices;
  readonly tiers: readonly PriceTier[];
  /** null = a placeholder. */
  readonly requestPrice: Money | null;
  /** null = a placeholder. */
  readonly ratio: Money | null;
}
/** What a price counts beside the token classes: searches, images, seconds. */
export interface Meter {
  /** `token` for tokens inside a class. */
  readonly unit: 'count' | 'decimal' | 'token';
  /** The price is for so many of the unit; token meters follow the unit basis. */
  readonly per: Money;
  readonly inside: TokenClass | null;
  /** Whether a quantity is rounded up before it is priced. */
  readonly whole: 'up' | null;
}
export interface PriceSample {
  readonly billableModel: string;
  /** Counts as a `trueup` row writes them (input includes cache classes, output includes reasoning). */
  readonly tokens: Readonly<Partial<Record<TokenClass, bigint>>>;
  readonly serviceTier: string | null;
  readonly region: string | null;
  /** null = outside of all hours that a price depends on. */
  readonly at: Instant | null;
  /** By meter. */
  readonly quantities: ReadonlyMap<string, Money>;
  readonly expectedCost: Money;
  readonly source: Source;
}
export interface Snapshot {
  readonly id: string;
  readonly sourceUrl: string;
  readonly accessedAt: Day;
  readonly capturedBy: string;
  readonly priceKind: string;
  readonly currency: string;
  /** 1, 1000 or 1000000. */
  readonly unitDivisor: bigint;
  readonly verified: boolean;
  readonly notes: string | null;
  readonly meters: ReadonlyMap<string, Meter>;
  /** Service tiers and regions that go at the price of the row as it is. null = the snapshot tells no tiers and regions apart, and every one goes at it. */
  readonly standard: readonly string[] | null;
  readonly prices: readonly PriceRow[];
  readonly samples: readonly PriceSample[];
  readonly source: Source;
}

export interface LayerEvidence {
  readonly layer: EvidenceLayer;
  /** Globs relative to the period's folder. */
  readonly files: readonly string[];
  /** Of the files of patterns that `formats` does not name; null where it names them all. */
  readonly format: string | null;
  /** Every row sums up a stretch of time, whatever its format says. */
  readonly grain?: 'bucket';
  /** Pattern → format, where a layer is made of exports of several kinds. */
  readonly formats?: Readonly<Record<string, string>>;
  readonly rows: 'attempts' | 'final-only';
  readonly finalizedThrough: Instant | null;
  /** Microseconds. */
  readonly delay: bigint;
  readonly declared?: DeclaredReading;
  /** How rows that sum up requests are cut; only of the provider. Of the width `period` they are lines of the invoices, and there are no files. */
  readonly bucket?: BucketCut;
  readonly source: Source;
}
/** What the period says about exports that leave it open (model/declared-reading). */
export interface DeclaredReading {
  /** Used where a row has no value of its own. */
  readonly constants?: Readonly<Partial<Record<CanonicalColumn, string>>>;
  /** Of times that are local ones. */
  readonly zone?: string;
  /** What the token counts hold. */
  readonly inclusion?: Pick<TokenInclusion, 'inputIncludes' | 'outputIncludesReasoning'>;
}
/** The names of a layer's formats, each once. */
export function formatNames(evidence: Pick<LayerEvidence, 'files' | 'format' | 'formats'>): readonly string[] {
  return [...new Set(formatsOf(evidence).values())];
}

/** The formats that a layer reads, by the patterns of its files. */
export function formatsOf({ files, format, formats = {} }: Pick<LayerEvidence, 'files' | 'format' | 'formats'>): ReadonlyMap<string, string> {
  return new Map(files.map((pattern) => [pattern, formats[pattern] ?? format ?? '']));
}

export interface Incident {
  readonly id: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Empty = every service. */
  readonly services: readonly string[];
  readonly ticket: string | null;
}
export interface PriceStart {
  readonly snapshot: string;
  /** null only on the first, which reaches back without end. */
  readonly from: Instant | null;
  readonly source: Source;
}
export interface Reference {
  readonly kind: string;
  readonly text: string | null;
  readonly url: string | null;
  readonly file: string | null;
  readonly sha256: string | null;
}
/** A file under `evidence/` that is no evidence, and why. */
export interface IgnoredFile {
  /** Relative to the period's folder. */
  readonly file: string;
  readonly reason: string;
  readonly source: Source;
}
export interface InvoiceLine {
  readonly kind: 'usage' | 'credit' | 'discount' | 'tax' | 'fx' | 'minimum' | 'other';
  readonly billableModel: string | null;
  readonly amount: Money;
  /** What of the amount is tax; only of usage, null = the document states none. */
  readonly taxIncluded: Money | null;
  readonly requests: bigint | null;
  readonly reference: string | null;
  /** The earlier period that it corrects, as the document says; it decides nothing. */
  readonly corrects: string | null;
  readonly source: Source;
}
export interface InvoiceDocument {
  /** Relative to the period's folder. */
  readonly file: string;
  readonly sha256: string;
  readonly issuedOn: Day | null;
  /** The interval that the document itself states; null when it states none. */
  readonly statementFrom: Instant | null;
  readonly statementTo: Instant | null;
}
export interface Invoice {
  readonly invoiceId: string;
  readonly currency: string;
  readonly total: Money;
  readonly lines: readonly InvoiceLine[];
  readonly document: InvoiceDocument | null;
  /** null = none is stated. */
  readonly fx: ExchangeRate | null;
  readonly source: Source;
}
export interface Period {
  readonly id: string;
  /** POSIX path relative to the ledger, `periods/<id>`. */
  readonly folder: string;
  readonly start: Instant;
  readonly end: Instant;
  /** Its account by name; of several, all names in their order. */
  readonly accountRef: string;
  /** Ascending by code point, each once; at least one. */
  readonly accounts: readonly string[];
  readonly environment: string | null;
  readonly currency: string;
  /** null = all. */
  readonly models: readonly string[] | null;
  /** Labels of API keys, projects or workspaces; null = all. */
  readonly keys: readonly string[] | null;
  readonly stage: Stage;
  /** A list names all invoices of the period, one id an invoice that must be among them. */
  readonly invoiceId: string | readonly string[] | null;
  readonly prices: readonly PriceStart[];
  readonly evidence: readonly LayerEvidence[];
  /** Why the gateway layer does not exist; null when it is declared as evidence or not excused. */
  readonly gatewayNone: string | null;
  /** How amounts of rows become the period's currency; by currency, ascending, each once and none of it the period's own. */
  readonly fx: readonly ExchangeRate[];
  readonly incidents: readonly Incident[];
  readonly references: readonly Reference[];
  readonly ignoredFiles: readonly IgnoredFile[];
  /** `invoice.yaml` first, then by number. */
  readonly invoices: readonly Invoice[];
  readonly statement: Statement | null;
  /** In file order, which is the order in which they apply; empty without an exceptions.yaml. */
  readonly exceptions: readonly Exception[];
  /** True when a `close-<n>.yaml` without a later `reopen-<n>.yaml` stands in the folder. */
  readonly closed: boolean;
  readonly controls: Controls;
  readonly source: Source;
}

/** A period of which a file could not be read: it cannot be judged, and no other period is touched by that. */
export interface UnreadPeriod {
  /** Name of its folder. */
  readonly id: string;
  readonly folder: string;
  readonly closed: boolean;
  /** What later closes and the next period rest on, as far as it can be trusted. */
  readonly controls: Controls;
}

export interface Ledger {
  /** Absolute path of the folder that holds `trueup.yaml`. */
  readonly root: string;
  readonly settings: Settings;
  readonly mappings: readonly Mapping[];
  readonly contract: Contract;
  /** By id, ascending. */
  readonly snapshots: readonly Snapshot[];
  /** Built-in formats and those of `formats/`. */
  readonly formats: readonly Format[];
  /** By start, then id. */
  readonly periods: readonly Period[];
  /** By folder name. */
  readonly unreadPeriods: readonly UnreadPeriod[];
  /** By folder name; those that could be read. */
  readonly drills: readonly Drill[];
  /** Every ledger file that was read: POSIX name → bytes and SHA-256 (lower-case hex). */
  readonly files: readonly LedgerFile[];
}
export interface LedgerFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The parsed document with every scalar as text, for the inputs digest. */
  readonly document: unknown;
}

/** What reading a ledger yields: `ledger` is null when a file that all periods share could not be read (its findings say why). */
export interface LedgerReading {
  readonly ledger: Ledger | null;
  readonly findings: readonly Finding[];
}

/** One fact that the rows should show, as text in its one written form. */
export interface DrillExpectation {
  /** `requests`, `provider_records`, `layers`, `billable_model`, `tokens.<column>`, `cost`, `expected_cost`, `steps` or `amounts.<step>`. */
  readonly key: string;
  readonly expected: string;
  readonly source: Source;
}

/** What a drill proves about the provider. */
export interface DrillConclusion {
  /** The area of the contract item. */
  readonly item: string;
  readonly status: Exclude<BillingRule, 'unverified'>;
  readonly source: Source;
}

export interface Drill {
  readonly id: string;
  readonly kind: DrillKind;
  readonly runOn: Day;
  readonly by: string;
  /** The drill as a period: its folder is `drills/<id>`. */
  readonly period: Period;
  readonly expectations: readonly DrillExpectation[];
  /** Codes that the run must report. */
  readonly findings: readonly { readonly code: FindingCode; readonly source: Source }[];
  /** An answer of the API, named relative to the drill's folder. */
  readonly response: { readonly file: string; readonly source: Source } | null;
  readonly concludes: DrillConclusion | null;
  readonly source: Source;
}
