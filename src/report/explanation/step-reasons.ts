/** Why a line landed in its step: one sentence for each step of SPEC §4.1, with the facts of the request. */
import { costAt, type Cost } from '../../model/cost.ts';
import { formatDuration, formatInstant } from '../../model/instant.ts';
import { delayInForce, finalizedThrough, inTransitFrom } from '../../model/judged-end.ts';
import type { TraceLine } from '../../model/line.ts';
import {
  amountText,
  type Case,
  chargeLines,
  finalRuleClause,
  mappingsOf,
  moneyOf,
  placeOf,
  providerRow,
  rowName,
  ruleClause,
  beside,
  servingLine,
  shown,
  timeOf,
  pricedAt,
} from './case.ts';
import { loggedAttempts } from './attempts-section.ts';
import { expectedBeside, expectedCost, expectedModelOf, expectedTokens, outsideText, unmappedReason } from './expected-section.ts';
import { noCostReason, tokensOfLine, tokensOfRow } from './formula.ts';

type Reason = (given: Case, line: TraceLine) => string;

const reasons: Readonly<Record<string, Reason>> = {
  unpriced: unpricedReason,
  missing_usage: missingUsageReason,
  unlinked: unlinkedReason,
  gateway_only: (given) =>
    `${rowsOf(given, 'gateway')} names this request, and no row of the application does: somebody went through the gateway without being logged.`,
  carried_forward: () => 'It serves a request that was in transit when the period before was closed.',
  out_of_period: outsideReason,
  out_of_scope: outsideReason,
  non_billable: (given, line) => `It should not be billed: ${ruleClause(given, statusOf(line))}.`,
  unbacked: unbackedReason,
  retry: (given, line) =>
    `${servedBy(given)}; this one is another try that our logs show${attemptOf(line)}, billed as the same model ${shown(line.model_billed)}.`,
  fallback: fallbackReason,
  model_drift: modelDriftReason,
  status_difference: (given, line) =>
    `The application and the provider disagree on how it ended: in the final row ${finalRuleClause(given)}, so nothing is expected; for the charge ${ruleClause(given, statusOf(line))}.`,
  serving: servingReason,
  duplicate: duplicateReason,
  refund: () => 'It gives back no more than was charged before; its reported amount goes here as it is.',
  correction: () =>
    'It says that it corrects an earlier period, so that its own time does not set it aside; its reported amount goes here as it is. `period-corrected` says what explains it.',
  adjustment: () =>
    'It is no refund of a charge: it adds money, or names no charge, or gives back more than is left of it; its reported amount goes here as it is.',
  not_billable: (given) => `It has no charge, and none is due: ${finalRuleClause(given)}.`,
  not_forwarded: () => 'It has no charge, and there is a gateway, which has no row of it: the call never left our side.',
  in_transit: inTransitReason,
  not_charged: notChargedReason,
  bucket_only: () => 'No attempt of ours lies in this bucket with its dimensions: whatever it costs, nobody of ours logged it.',
  bucket_usage: (given, line) => `${cellCounts(line)}; its tokens cost at our prices what the value says, and all attempts together are expected at E.`,
  bucket_mix: (given, line) =>
    `${cellCounts(line)}; its tokens have no cost at our prices, so that the amount stands for them: usage, model and price cannot be told apart.`,
};

/** One sentence, or two. */
export function stepReason(given: Case, line: TraceLine): string {
  return reasons[line.step ?? '']?.(given, line) ?? 'No sentence is known for this step.';
}

function cellCounts({ units, requests }: TraceLine): string {
  const ours = units === '1' ? '1 attempt of ours lies' : `${units ?? 'no'} attempts of ours lie`;
  return `Here ${ours}, and the provider counts ${requests ?? 'no'} ${requests === '1' ? 'request' : 'requests'}`;
}

function unpricedReason(given: Case, line: TraceLine): string {
  switch (line.reason) {
    case 'own-cost':
      return `It cannot be priced${detailOf(ownCost(given, line))}.`;
    case 'no-expected-model':
      return `The charge has a price, but its request has no expected model: ${unmappedReason(given)}.`;
    case 'expected-cost':
      return `The charge has a price, but what was expected has none${detailOf(expectedCost(given))}.`;
    default:
      return `What was expected has no price at the time of the charge${detailOf(expectedThen(given, line))}.`;
  }
}

function missingUsageReason(given: Case, line: TraceLine): string {
  if (line.reason === 'own-cost') return `The provider's row does not say what was used${detailOf(ownCost(given, line))}.`;
  const why = detailOf(given.final === null ? null : expectedCost(given));
  return `The charge has counts, but the final row of the application (${given.final === null ? 'none' : rowName(given, given.final)}) has not${why}. So nothing could be expected.`;
}

