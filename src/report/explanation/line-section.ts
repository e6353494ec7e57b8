/** One line: its price and formula, rounding, the amount charged, the step it took and how its difference splits. */
import { covers, tokenClasses } from '../../model/evidence.ts';
import { amountInStep, type TraceLine } from '../../model/line.ts';
import { formatInstant } from '../../model/instant.ts';
import { type Money, zero } from '../../model/money.ts';
import { roundingIn } from '../../model/rounding-in.ts';
import {
  amountText,
  type Case,
  fact,
  moneyOf,
  pricedAt,
  providerRow,
  rowName,
  section,
  selectionOf,
  selectionText,
  shown,
  signedText,
  timeOf,
} from './case.ts';
import type { TraceRow } from '../../model/trace.ts';
import { countingLine, disagreement } from './expected-section.ts';
import { classWords, costFacts, tokensOfLine, tokensOfRow } from './formula.ts';
import { expectedThen, ownCost, stepReason, valueText } from './step-reasons.ts';
import { alignColumns, type Colour } from '../terminal-style.ts';

export function lineSection(given: Case, line: TraceLine, number: number, colour: Colour): string {
  const row = providerRow(given, line);
  const what = row === null ? 'the request has no charge' : `${shown(line.line)} (${rowName(given, row)})`;
  const facts =
    row === null
      ? []
      : line.line === 'cell'
        ? cellFacts(given, line, colour)
        : isGivenBack(line)
          ? [fact('charged', chargedText(given, line), colour)]
          : chargeFacts(given, line, colour);
  return section(
    `TraceLine ${number}: ${what}`,
    [...facts, fact('step', `${stepName(line)}\n${stepReason(given, line)}`, colour), ...splitFacts(given, line, colour)],
    colour,
  );
}

/** A cell may hold several rows and prices: its value is said, and what is charged beside it. */
function cellFacts(given: Case, line: TraceLine, colour: Colour): string[] {
  const value = `${amountText(moneyOf(line.subtotal))}, ${line.rounded_total === null ? 'the amount charged' : 'the cost of its quantities at our prices'}`;
  const beside = `rounding ${signedText(moneyOf(line.rounding))}, price difference ${signedText(moneyOf(line.price_difference))}`;
  const charged = `${chargedText(given, line)}${line.charged_amount === null || line.rounded_total === null ? '' : `: beside the value ${beside}`}`;
  return [fact('value', value, colour), fact('charged', charged, colour)];
}

/** A row of kind refund or adjustment, wherever it goes. */
function isGivenBack({ line }: TraceLine): boolean {
  return line === 'refund' || line === 'adjustment' || line === 'correction';
}

function stepName(line: TraceLine): string {
  const step = shown(line.step);
  if (line.step !== 'serving') return step;
  const isZero = (['price_timing', 'tier_difference', 'token_difference', 'meter_difference'] as const).every((name) => moneyOf(line[name]).isZero());
  return isZero ? 'none: it cost what was expected' : 'none of its own: the serving charge, whose difference is split below';
}

function chargeFacts(given: Case, line: TraceLine, colour: Colour): string[] {
  const cost = ownCost(given, line);
  const row = providerRow(given, line);
  const priced =
    cost === null
      ? [fact('formula', 'none: the row names no model', colour)]
      : costFacts(given, cost, row === null ? '' : pricedTimeText(given, line, row), colour);
  const computed = cost?.state === 'ok' && line.rounded_total !== null ? disagreement(moneyOf(line.subtotal), cost.total) : '';
  return [
    ...priced,
    fact('value', `${valueText(given, line)}${computed}`, colour),
    fact('rounding', roundingText(given, line), colour),
    ...(moneyOf(line.covered).isZero() ? [] : [fact('covered', coveredText(given, line), colour)]),
    fact('charged', chargedText(given, line), colour),
  ];
}

