/** The case of one request: what `explain` found, with the facts that its sentences lean on, the words for rows and rules, and the shape of its sections. */
import type { CanonicalColumn, Layer } from '../../model/evidence.ts';
import { formatInstant, type Instant, parseInstant } from '../../model/instant.ts';
import type { BillingRule, Ledger, Mapping, Period } from '../../model/ledger.ts';
import type { TraceLine } from '../../model/line.ts';
import { formatMoney, Money } from '../../model/money.ts';
import type { PriceBook } from '../../model/price-book.ts';
import type { Beside, Quantities } from '../../model/cost.ts';
import type { Selection } from '../../model/variants.ts';
import type { Source } from '../../model/finding.ts';
import type { Explanation, OriginalRow, RequestTrace, TraceRow } from '../../model/trace.ts';
import { type Colour, showInTerminal, tint } from '../terminal-style.ts';

export interface Case {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly judgedEnd: Instant;
  readonly providerCounted: Explanation['providerCounted'];
  readonly book: PriceBook;
  readonly trace: RequestTrace;
  readonly originals: readonly OriginalRow[];
  /** The first and the final row of the application; null when it has none. */
  readonly first: TraceRow | null;
  readonly final: TraceRow | null;
}

/** null when something could not be read. */
export function openCase({ ledger, period, judgedEnd, providerCounted, priceBook, trace, originals }: Explanation): Case | null {
  if (ledger === null || period === null || judgedEnd === null || priceBook === null || trace === null) return null;
  const withRole = (role: string): TraceRow | null => trace.rows.find(({ layer, roles }) => layer === 'application' && roles.includes(role)) ?? null;
  return { ledger, period, judgedEnd, providerCounted, book: priceBook, trace, originals, first: withRole('first'), final: withRole('final') };
}

/** How the text speaks of a row: its number in the list of rows. */
export function rowName({ trace }: Case, row: TraceRow): string {
  return `row ${trace.rows.indexOf(row) + 1}`;
}

/** The provider's row of a line; null for an uncharged request. */
export function providerRow({ trace }: Case, line: TraceLine): TraceRow | null {
  const there = trace.rows.filter(({ layer, file, row }) => layer === 'provider' && file === line.provider_file && String(row) === line.provider_row);
  // Parts of an answer stand where their row does, each with a model of its own.
  return there.find(({ values }) => values.model_billed === line.model_billed) ?? there[0] ?? null;
}

export function chargeLines({ trace }: Case): readonly TraceLine[] {
  return trace.lines.filter(({ line }) => line === 'charge');
}

/** The charge that serves a request which has a final row; null when it has no charge. */
export function servingLine(given: Case): TraceLine | null {
  return chargeLines(given).find((line) => providerRow(given, line)?.roles.includes('serving')) ?? null;
}

/** Money of a line as it is written everywhere: plain, trimmed; an empty cell is 0. */
export function moneyOf(text: string | null): Money {
  return new Money(text ?? '0');
}

/** A foreign value, or the word for none. */
export function shown(text: string | null | undefined): string {
  return text === null || text === undefined ? '(none)' : showInTerminal(text);
}

export function amountText(amount: Money): string {
  return formatMoney(amount);
}

/** With a sign when positive. */
export function signedText(amount: Money): string {
  return amount.isPositive() && !amount.isZero() ? `+${formatMoney(amount)}` : formatMoney(amount);
}

/** `file:line` of a part of the ledger. */
export function placeOf({ file, line }: Source): string {
  return showInTerminal(`${file}:${line}`);
}

/** The time that the engine read of a row; every row has one. */
export function timeOf({ values }: TraceRow): Instant {
  const instant = values.timestamp_utc === null ? null : parseInstant(values.timestamp_utc);
  if (instant === null) throw new RangeError(`${String(values.timestamp_utc)} is no time of the engine`);
  return instant;
}

/** The time by which a charge is priced: its own, or that at which its request was sent. */
export function pricedAt({ ledger }: Case, line: TraceLine, row: TraceRow): Instant {
  const sent = line.final_timestamp_utc;
  if (ledger.contract.pricedAt === 'charge' || sent === null) return timeOf(row);
  const instant = parseInstant(sent.replace(' ', 'T').replace(/\+00$/, 'Z'));
  if (instant === null) throw new RangeError(`${sent} is no time of the engine`);
  return instant;
}

