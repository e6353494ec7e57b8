/** What a source of prices is: where it lies, and how its bytes become prices by model. */
import { asObject, type Json } from '../../model/exact-json.ts';
import type { CapturedPrices } from '../../model/captured-prices.ts';
import type { Day } from '../../model/instant.ts';

/** As on the command line, in the order of docs/prices.md. */
export const priceSourceNames = ['cometapi', 'new-api', 'openrouter', 'litellm', 'genai-prices', 'page'] as const;
export type PriceSourceName = (typeof priceSourceNames)[number];

/** One model of a source. */
export interface SourceEntry {
  /** The names that the source itself gives it, its own first. */
  readonly names: readonly string[];
  readonly prices: CapturedPrices;
}

export interface SourceReading {
  readonly entries: readonly SourceEntry[];
  /** Those that the source itself means by the name: one, none, or several that nobody may choose from. */
  readonly resolve: (name: string) => readonly SourceEntry[];
  /** What holds for the whole; one sentence each. */
  readonly remarks: readonly string[];
}

export interface ReadingTerms {
  /** Prices are those in force on this day, where a source dates them. */
  readonly day: Day;
  /** The group of the account, where a source prices by group. */
  readonly group: string;
}

export interface PriceSource {
  /** null = everybody has a host of their own, which must be named. */
  readonly baseUrl: string | null;
  readonly path: string;
  /** Ending of the kept file. */
  readonly extension: 'json' | 'html';
  /** Of a JSON document, numbers as their digits, or of the text of a page. Throws a `SourceRefusal` for what is no answer of this source. */
  readonly read: (content: Json, terms: ReadingTerms) => SourceReading;
}

/** Why a text cannot be taken for an answer of the source: a sentence without subject. */
export class SourceRefusal extends Error {}

/** The reading of entries that are found by the exact names they give themselves. */
export function readingOf(entries: readonly SourceEntry[], remarks: readonly string[] = []): SourceReading {
  const byName = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    for (const name of new Set(entry.names)) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [entry]);
      else known.push(entry);
    }
  }
  return { entries, remarks, resolve: (name) => byName.get(name) ?? [] };
}

/** The list that an answer carries as `data`, whole; a single object counts as a list of one. */
export function dataOf(json: Json): readonly Json[] {
  const answer = asObject(json);
  if (answer?.['success'] === false) throw new SourceRefusal('says that it did not succeed');
  const data = answer?.['data'];
  if (typeof data !== 'object' || data === null) throw new SourceRefusal('holds no list of models under data');
  const list = Array.isArray(data) ? (data as readonly Json[]) : [data];
  const total = answer?.['total'];
  if (typeof total === 'string' && BigInt(list.length) < BigInt(/^\d{1,18}$/.test(total) ? total : 0)) {
    throw new SourceRefusal(`holds ${list.length} of the ${total} models that it counts`);
  }
  return list;
}
