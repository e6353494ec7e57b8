/** What a capture of prices has found and written, for people and for programs. */
import { type Capture, type CapturedRow, capturedText } from '../model/captured-prices.ts';
import type { CommandDocument } from '../model/command-document.ts';
import { alignColumns, showInTerminal } from './terminal-style.ts';

/** Of the rows of a whole map, unless all of them are asked for. */
const mostRows = 60;

type CaptureDocument = Extract<CommandDocument, { readonly schema: 'trueup.prices-capture/1' }>;

export function renderCapture(capture: Capture, most = mostRows): string {
  const { id, written, rows, missing, refused, oddities, remarks, sha256 } = capture;
  if (id === null) return `Nothing new: the source says what ${showInTerminal(capture.before ?? '')} was read from.\n`;
  const head = `Wrote ${written.map(showInTerminal).join(' and ')} (sha256 ${sha256.slice(0, 12)}…), unverified: it fails every period that names it until somebody signs it.`;
  const table = alignColumns([['model', 'class', 'USD'], ...rows.slice(0, most).flatMap(linesOf)], [2]);
  const more = rows.length > most ? [`… and ${rows.length - most} more models`] : [];
  const parts = [
    [head],
    rows.length === 0 ? [] : [table, ...more],
    missing.map(({ model, reason, nearest }) => missingLine(model, reason, nearest)),
    rows.flatMap(({ billableModel, problems }) => problems.map((problem) => `To verify: ${showInTerminal(billableModel)}: ${showInTerminal(problem)}.`)),
    oddities.map(({ model, says, reference }) => `Known: ${model}: ${says} (${reference}).`),
    notesOf(remarks, rows, most),
    refused.length > 0 ? [`Left out: ${refused.length} names that no ledger file can hold, such as ${showInTerminal(refused[0] ?? '')}.`] : [],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function notesOf(remarks: readonly string[], rows: readonly CapturedRow[], most: number): string[] {
  const notes = [...remarks, ...rows.flatMap(({ billableModel, remarks: own }) => own.map((remark) => `${billableModel}: ${remark}`))];
  const more = notes.length > most ? [`… and ${notes.length - most} more notes`] : [];
  return [...notes.slice(0, most).map((note) => `Note: ${showInTerminal(note)}.`), ...more];
}

function missingLine(model: string, reason: Capture['missing'][number]['reason'], nearest: readonly string[]): string {
  const names = nearest.map(showInTerminal).join(', ');
  const what = reason === 'several' ? 'the source has several that may be meant' : 'the source has no such name';
  return `Missing: ${showInTerminal(model)}: ${what}${names === '' ? '' : `: ${names}`}. Say which with --name '${showInTerminal(model)}=<name>', or write its price by hand.`;
}

function linesOf(row: CapturedRow): string[][] {
  return statedOf(row).map(([label, price], index) => [index === 0 ? showInTerminal(row.billableModel) : '', label, price]);
}

/** Every figure of a row with what it is. */
function statedOf({ prices, requestPrice, ratio, tiers, meterPrices }: CapturedRow): (readonly [label: string, price: string])[] {
  return [
    ...Object.entries(prices).map(([name, price]) => [name, capturedText(price)] as const),
    ...(requestPrice === null ? [] : [['request', capturedText(requestPrice)] as const]),
    ...[...meterPrices].map(([name, price]) => [name, capturedText(price)] as const),
    ...(ratio === null ? [] : [['ratio', capturedText(ratio)] as const]),
    ...tiers.flatMap((tier) => Object.entries(tier.prices).map(([name, price]) => [`${name} above ${tier.inputTokensAbove}`, capturedText(price)] as const)),
  ];
}

export function captureDocument(capture: Capture): CaptureDocument {
  const { id, before, written, sourceUrl, sha256, rows, missing, gone, refused, oddities, remarks } = capture;
  const models = rows.map((row) => ({
    billable_model: row.billableModel,
    stated: Object.fromEntries(statedOf(row)),
    ...(row.needs !== null && { needs: row.needs }),
    problems: row.problems,
    remarks: row.remarks,
  }));
  return { schema: 'trueup.prices-capture/1', id, before, written, source_url: sourceUrl, sha256, models, missing, gone, refused, oddities, remarks };
}
