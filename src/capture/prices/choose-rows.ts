/** Picks the models that a ledger bills by out of a reading: by exact name, and what is not there is a placeholder with the names that look nearest. */
import type { SourceEntry, SourceReading } from './price-source.ts';
import type { Capture, CapturedRow, Missing } from '../../model/captured-prices.ts';
import { isPlaceholder, toVerify } from '../../model/placeholder.ts';

export interface Wanted {
  /** Billable models that need a price. */
  readonly models: readonly string[];
  /** Billable models of retired mappings: taken where they are, and missed by nobody. */
  readonly retired: readonly string[];
  /** Billable model → name in the source, where somebody says that they are the same. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether the source's other models are taken too. */
  readonly others: 'none' | 'all';
}

export type ChosenRows = Pick<Capture, 'rows' | 'missing' | 'gone' | 'refused'>;

const mostNames = 3;

export function chooseRows(reading: SourceReading, wanted: Wanted): ChosenRows {
  const rows = new Map<string, CapturedRow>();
  const missing: Missing[] = [];
  const gone: string[] = [];
  for (const model of [...wanted.models, ...wanted.retired].toSorted()) {
    const found = reading.resolve(wanted.names.get(model) ?? model);
    const [only] = found;
    if (only !== undefined && agree(found)) rows.set(model, { billableModel: model, ...only.prices });
    else if (wanted.models.includes(model)) {
      missing.push(missed(model, found, reading));
      rows.set(model, unknownRow(model, reading));
    } else gone.push(model);
  }
  const refused = wanted.others === 'all' ? addOthers(rows, reading) : [];
  return { rows: [...rows.values()].toSorted((a, b) => (a.billableModel < b.billableModel ? -1 : 1)), missing, gone, refused };
}

/** One entry, or several that say the same. */
function agree(found: readonly SourceEntry[]): boolean {
  return new Set(found.map(({ prices }) => fingerprint(prices))).size === 1;
}

function fingerprint({ meterPrices, ...rest }: SourceEntry['prices']): string {
  return JSON.stringify([rest, [...meterPrices]], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function missed(model: string, found: readonly SourceEntry[], { entries }: SourceReading): Missing {
  if (found.length > 1) return { model, reason: 'several', nearest: found.slice(0, mostNames).map(({ names }) => names[0] ?? '') };
  return {
    model,
    reason: 'not-there',
    nearest: nearestNames(
      model,
      entries.flatMap(({ names }) => names),
    ),
  };
}

/** Prices nothing until somebody writes what was looked up, the ratio too where the source has such. */
function unknownRow(billableModel: string, { entries }: SourceReading): CapturedRow {
  const prices = { input: toVerify, output: toVerify } as const;
  const ratio = entries.some((entry) => entry.prices.ratio !== null) ? toVerify : null;
  return { billableModel, prices, requestPrice: null, ratio, tiers: [], meterPrices: new Map(), needs: null, remarks: [], problems: [] };
}

/** What a ledger file may hold as a text, and no placeholder. */
function isName(text: string): boolean {
  return text.length > 0 && text.length <= 256 && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.trim() === text && !isPlaceholder(text);
}

function addOthers(rows: Map<string, CapturedRow>, reading: SourceReading): string[] {
  const refused: string[] = [];
  for (const { names, prices } of reading.entries) {
    const [name = ''] = names;
    if (rows.has(name)) continue;
    if (!isName(name)) refused.push(name);
    else
      rows.set(
        name,
        agree(reading.resolve(name))
          ? { billableModel: name, ...prices }
          : { ...unknownRow(name, reading), problems: ['the source has it twice, with different prices'] },
      );
  }
  return refused;
}

/** By the share of pairs of letters that two names have in common; equal shares by name. */
function nearestNames(model: string, names: readonly string[]): string[] {
  const wanted = pairsOf(model);
  const scored = [...new Set(names)].map((name) => ({ name, share: shareOf(wanted, pairsOf(name)) })).filter(({ share }) => share > 0.4);
  return scored
    .toSorted((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
    .slice(0, mostNames)
    .map(({ name }) => name);
}

function pairsOf(name: string): Set<string> {
  const letters = name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return new Set(Array.from(letters.slice(1), (letter, index) => `${letters[index] ?? ''}${letter}`));
}

function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((pair) => b.has(pair)).length;
  return a.size + b.size === 0 ? 0 : (2 * common) / (a.size + b.size);
}
