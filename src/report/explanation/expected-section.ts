/** What the request should have cost, E, and why so. */
import { type Beside, costAt, type Cost, type Tokens } from '../../model/cost.ts';
import type { Mapping } from '../../model/ledger.ts';
import { formatInstant } from '../../model/instant.ts';
import type { Money } from '../../model/money.ts';
import type { LineReason, TraceLine } from '../../model/line.ts';
import type { TraceRow } from '../../model/trace.ts';
import type { Colour } from '../terminal-style.ts';
import {
  amountText,
  type Case,
  fact,
  finalRuleClause,
  mappingsOf,
  moneyOf,
  outsideOf,
  placeOf,
  providerRow,
  quantitiesOf,
  rowName,
  ruleOf,
  section,
  beside,
  servingLine,
  shown,
  timeOf,
} from './case.ts';
import { costFacts, noCostReason, tokensOfRow } from './formula.ts';

export function expectedSection(given: Case, colour: Colour): string {
  const { final, period } = given;
  if (final === null) return section('Expected cost (E)', ['    none: no row of the application names this request.'], colour);
  const outside = outsideText(given, final);
  if (outside !== null)
    return section(
      'Expected cost (E)',
      [fact('final', finalText(given, final), colour), fact('E', `none: ${outside}, so the request is not counted here`, colour)],
      colour,
    );
  const model = expectedModelOf(given);
  const cost = expectedCost(given);
  const counted = countedText(given);
  const body = cost === null ? [] : costFacts(given, cost, formatInstant(timeOf(final)), colour);
  return section(
    'Expected cost (E)',
    [
      fact('final', finalText(given, final), colour),
      fact('model', model === null ? `none: ${unmappedReason(given)}` : `${shown(model)}, ${mappingText(given)}`, colour),
      ...(counted === null ? [] : [fact('tokens', counted, colour)]),
      ...body,
      fact('E', expectedText(given, cost, period.currency), colour),
    ],
    colour,
  );
}

/** The line that carries −E: the serving charge's, or the uncharged request's. */
function expectedLine({ trace }: Case): TraceLine | null {
  return trace.lines.find(({ expected }) => expected !== null) ?? null;
}

export function expectedModelOf({ trace }: Case): string | null {
  return trace.lines.find(({ model_expected: model }) => model !== null)?.model_expected ?? null;
}

/** Cost of the tokens that E rests on, at the final row's time, by the expected model; null for a request without one. */
export function expectedCost(given: Case): Cost | null {
  const model = expectedModelOf(given);
  return given.final === null || model === null
    ? null
    : costAt(given.book, model, expectedTokens(given, given.final), timeOf(given.final), expectedBeside(given, given.final));
}

/** The final row's counts, or those of the serving charge that stand for them. */
export function expectedTokens(given: Case, final: TraceRow): Tokens {
  return tokensOfRow(countingRow(given) ?? final);
}

/** The tier and region of the final row, with the quantities that stand for its own. */
export function expectedBeside(given: Case, final: TraceRow): Beside {
  return { ...beside(final), quantities: quantitiesOf(countingRow(given) ?? final) };
}

function countingRow(given: Case): TraceRow | null {
  const counted = countingLine(given);
  return counted === null ? null : providerRow(given, counted);
}

/** The serving charge whose counts E takes, because the request was broken off, its final row lacks them and the contract says so with its proof. */
export function countingLine(given: Case): TraceLine | null {
  const { final, providerCounted, book } = given;
  const model = expectedModelOf(given);
  const serving = servingLine(given);
  const isStopped = providerCounted.some((status) => status === final?.values.status) && ruleOf(given, null).rule !== 'not-billable';
  if (final === null || model === null || serving === null || !isStopped) return null;
  const row = providerRow(given, serving);
  const lacks = (counting: TraceRow): boolean =>
    costAt(book, model, tokensOfRow(counting), timeOf(final), { ...beside(final), quantities: quantitiesOf(counting) }).state === 'no-counts';
  return row !== null && lacks(final) && !lacks(row) ? serving : null;
}