/** When the prices are in force that a charge goes by; whose time that is, where it is not its own. */
function pricedTimeText(given: Case, line: TraceLine, row: TraceRow): string {
  const at = pricedAt(given, line, row);
  return at === timeOf(row) ? formatInstant(at) : `${formatInstant(at)}, when its request was sent (contract.yaml: billing.priced_at)`;
}

function roundingText({ ledger, period }: Case, line: TraceLine): string {
  const declared = ledger.contract.rounding;
  const rounding = roundingIn(ledger.contract, period);
  if (declared === null) return 'none: contract.yaml declares none';
  if (rounding === null) return `none: contract.yaml declares it in ${declared.currency ?? ''}, for which the period states no rate`;
  if (line.rounded_total === null) return 'none: only computed costs are rounded';
  const least = rounding.minimum === null ? '' : `, at least ${amountText(rounding.minimum)}`;
  const rounded = moneyOf(line.rounded_total);
  const change = line.line === 'charge' ? ` (${signedText(moneyOf(line.rounding))})` : '';
  const own = rounding.quantum.equals(declared.quantum) ? '' : ` (${amountText(declared.quantum)} ${declared.currency ?? ''})`;
  return `${rounding.mode} to a multiple of ${amountText(rounding.quantum)}${own}${least}: ${amountText(moneyOf(line.subtotal))} becomes ${amountText(rounded)}${change}`;
}

/** What pays for the call beside the balance, and how much of its cost. */
function coveredText({ ledger }: Case, line: TraceLine): string {
  const covered = moneyOf(line.covered);
  const rounded = amountText(moneyOf(line.rounded_total));
  const by = covers.find((cover) => cover === line.covered_by);
  const fee = by === undefined || by === 'wallet' ? undefined : ledger.contract.coverFees[by];
  const why = moneyOf(line.charged_amount).isZero() ? `nothing is charged of ${rounded}` : `all of ${rounded} but the fee of ${amountText(fee ?? zero)} of it`;
  return `by ${shown(line.covered_by)}: ${why} (${signedText(covered)})`;
}

function chargedText(given: Case, line: TraceLine): string {
  const { period } = given;
  const currency = shown(period.currency);
  if (line.charged_amount === null) return `the provider reports no amount in ${currency}, so there is no price difference`;
  const charged = amountText(moneyOf(line.charged_amount));
  if (line.line !== 'charge') return `${charged} ${currency}${shareText(given, line)}`;
  const due = moneyOf(line.rounded_total ?? line.subtotal).plus(moneyOf(line.covered));
  const difference = moneyOf(line.price_difference);
  return `${charged} ${currency}${shareText(given, line)}, price difference ${charged} − ${amountText(due)} = ${signedText(difference)}${difference.isZero() ? '' : ': the provider charges another price than the snapshot'}`;
}

/** What a row with parts of other models states is that of its whole answer: how it is shared out. */
function shareText(given: Case, line: TraceLine): string {
  const row = providerRow(given, line);
  const lines = given.trace.lines.filter((other) => other.provider_file === line.provider_file && other.provider_row === line.provider_row);
  if (row === null || lines.length < 2) return '';
  if (row.roles.includes('part')) return ', which is due for this part of what the answer is charged';
  return row.values.charged_amount === null ? '' : `, left of ${amountText(moneyOf(row.values.charged_amount))} for the whole answer`;
}