/** The status of its own by which a charge was judged; null = the final row's. */
function statusOf({ reason, status }: TraceLine): string | null {
  return reason === 'own-status' ? status : null;
}

/** What of a cost is not there, behind a colon. */
function detailOf(cost: Cost | null): string {
  return cost === null || cost.state === 'ok' ? '' : `: ${noCostReason(cost)}`;
}

/** The charge's own cost; null for one without a model. */
export function ownCost(given: Case, line: TraceLine): Cost | null {
  const row = providerRow(given, line);
  if (row === null || line.model_billed === null) return null;
  const own = beside(row);
  // The line has classes apart from what meters count of them, the row has them whole.
  const tokens = row.values.meters === null ? tokensOfLine(line) : tokensOfRow(row);
  const cost = costAt(given.book, line.model_billed, tokens, pricedAt(given, line, row), own);
  if (line.serving !== 'true' || given.final === null || cost.price === null) return cost;
  const { price } = cost;
  // What it leaves empty and its price counts is taken from the request.
  const missing = [...(expectedBeside(given, given.final).quantities ?? [])].filter(
    ([name, quantity]) => given.book.meters.get(name)?.inside === null && quantity.gt(0) && own.quantities?.has(name) !== true && price.meters.has(name),
  );
  if (missing.length === 0) return cost;
  return costAt(given.book, line.model_billed, tokens, pricedAt(given, line, row), { ...own, quantities: new Map([...(own.quantities ?? []), ...missing]) });
}

/** What the tokens that E rests on cost by the expected model when the charge was written, in the tier and region of the final row. */
export function expectedThen(given: Case, line: TraceLine): Cost | null {
  const model = expectedModelOf(given);
  const { final } = given;
  const row = providerRow(given, line);
  return final === null || row === null || model === null
    ? null
    : costAt(given.book, model, expectedTokens(given, final), pricedAt(given, line, row), expectedBeside(given, final));
}

function unlinkedReason(given: Case, line: TraceLine): string {
  const row = providerRow(given, line);
  const request = row?.values.request_id ?? null;
  const ids = [
    request === null ? 'it carries no request_id' : `no log of ours knows its request_id ${shown(request)}`,
    line.provider_request_id === null
      ? 'it carries no provider_request_id'
      : `no log, or more than one request, carries its provider_request_id ${shown(line.provider_request_id)}`,
  ];
  return `Nobody of ours knows it: ${ids.join(', and ')}.`;
}

function outsideReason(given: Case, line: TraceLine): string {
  const why = given.final === null ? null : outsideText(given, given.final, line.reason);
  return `It belongs to a request that is not counted here: ${why ?? 'its final row is outside'}.${elsewhere(given)}`;
}

/** The period that counts a request whose final row is outside this one. */
function elsewhere({ ledger, period, final }: Case): string {
  const time = final === null ? null : timeOf(final);
  const other = time === null ? undefined : ledger.periods.find(({ id, start, end }) => id !== period.id && start <= time && time < end);
  return other === undefined ? '' : ` The period ${shown(other.id)} has that time.`;
}

function unbackedReason(given: Case, line: TraceLine): string {
  const logged = loggedAttempts(given);
  const charges = chargeLines(given).length;
  const shows =
    logged === null
      ? 'Our logs show no attempt'
      : `Our logs show ${logged.count} attempt${logged.count === 1 ? '' : 's'}${logged.numbers.length > 0 ? ` (${logged.numbers.join(', ')})` : ''}, by ${logged.by}`;
  return `${shows}, and the provider has ${charges} charges. ${servedBy(given)}; this one${attemptOf(line) || ', without an attempt number,'} is more than the logs can back.`;
}

function fallbackReason(given: Case, line: TraceLine): string {
  const model = shown(line.model_billed);
  if (line.reason === 'advisor') return `It is a part of an answer that ${model} did, which contract.yaml lists under billing.advisors.`;
  const mapped = mappingsOf(given).fallbacks.find(({ billableModel }) => billableModel === line.model_billed);
  const place = mapped === undefined ? '' : ` (${placeOf(mapped.source)})`;
  // What serves and is a fallback can be nothing else: its reason says why it serves.
  const role = line.reason === 'expected-model' ? 'the expected model itself' : `a fallback of the expected ${shown(line.model_expected)}${place}`;
  if (line.serving === 'true') return `${servingReason(given, line)} It was billed as ${model}, which is ${role}.`;
  return `${servedBy(given)}; this one${attemptOf(line)} was tried as ${model}, which is ${role}.`;
}

