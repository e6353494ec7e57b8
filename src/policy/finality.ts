/** What is said about how far the provider was final, and how long requests may be late (SPEC §2.1). */
import { defaultSeverities, type Finding, finding, type Severity } from '../model/finding.ts';
import { formatDuration, formatInstant, type Instant } from '../model/instant.ts';
import { finalizedThrough, wholeBuckets } from '../model/judged-end.ts';
import type { Period } from '../model/ledger.ts';
import type { Facts } from './facts.ts';

/** How far the provider was final, and that this cuts the period short. */
export function providerNotFinal(period: Period, judgedEnd: Instant, severity: Severity): Finding {
  const finalized = finalizedThrough(period);
  const args = {
    period: period.id,
    judged_end: formatInstant(judgedEnd),
    end: formatInstant(period.end),
    ...(finalized === null ? {} : { finalized_through_utc: formatInstant(finalized) }),
    ...(isOfInvoices(period) ? { problem: 'lines-in-part' } : {}),
  };
  return finding('provider-not-final', severity, { args, source: providerSource(period) });
}

/** A period whose end only finality cuts is not over for the provider: at stage usage it is said, at any other nothing is judged. */
export function finality({ input, stage }: Facts): readonly Finding[] {
  const { period, judgedEnd, calendarEnd, findings } = input;
  const hasProvider = period.evidence.some(({ layer }) => layer === 'provider');
  if (!hasProvider || findings.some(({ code }) => code === 'provider-not-final')) return [];
  if (judgedEnd < wholeBuckets(period, calendarEnd)) return [providerNotFinal(period, judgedEnd, stage === 'usage' ? 'info' : 'inconclusive')];
  // What an invoice states is final with the invoice.
  if (stage === 'usage' || finalizedThrough(period) !== null || isOfInvoices(period)) return [];
  const args = { period: period.id, end: formatInstant(period.end) };
  return [finding('finality-unstated', defaultSeverities['finality-unstated'], { args, source: providerSource(period) })];
}

/** A delay beyond policy's is not followed: it would let requests be in transit for as long as the period likes. */
export function delayCapped({ input }: Facts): readonly Finding[] {
  const { period, ledger } = input;
  const { maxDelay } = ledger.settings.policy;
  return period.evidence
    .filter(({ layer, delay }) => layer === 'provider' && delay > maxDelay)
    .map(({ delay, source }) =>
      finding('delay-capped', defaultSeverities['delay-capped'], {
        args: { period: period.id, delay: formatDuration(delay), max_delay: formatDuration(maxDelay) },
        source,
      }),
    );
}

/** Whether lines of the invoices stand in for an export. */
function isOfInvoices({ evidence }: Pick<Period, 'evidence'>): boolean {
  return evidence.some(({ bucket }) => bucket?.width === 'period');
}

function providerSource({ evidence, source }: Period) {
  return evidence.find(({ layer }) => layer === 'provider')?.source ?? source;
}