function countedText(given: Case): string | null {
  const line = countingLine(given);
  if (line === null) return null;
  const row = providerRow(given, line);
  const place = row === null ? '' : ` (${rowName(given, row)})`;
  return `the provider's, of the serving charge${place}: the final row has none, and billing.client_stopped (${placeOf(given.ledger.contract.clientStoppedSource)}) lets them stand for it`;
}

/** Why a request that has no expected model has none. */
export function unmappedReason(given: Case): string {
  const { first, final } = given;
  if (first === null || final === null) return 'no row of the application names this request';
  const name = `${shown(first.values.model_requested)}${first.values.internal_name === null ? '' : ` under the name ${shown(first.values.internal_name)}`}`;
  const { primaries } = mappingsOf(given);
  if (primaries.length === 0) return `models.yaml has no mapping for ${name} in force at ${formatInstant(timeOf(final))}`;
  return `the mappings for ${name} disagree: ${primaries.map(mappingPlace).join(', ')}`;
}

function mappingPlace(mapping: Mapping): string {
  return `${shown(mapping.billableModel)} (${placeOf(mapping.source)})`;
}

function mappingText(given: Case): string {
  const { first } = given;
  const { primaries } = mappingsOf(given);
  const places = primaries.map(({ source }) => placeOf(source)).join(', ');
  const name =
    first === null
      ? ''
      : `${shown(first.values.model_requested)}${first.values.internal_name === null ? '' : ` as ${shown(first.values.internal_name)}`} in ${rowName(given, first)}`;
  return `the primary mapping (${places}) of ${name}`;
}

function finalText(given: Case, final: TraceRow): string {
  return `${rowName(given, final)}: ${final.values.status ?? 'no status'} at ${final.values.timestamp_utc ?? ''}`;
}

/** Why the request is not counted, or null. */
export function outsideText(given: Case, final: TraceRow, reason: LineReason | null = null): string | null {
  const { period, judgedEnd } = given;
  const outside = outsideOf(given);
  if (outside.period && reason !== 'final-outside-scope')
    return `the final row's time is outside ${formatInstant(period.start)} to ${formatInstant(judgedEnd)}`;
  const [first] = outside.scope;
  if (first === undefined) return null;
  if (first === 'account_ref')
    return `the final row's account ${shown(final.values.account_ref)} is not ${shown(period.accountRef)} (${placeOf(period.source)})`;
  if (first === 'environment')
    return `the final row's environment ${shown(final.values.environment)} is not ${shown(period.environment)} (${placeOf(period.source)})`;
  if (first === 'key_ref') return `the final row's key ${shown(final.values.key_ref)} is not among the period's keys (${placeOf(period.source)})`;
  return `the expected model is not among the period's models (${placeOf(period.source)})`;
}

function expectedText(given: Case, cost: Cost | null, currency: string): string {
  const line = expectedLine(given);
  const engine = moneyOf(line?.expected ?? null);
  const amount = `${amountText(engine)} ${shown(currency)}`;
  if (ruleOf(given, null).rule === 'not-billable') return `${amount}: ${finalRuleClause(given)}, so nothing is expected`;
  if (cost === null) return `${amount}: without an expected model nothing can be expected`;
  if (cost.state !== 'ok') return `${amount}: ${noCostReason(cost)}`;
  const byWhom = countingLine(given) === null ? '' : ", by the provider's token counts alone";
  return `${amount}${byWhom}${disagreement(engine, cost.total)}`;
}

/** Two ways to one number must meet; where they do not, the tool is wrong and says so. */
export function disagreement(engine: Money, formula: Money): string {
  return engine.equals(formula) ? '' : `, but the formula gives ${amountText(formula)}: this is an error of the tool, please report it`;
}
