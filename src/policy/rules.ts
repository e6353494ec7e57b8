/** The rules: small functions in a fixed order, each turning facts into findings. None of them decides the verdict. */
import { documentsBeside } from '../model/balance.ts';
import { ratesInto } from '../model/exchange-rate.ts';
import { defaultSeverities, failClosedCodes, type Finding, finding, type FindingCode, findingCodes } from '../model/finding.ts';
import { linesApart } from '../model/invoice-lines.ts';
import { formatInstant } from '../model/instant.ts';
import { formatMoney, Money, moneyOf, noAmount, sumMoney, zero } from '../model/money.ts';
import type { Observation, Reconciliation, StepAmount } from '../model/reconciliation.ts';
import { budgetThresholds } from './budget-rules.ts';
import { coverage } from './coverage-rules.ts';
import { evidenceRates, invoicesLeftOut } from './currency-rules.ts';
import { exceptionFindings } from './exception-rules.ts';
import { type Facts, observationsOf, observedAs } from './facts.ts';
import { delayCapped, finality } from './finality.ts';
import { isAllowed } from './severities.ts';
import { residual, thresholds, unexplainedSteps } from './threshold-rules.ts';
import { volumeSpikes } from './volume-spikes.ts';
import { isCrossed } from './weigh-levels.ts';
import { bucketMismatch, bucketUncompared } from './witnessed-rules.ts';
import { amountUnreported, freeCharges, statedAmounts } from './witness-rules.ts';
import { bucketCountSteps, countSteps, cutNames, isOptionalCut, rowSteps } from '../model/bridge.ts';
import { countOf } from './build-bridge.ts';

type Rule = (facts: Facts) => readonly Finding[];

/** In the order in which they are applied; the report has an order of its own. */
export const rules: readonly Rule[] = [
  handedIn,
  observed,
  unreportedClasses,
  floatShift,
  streamIncomplete,
  clockShift,
  retryAmplification,
  volumeSpikes,
  budgetThresholds,
  policyWithoutFail,
  refusedSettings,
  refuseCrossedOverrides,
  periodInPart,
  finality,
  delayCapped,
  evidenceRates,
  invoicesLeftOut,
  invoiceMissing,
  statementMissing,
  documentsCompared,
  adjustmentsWithoutReference,
  notComputed,
  exceptionFindings,
  unexplainedSteps,
  residual,
  crossFoot,
  coverage,
  amountUnreported,
  freeCharges,
  statedAmounts,
  bucketMismatch,
  bucketUncompared,
  thresholds,
];

/** Observations that a rule of their own reads. */
const readElsewhere: readonly FindingCode[] = [
  'stream-incomplete',
  'clock-shift',
  'retry-amplification',
  'volume-spike',
  'unexplained-step',
  'linkage-low',
  'coverage-low',
  'leak',
  'stated-amount',
  'float-shift',
  'unreported-class',
  'bucket-mismatch',
  'bucket-uncompared',
];

/** More lag than this between two layers is a clock or a zone, not a queue. */
const clockShiftSeconds = 900;

function handedIn({ input }: Facts): readonly Finding[] {
  return input.findings;
}

function observed({ input }: Facts): readonly Finding[] {
  return input.observations.filter(({ code }) => !readElsewhere.includes(code)).map((seen) => observedAs(seen, {}));
}

/** Classes that as many rows of a layer do not report are one finding: mostly they are the same rows. */
function unreportedClasses(facts: Facts): readonly Finding[] {
  const seen = observationsOf(facts, 'unreported-class');
  const keyOf = ({ args, count }: Observation) => `${args['layer'] ?? ''} ${count}`;
  return seen
    .filter((one, index) => seen.findIndex((other) => keyOf(other) === keyOf(one)) === index)
    .map((first) => {
      const alike = seen.filter((other) => keyOf(other) === keyOf(first));
      return observedAs(first, { class: alike.map(({ args }) => args['class'] ?? '').join(', ') });
    });
}

/** Noise is said; what moves more than is trivial was no noise. Without signs, so that opposite shifts do not hide one another. */
function floatShift(facts: Facts): readonly Finding[] {
  const { period, ledger } = facts.input;
  const { ignoreBelow } = ledger.settings.policy;
  return observationsOf(facts, 'float-shift').map((seen) => {
    // Stated in the currency of the rows, weighed in the period's.
    const rate = ratesInto(period).get(seen.args['currency'] ?? period.currency) ?? 1;
    const isMoney = new Money(seen.args['gross'] ?? '0').times(rate).greaterThan(ignoreBelow);
    return isMoney ? { ...observedAs(seen, {}), severity: 'warn' } : observedAs(seen, {});
  });
}