/** The service tier and region that a row names. */
export function selectionOf({ values }: TraceRow): Selection {
  return { serviceTier: values.service_tier, region: values.region };
}

/** What a row is priced by beside its model, tokens and time. */
export function beside(row: TraceRow): Beside {
  return { selection: selectionOf(row), quantities: quantitiesOf(row) };
}

/** What a row counts beside tokens; nothing where its counts contradict each other. */
export function quantitiesOf({ values, roles }: TraceRow): Quantities {
  const texts = values.meters === null || roles.includes('token-data-error') ? [] : values.meters.split(' ');
  return new Map(texts.map((text) => [text.slice(0, text.lastIndexOf('=')), new Money(text.slice(text.lastIndexOf('=') + 1))]));
}

/** `service tier batch, region us`; nothing where the row names neither. */
export function selectionText({ serviceTier, region }: Selection): string {
  const named = [serviceTier === null ? [] : [`service tier ${shown(serviceTier)}`], region === null ? [] : [`region ${shown(region)}`]];
  return named.flat().join(', ');
}

/** The billing rule of a charge: by its own status, else by the final row's. */
export function ruleOf({ ledger, final }: Case, ownStatus: string | null): { readonly status: string; readonly rule: BillingRule; readonly place: string } {
  const status = ownStatus ?? final?.values.status ?? null;
  const listed = (['success', 'error', 'timeout', 'canceled'] as const).find((name) => name === status);
  if (listed === undefined) return { status: '(none)', rule: 'billable', place: 'no status is known' };
  const source = ledger.contract.billingSources[listed];
  return { status: listed, rule: ledger.contract.billing[listed], place: source === undefined ? 'contract.yaml lists no such status' : placeOf(source) };
}

/** Why the request is not counted, as facts about its final row; empty when it is. */
export function outsideOf({ period, judgedEnd, final, trace }: Case): { readonly period: boolean; readonly scope: readonly CanonicalColumn[] } {
  if (final === null) return { period: false, scope: [] };
  const { account_ref: account, environment, key_ref: key } = final.values;
  const expected = trace.lines.find(({ model_expected: model }) => model !== null)?.model_expected ?? null;
  const scope: CanonicalColumn[] = [];
  if (account !== null && !period.accounts.includes(account)) scope.push('account_ref');
  if (environment !== null && period.environment !== null && environment !== period.environment) scope.push('environment');
  if (key !== null && period.keys !== null && !period.keys.includes(key)) scope.push('key_ref');
  if (expected !== null && period.models !== null && !period.models.includes(expected)) scope.push('model_billed');
  const time = timeOf(final);
  return { period: time < period.start || time >= judgedEnd, scope };
}

/** The mappings in force at the final row's time that name the first row's model: primaries, and the fallbacks of these. */
export function mappingsOf({ ledger, first, final }: Case): { readonly primaries: readonly Mapping[]; readonly fallbacks: readonly Mapping[] } {
  if (first === null || final === null) return { primaries: [], fallbacks: [] };
  const time = timeOf(final);
  const { internal_name: internal, model_requested: requested } = first.values;
  const inForce = ledger.mappings.filter(({ from, to }) => from <= time && (to === null || time < to));
  const named = inForce.filter((mapping) => mapping.requestedModel === requested && (internal === null || mapping.internalName === internal));
  const direct = named.filter(({ role }) => role === 'primary');
  const stoodInFor = named.map(({ fallbackFor }) => fallbackFor);
  const primaries = direct.length > 0 ? direct : inForce.filter(({ role, internalName }) => role === 'primary' && stoodInFor.includes(internalName));
  const owners = primaries.map(({ internalName }) => internalName);
  return { primaries, fallbacks: inForce.filter(({ role, fallbackFor }) => role === 'fallback' && fallbackFor !== null && owners.includes(fallbackFor)) };
}

const labelWidth = 9;

/** A heading and its lines; nothing when there is no line. */
export function section(title: string, lines: readonly string[], colour: Colour): string {
  return lines.length === 0 ? '' : [tint(title, 'bold', colour), ...lines].join('\n');
}