function modelDriftReason(given: Case, line: TraceLine): string {
  if (line.reason === 'other-part')
    return `It is a part of an answer that ${shown(line.model_billed)} did, which contract.yaml does not list under billing.advisors.`;
  const expected = `neither the expected ${shown(line.model_expected)} nor a fallback of it in force`;
  if (line.serving === 'true') return `${servingReason(given, line)} It was billed as ${shown(line.model_billed)}, which is ${expected}.`;
  return `${servedBy(given)}; this one${attemptOf(line)} was billed as ${shown(line.model_billed)}, which is ${expected}, nor the model that served.`;
}

function servingReason(given: Case, line: TraceLine): string {
  const final = given.final === null ? '' : ` (${rowName(given, given.final)})`;
  switch (line.reason) {
    case 'names-final':
      return `It serves the request: it carries the provider's id of the final row${final}.`;
    case 'answers-final':
      return `It serves the request: it carries the response id of the final row${final}.`;
    case 'only-charge':
      return given.trace.rows.some(({ roles }) => roles.includes('part'))
        ? 'It serves the request: it is its only charge, but for parts of answers.'
        : 'It serves the request: it is its only charge.';
    default:
      return `It serves the request: of its ${chargeLines(given).length} charges it is the first by success, by a logged attempt, by the highest attempt, by the latest time.`;
  }
}

function servedBy(given: Case): string {
  const line = servingLine(given);
  const row = line === null ? null : providerRow(given, line);
  return row === null ? 'Another charge serves the request' : `${sentenceCase(rowName(given, row))} serves the request${attemptOf(line)}`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function attemptOf(line: TraceLine | null): string {
  return line?.attempt === null || line === null ? '' : ` (attempt ${line.attempt})`;
}

function duplicateReason(given: Case, line: TraceLine): string {
  const row = providerRow(given, line);
  const isAttempt = line.reason === 'same-attempt';
  const identity = isAttempt ? `request_id and attempt ${shown(line.attempt)}` : `provider_request_id ${shown(line.provider_request_id)}`;
  const original = given.trace.rows.find(
    (other) =>
      other !== row &&
      other.layer === 'provider' &&
      other.roles.includes('charge') &&
      (isAttempt ? other.values.attempt === line.attempt : other.values.provider_request_id === line.provider_request_id),
  );
  const kept = original === undefined ? 'an earlier charge' : rowName(given, original);
  return `It repeats the ${identity} of ${kept}, which is the earliest and is kept. What is charged for it is charged twice.`;
}

function inTransitReason(given: Case, line: TraceLine): string {
  if (line.reason !== 'charged-late') return `It has no charge yet, and may still get one: its final time is not before ${settledText(given)}.`;
  const late = given.trace.rows.find((row) => row.roles.includes('set-aside:period') && timeOf(row) >= given.judgedEnd);
  const charged =
    late === undefined ? 'a row charges it after the end' : `${rowName(given, late)} charges it after the end, at ${late.values.timestamp_utc ?? ''}`;
  return `It has no charge in the period yet: ${charged}.`;
}

function notChargedReason(given: Case): string {
  const errors = given.trace.rows.filter(({ layer, roles }) => layer === 'provider' && roles.includes('error'));
  const only =
    errors.length === 0
      ? 'The provider has no row that charges it'
      : `The provider has only ${errors.map((row) => rowName(given, row)).join(', ')}, an error without an amount`;
  return `${only}, and it is too old to be late: its final time is before ${settledText(given)}.`;
}

/** Requests from then on may still be charged in a later export. */
function settledText({ ledger, period, judgedEnd }: Case): string {
  const finalized = finalizedThrough(period);
  const through = finalized ?? judgedEnd;
  const delay = delayInForce(period, ledger.settings.policy);
  const named = finalized === null ? 'the judged end' : 'finalized_through_utc';
  return `${formatInstant(inTransitFrom(period, judgedEnd, delay))} (${named} ${formatInstant(through)}, less the delay of ${formatDuration(delay)})`;
}

function rowsOf(given: Case, layer: 'gateway'): string {
  const rows = given.trace.rows.filter((row) => row.layer === layer);
  return rows.length === 0 ? `The ${layer}` : `The ${layer} (${rows.map((row) => rowName(given, row)).join(', ')})`;
}

/** How a charge got its value, where that is not its cost. */
export function valueText(given: Case, line: TraceLine): string {
  const value = amountText(moneyOf(line.subtotal));
  if (line.rounded_total !== null) return `${value}, its cost`;
  if (line.charged_amount !== null) return `${value}, the amount that the provider reports, as no cost can be computed`;
  const own = ownCost(given, line);
  return own?.state === 'ok'
    ? `${value}: it is not billable and reports no amount`
    : `${value}: no cost can be computed and no amount is reported, so the run is incomplete`;
}