/** A stream that broke off and cost nothing is only said. */
function streamIncomplete(facts: Facts): readonly Finding[] {
  return observationsOf(facts, 'stream-incomplete').map((seen) => (seen.amount === '0' ? { ...observedAs(seen, {}), severity: 'info' } : observedAs(seen, {})));
}

/** The lag is judged by its median, and named as the zone that it most looks like. */
function clockShift(facts: Facts): readonly Finding[] {
  return observationsOf(facts, 'clock-shift').flatMap((seen) => {
    const median = new Money(seen.args['median_seconds'] ?? '0');
    return median.abs().greaterThan(clockShiftSeconds) ? [{ ...observedAs(seen, { likely_zone: likelyZone(median) }), count: 1 }] : [];
  });
}

/** Charges per request of a service above its cap. */
function retryAmplification(facts: Facts): readonly Finding[] {
  const { retryCap, unstated } = facts.input.ledger.settings.policy;
  return observationsOf(facts, 'retry-amplification').flatMap((seen) => {
    const { service = '(none)', charges = '0', requests = '0' } = seen.args;
    const own = Object.hasOwn(retryCap.services, service) ? retryCap.services[service] : undefined;
    const cap = own ?? retryCap.default;
    const words = { cap: formatMoney(cap), ...(own === undefined && unstated.includes('retry_cap') ? { origin: 'default' } : {}) };
    return new Money(charges).greaterThan(cap.times(requests)) ? [{ ...observedAs(seen, words), count: 1 }] : [];
  });
}

/** A policy that can never fail is no gate. */
function policyWithoutFail({ input }: Facts): readonly Finding[] {
  if (input.findings.some(({ code }) => code === 'policy-incomplete')) return [];
  const { policy, source } = input.ledger.settings;
  const missing = [...(policy.total.fail === null ? ['total.fail'] : []), ...(policy.counts.fail === null ? ['counts.fail'] : [])];
  return missing.map((key) => finding('policy-incomplete', defaultSeverities['policy-incomplete'], { args: { missing: key }, source }));
}

/** A setting that would let pass what fails closed is not followed, and is a finding itself. */
function refusedSettings({ input }: Facts): readonly Finding[] {
  const { policy, source } = input.ledger.settings;
  return Object.entries(policy.rules).flatMap(([code, setting]) => {
    const known = findingCodes.find((candidate) => candidate === code);
    if (known !== undefined && isAllowed(known, setting)) return [];
    const expected = known === undefined ? 'the code of a finding' : failClosedCodes.includes(known) ? 'fail or quarantine' : 'no less than its default';
    return [finding('invalid-value', 'fail', { args: { key: `policy.rules.${code}`, value: setting, expected }, source })];
  });
}

function refuseCrossedOverrides({ input }: Facts): readonly Finding[] {
  return input.ledger.settings.policy.overrides.filter(isCrossed).map(({ services, models, source }) =>
    finding('invalid-value', 'fail', {
      args: {
        key: 'policy.overrides',
        value: `services ${services.join(', ')}; models ${models.join(', ')}`,
        expected: 'services or models, not both',
      },
      source,
    }),
  );
}

function periodInPart({ input }: Facts): readonly Finding[] {
  const { period, judgedEnd, calendarEnd, findings } = input;
  if (calendarEnd >= period.end || findings.some(({ code }) => code === 'period-partial')) return [];
  const args = { period: period.id, judged_end: formatInstant(judgedEnd), end: formatInstant(period.end) };
  return [finding('period-partial', defaultSeverities['period-partial'], { args, source: period.source })];
}

function invoiceMissing({ input, stage, invoices }: Facts): readonly Finding[] {
  const said = input.findings.some(({ code }) => code === 'invoice-missing');
  if (stage !== 'final' || invoices.length > 0 || input.period.invoices.length > 0 || said) return [];
  return [
    finding('invoice-missing', defaultSeverities['invoice-missing'], { args: { period: input.period.id, missing: 'invoice' }, source: input.period.source }),
  ];
}

function statementMissing({ input, stage }: Facts): readonly Finding[] {
  const said = input.findings.some(({ code }) => code === 'statement-missing');
  if (stage !== 'prepaid' || input.period.statement !== null || said) return [];
  return [finding('statement-missing', defaultSeverities['statement-missing'], { args: { period: input.period.id }, source: input.period.source })];
}