/** How value − E splits, for the line that carries E; for any other its whole value stands in its step. */
function splitFacts(given: Case, line: TraceLine, colour: Colour): string[] {
  const expected = moneyOf(line.expected);
  const value = moneyOf(line.subtotal);
  const amount = moneyOf(amountInStep(line));
  if (line.line === 'uncharged') return [fact('split', `nothing is charged, so -E → ${shown(line.step)} ${signedText(amount)}`, colour)];
  if (line.line === 'duplicate') return [fact('split', `outside of value and E: duplicate ${signedText(moneyOf(line.duplicate))}`, colour)];
  if (isGivenBack(line))
    return [
      fact(
        'split',
        `outside of value and E: ${line.line ?? ''} ${signedText(moneyOf(line.refund).plus(moneyOf(line.adjustment)).plus(moneyOf(line.correction)))}`,
        colour,
      ),
    ];
  if (line.expected === null) return [fact('split', `no part of E: the whole value → ${shown(line.step)} ${signedText(amount)}`, colour)];
  const whole = `value − E = ${amountText(value)} − ${amountText(expected)} = ${signedText(value.minus(expected))}`;
  if (!isPlain(line)) return [fact('split', `${whole} → ${shown(line.step)} ${signedText(amount)}`, colour)];
  return [fact('split', [whole, ...plainSplit(given, line, expected, value)].join('\n'), colour)];
}

/** A serving charge without a step that takes the whole difference. */
function isPlain(line: TraceLine): boolean {
  return line.step === 'serving' || (line.serving === 'true' && (line.step === 'fallback' || line.step === 'model_drift'));
}

function plainSplit(given: Case, line: TraceLine, expected: Money, value: Money): string[] {
  const other = line.step !== 'serving';
  const timing = moneyOf(line.price_timing);
  const model = other ? moneyOf(amountInStep(line)) : zero;
  const timed = expected.plus(timing);
  const tier = moneyOf(line.tier_difference);
  const metered = moneyOf(line.meter_difference);
  const then = timed.plus(tier);
  const served = then.plus(model);
  const rows = [
    [
      'price_timing',
      signedText(timing),
      timing.isZero()
        ? given.ledger.contract.pricedAt === 'charge'
          ? 'the same price at both times'
          : 'priced when the request was sent'
        : `E at the charge's time, ${thenSnapshot(given, line)}: ${amountText(timed)} − ${amountText(expected)}`,
    ],
    ...(tier.isZero() ? [] : [['tier_difference', signedText(tier), `${tierReason(given, line)}: ${amountText(then)} − ${amountText(timed)}`]]),
    ...(other
      ? [
          [
            shown(line.step),
            signedText(model),
            `${countingLine(given) === null ? "the application's" : 'the same'} tokens by ${shown(line.model_billed)}: ${amountText(served)} − ${amountText(then)}`,
          ],
        ]
      : []),
    ['token_difference', signedText(moneyOf(line.token_difference)), tokenReason(given, line, value.minus(metered), served)],
    ...(metered.isZero() ? [] : [['meter_difference', signedText(metered), `application → provider: ${shown(line.expected_meters)} → ${shown(line.meters)}`]]),
  ];
  return alignColumns(rows, [1]).split('\n');
}

function tierReason(given: Case, line: TraceLine): string {
  const row = providerRow(given, line);
  const [asked, billed] = [given.final, row].map((each) => (each === null ? '' : selectionText(selectionOf(each))) || 'no service tier or region');
  return `the same tokens by the charge's ${billed ?? ''}, where the application says ${asked ?? ''}`;
}

function thenSnapshot(given: Case, line: TraceLine): string {
  const then = expectedThen(given, line);
  return then?.state === 'ok' ? shown(then.price.snapshot) : 'another snapshot';
}

function tokenReason(given: Case, line: TraceLine, value: Money, served: Money): string {
  if (given.final === null) return '';
  if (countingLine(given) !== null) return `E rests on the counts of this charge; ${amountText(value)} − ${amountText(served)}`;
  const ours = tokensOfRow(given.final);
  const theirs = tokensOfLine(line);
  const different = tokenClasses.filter((name) => (ours[name] ?? 0n) !== (theirs[name] ?? 0n));
  if (different.length === 0)
    return value.minus(served).equals(zero) ? 'application and provider count the same' : `${amountText(value)} − ${amountText(served)}`;
  const counts = different.map((name) => `${classWords[name]} ${ours[name] ?? 0n} → ${theirs[name] ?? 0n}`).join(', ');
  return `application → provider: ${counts}; ${amountText(value)} − ${amountText(served)}`;
}