/** `label    text`, indented; further lines of the text stand under its first. */
export function fact(label: string, text: string, colour: Colour): string {
  const [first = '', ...rest] = text.split('\n');
  const space = ' '.repeat(4 + labelWidth + 1);
  return [`    ${tint(label, 'dim', colour)}${' '.repeat(Math.max(0, labelWidth - label.length))} ${first}`, ...rest.map((line) => space + line)].join('\n');
}

const ofLogs: Readonly<Record<string, string>> = {
  duplicate: 'repeats the attempt of an earlier row with the same request_id and attempt: counted as a duplicate, and takes part in nothing else',
  'export-duplicate': 'the same row exported twice, equal in every column: one is kept, this one only counted',
  first: 'the first row: its names decide the expected model',
  final: 'the final row: its tokens, time and status decide the expected cost, the period and the scope',
  'token-data-error': 'its token counts contradict each other, so they count as missing',
};

const ofProvider: Readonly<Record<string, string>> = {
  duplicate: 'repeats the identity of an earlier charge: a duplicate charge, its money goes to the step duplicate',
  'export-duplicate': 'the same row exported twice, equal in every column: one is kept, this one only counted, without money',
  'refund-repeated': 'a refund that repeats another one; it stays in the sum',
  bucket: 'a sum of requests: it fills this cell, with whatever else stands there',
  charge: 'a charge: something the provider accepted and may bill',
  serving: 'the serving charge: the one that answered the request',
  unbacked: 'no logged attempt of ours stands behind it',
  refund: 'a refund: its amount goes to the step refund',
  adjustment: 'a refund or adjustment that no charge stands for: its amount goes to the step adjustment',
  error: 'an error without an amount: no charge, only counted by status',
  part: 'a part of that answer that another model did: a charge of its own, which never serves',
  'token-data-error': 'its token counts contradict each other, so they count as missing',
};

/** One clause for each role, in order. */
export function roleWords(given: Case, row: TraceRow): string[] {
  const aside = row.roles.find((role) => role.startsWith('set-aside:'));
  // A row that was set aside is nothing else any more.
  if (aside !== undefined) return [`set aside, no part of the bridge: ${asideReason(given, row, aside.slice('set-aside:'.length))}`];
  return row.roles.filter((role) => !(row.layer === 'gateway' && (role === 'first' || role === 'final'))).map((role) => wordsFor(row.layer, role));
}

function wordsFor(layer: Layer, role: string): string {
  if (layer === 'provider') return ofProvider[role] ?? shown(role);
  if (role === 'logged') return `an attempt that the ${layer} logged`;
  return ofLogs[role] ?? shown(role);
}

function asideReason({ period, judgedEnd }: Case, { values }: TraceRow, reason: string): string {
  const declared = `(${placeOf(period.source)})`;
  switch (reason) {
    case 'period':
      return `its time ${shown(values.timestamp_utc)} is outside ${formatInstant(period.start)} to ${formatInstant(judgedEnd)} ${declared}`;
    case 'account':
      return `its account ${shown(values.account_ref)} is not ${shown(period.accountRef)} ${declared}`;
    case 'environment':
      return `its environment ${shown(values.environment)} is not ${shown(period.environment)} ${declared}`;
    case 'key':
      return `its key ${shown(values.key_ref)} is not among the period's keys, and it links to no counted request ${declared}`;
    case 'model':
      return `its model ${shown(values.model_billed)} is not among the period's models, and it links to no counted request ${declared}`;
    default:
      return shown(reason);
  }
}

/** The rule for a charge's status, as a clause: `status error is not-billable (contract.yaml:11)`. */
export function ruleClause(given: Case, ownStatus: string | null): string {
  const { status } = ruleOf(given, ownStatus);
  const borrowed = ownStatus === null && status !== '(none)' ? 'it has no status of its own, and in the final row ' : '';
  return borrowed + clauseOf(given, ownStatus);
}

/** The rule for the final row's status, as a clause. */
export function finalRuleClause(given: Case): string {
  return clauseOf(given, null);
}

function clauseOf(given: Case, ownStatus: string | null): string {
  const { status, rule, place } = ruleOf(given, ownStatus);
  const words = { billable: 'billable', 'not-billable': 'not billable', unverified: 'unverified, which counts as billable' }[rule];
  return `status ${status} is ${words} (${place})`;
}
