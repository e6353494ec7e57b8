/** A captured price list as the text of a snapshot: unverified, with its evidence by hash, and a placeholder wherever the source does not say. */
import { Document } from 'yaml';
import { checkShape } from '../file-reader.ts';
import { maxFileBytes } from '../ledger-files.ts';
import { beyondBounds, readYaml } from '../yaml-document.ts';
import { type CapturedClasses, capturedMeters, type CapturedRow, capturedText } from '../../model/captured-prices.ts';
import type { TokenClass } from '../../model/evidence.ts';
import type { Day } from '../../model/instant.ts';
import { UserError } from '../../model/user-error.ts';
import { priceKeys, pricesSchema } from '../kinds/prices.ts';
import { ledgerPath } from '../../model/layout.ts';

export interface SnapshotFacts {
  readonly id: string;
  readonly sourceUrl: string;
  readonly accessedAt: Day;
  readonly capturedBy: string;
  readonly evidence: { readonly file: string; readonly sha256: string };
  /** One sentence each. */
  readonly notes: readonly string[];
  readonly rows: readonly CapturedRow[];
}

/** What a text of a ledger file may hold, less a line that says what is missing. */
const mostNoteCharacters = 3900;

/** Throws a `UserError` when no ledger file may be so large. */
export function snapshotText(facts: SnapshotFacts): string {
  const used = Object.keys(capturedMeters).filter((name) => facts.rows.some((row) => [...row.meterPrices.keys()].some((each) => each === name)));
  const content = {
    id: facts.id,
    source_url: facts.sourceUrl,
    accessed_at: facts.accessedAt,
    captured_by: facts.capturedBy,
    price_kind: 'public-list',
    currency: 'USD',
    unit_basis: 'per-1M-tokens',
    verification: { status: 'unverified' },
    evidence: facts.evidence,
    ...(facts.notes.length > 0 && { notes: notesText(facts.notes) }),
    ...(used.length > 0 && { meters: Object.fromEntries(used.map((name) => [name, capturedMeters[name as keyof typeof capturedMeters]])) }),
    prices: facts.rows.map(rowOf),
  };
  const text = new Document(content, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
  if (Buffer.byteLength(text) > maxFileBytes || beyondBounds(text) !== null) {
    throw new UserError('The snapshot would be larger than a ledger file may be.', 'Leave --all out, so that only the models of the ledger are written.');
  }
  refuseUnreadable(ledgerPath('prices', facts.id), text);
  return text;
}

function rowOf(row: CapturedRow): Record<string, unknown> {
  const { requestPrice, ratio, tiers, meterPrices, needs } = row;
  return {
    billable_model: row.billableModel,
    ...classesOf(row.prices),
    ...(requestPrice !== null && { request_price: capturedText(requestPrice) }),
    ...(ratio !== null && { ratio: capturedText(ratio) }),
    ...(tiers.length > 0 && { tiers: tiers.map((tier) => ({ input_tokens_above: String(tier.inputTokensAbove), ...classesOf(tier.prices) })) }),
    ...(meterPrices.size > 0 && { meter_prices: Object.fromEntries([...meterPrices].map(([name, price]) => [name, capturedText(price)])) }),
    ...(needs !== null && { needs }),
  };
}

function classesOf(prices: CapturedClasses): Record<string, string> {
  const keys = Object.entries(priceKeys) as [string, TokenClass][];
  return Object.fromEntries(
    keys.flatMap(([key, name]) => {
      const price = prices[name];
      return price === undefined ? [] : [[key, capturedText(price)] as const];
    }),
  );
}

/** What is written must be read: a snapshot that cannot be would make the whole ledger unreadable. */
function refuseUnreadable(name: string, text: string): void {
  const { document } = readYaml(name, text);
  if (document === null || checkShape(pricesSchema, document).value === null) throw new Error(`the snapshot ${name} cannot be read back`);
}

/** Whole sentences, as many as fit; of the others their number. Some are made of foreign words. */
function notesText(notes: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const note of notes.map((each) => each.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim())) {
    length += note.length + 2;
    if (length > mostNoteCharacters) break;
    kept.push(`${note}.`);
  }
  const more = notes.length - kept.length;
  return [...kept, ...(more > 0 ? [`And ${more} more, which the capture has said.`] : [])].join('\n');
}