/** The stage may be that of base, under which another of the documents is the witness than in the file. */
function documentsCompared({ input }: Facts): readonly Finding[] {
  return documentsBeside(input.period).filter(({ code }) => !input.findings.some((found) => found.code === code));
}

function adjustmentsWithoutReference({ input, invoices }: Facts): readonly Finding[] {
  if (input.findings.some(({ code }) => code === 'adjustment-without-reference')) return [];
  return invoices
    .flatMap(linesApart)
    .filter(({ kind, reference }) => kind !== 'usage' && reference === null)
    .map(({ kind, amount, source }) =>
      finding('adjustment-without-reference', defaultSeverities['adjustment-without-reference'], {
        amount: formatMoney(amount),
        args: { kind },
        source,
      }),
    );
}

function notComputed({ input }: Facts): readonly Finding[] {
  const said = input.findings.some(({ severity }) => severity === 'inconclusive');
  if (input.reconciliation !== null || said) return [];
  return [finding('engine-failure', 'inconclusive', { args: { problem: 'the rows could not be reconciled' } })];
}

/** The nearest whole quarter hour (half to even) as an offset, `+02:00`; `seconds` is how far the later layer is ahead. */
function likelyZone(seconds: Money): string {
  const quarters = seconds.abs().div(900).toDecimalPlaces(0, Money.ROUND_HALF_EVEN);
  const hours = quarters.divToInt(4).toFixed().padStart(2, '0');
  const minutes = quarters.mod(4).times(15).toFixed().padStart(2, '0');
  return `${seconds.isNegative() ? '-' : '+'}${hours}:${minutes}`;
}

/** A sum that does not hold is an error of the tool: nothing that rests on it can be judged. */
function crossFoot({ input }: Facts): readonly Finding[] {
  const { reconciliation } = input;
  return reconciliation === null ? [] : [...cutSums(reconciliation), ...chargeSums(reconciliation), ...countSums(reconciliation)];
}

/** What was charged, charge by charge, is where the bridge from what was expected leads. */
function chargeSums({ steps, totals }: Reconciliation): Finding[] {
  const whole = sumMoney([moneyOf(totals.providerReported), moneyOf(totals.providerComputed)]);
  const parts = sumMoney(steps.map(({ amount }) => moneyOf(amount)));
  return parts.equals(whole) ? [] : [broken('provider_charged', formatMoney(whole), formatMoney(parts))];
}

function cutSums({ cuts, steps }: Reconciliation): Finding[] {
  return cutNames
    .filter((cut) => !isOptionalCut(cut) || cuts[cut].length > 0)
    .flatMap((cut) =>
      rowSteps.flatMap((step) => {
        const whole = amountOf(steps, step);
        const parts = sumMoney(cuts[cut].map((row) => amountOf(row.steps, step)).filter((amount) => amount !== zero));
        return parts.equals(whole) ? [] : [broken(`${cut} ${step}`, formatMoney(whole), formatMoney(parts))];
      }),
    );
}

function amountOf(steps: readonly StepAmount[], step: string): Money {
  return moneyOf(steps.find((candidate) => candidate.step === step)?.amount ?? noAmount);
}

function countSums({ countBridge, buckets }: Reconciliation): Finding[] {
  if (buckets !== undefined) return bucketCountSums(countBridge, buckets.units);
  const charges = countOf(countBridge, 'charges');
  const entries = countBridge.filter(({ step }) => (countSteps as readonly string[]).includes(step));
  const sum = entries.reduce((total, { count }) => total + count, 0);
  const rows = charges + countOf(countBridge, 'duplicate');
  return [
    ...(sum === charges ? [] : [broken('count bridge charges', String(charges), String(sum))]),
    ...(rows === countOf(countBridge, 'provider_rows')
      ? []
      : [broken('count bridge provider_rows', String(countOf(countBridge, 'provider_rows')), String(rows))]),
  ];
}

function bucketCountSums(countBridge: Reconciliation['countBridge'], units: number): Finding[] {
  const sum = bucketCountSteps.reduce((total, step) => total + countOf(countBridge, step), 0);
  const stated = countOf(countBridge, 'provider_requests');
  return [
    ...(sum === stated ? [] : [broken('count bridge provider_requests', String(stated), String(sum))]),
    ...(units === countOf(countBridge, 'units') ? [] : [broken('count bridge units', String(units), String(countOf(countBridge, 'units')))]),
  ];
}

function broken(what: string, whole: string, parts: string): Finding {
  return finding('cross-foot', 'inconclusive', { args: { what, whole, parts } });
}
