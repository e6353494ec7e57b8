/** Days with far more requests or tokens than the days before them, by each witness of its own. */
import { defaultSeverities, type Finding, finding } from '../model/finding.ts';
import { type Day, dayOf, type Instant, microsPerDay } from '../model/instant.ts';
import { formatMoney, Money, zero } from '../model/money.ts';
import type { VolumePolicy } from '../model/policy.ts';
import type { Facts } from './facts.ts';

interface Volume {
  readonly day: Day;
  readonly requests: Money;
  readonly tokens: Money;
}

/**
 * Our log and the provider's export are judged apart: traffic with a leaked key shows at the provider alone.
 * Only complete UTC days count, as days to judge and in the median; a complete day without rows is a day of 0.
 */
export function volumeSpikes({ input }: Facts): readonly Finding[] {
  const { volume } = input.ledger.settings.policy;
  if (volume === null || input.reconciliation === null) return [];
  const { period, judgedEnd } = input;
  const finalized = period.evidence.find(({ layer }) => layer === 'provider')?.finalizedThrough ?? judgedEnd;
  const charged = finalized < judgedEnd ? finalized : judgedEnd;
  return [
    ...spikesOf('application', volumesOf(input, 'application', completeDays(period.start, judgedEnd)), volume),
    ...spikesOf('provider', volumesOf(input, 'provider', completeDays(period.start, charged)), volume),
  ];
}

type Witness = 'application' | 'provider';

/** Every UTC day that lies whole between the two. */
function completeDays(start: Instant, end: Instant): Day[] {
  const days: Day[] = [];
  const first = ((start + microsPerDay - 1n) / microsPerDay) * microsPerDay;
  for (let at = first; at + microsPerDay <= end; at += microsPerDay) days.push(dayOf(at));
  return days;
}

function volumesOf({ observations }: Facts['input'], witness: Witness, days: readonly Day[]): Volume[] {
  const seen = observations.filter(({ code, args }) => code === 'volume-spike' && args['layer'] === witness);
  const byDay = new Map(seen.map(({ args }) => [args['day'], args]));
  return days.map((day) => {
    const args = byDay.get(day);
    return { day, requests: new Money(args?.['requests'] ?? 0), tokens: new Money(args?.['tokens'] ?? 0) };
  });
}

function spikesOf(witness: Witness, volumes: readonly Volume[], policy: VolumePolicy): Finding[] {
  const measures = [
    { measure: 'requests', words: witness === 'application' ? 'requests' : 'charges', percent: policy.requestsPercent },
    { measure: 'tokens', words: 'tokens', percent: policy.tokensPercent },
  ] as const;
  return volumes.flatMap((today, index) => {
    const before = volumes.slice(Math.max(0, index - policy.days), index);
    if (before.length < policy.minDays || today.requests.lessThan(policy.minRequests)) return [];
    return measures.flatMap(({ measure, words, percent }) => {
      const median = medianOf(before.map((volume) => volume[measure]));
      if (percent === null || !isAbove(today[measure], median, percent)) return [];
      const args = {
        layer: witness,
        day: today.day,
        measure: words,
        value: formatMoney(today[measure]),
        median: formatMoney(median),
        days: String(before.length),
        percent: formatMoney(percent),
      };
      return [finding('volume-spike', defaultSeverities['volume-spike'], { args })];
    });
  });
}

/** Exact: `value` > `median` × (100 + `percent`) ÷ 100, without the division. */
function isAbove(value: Money, median: Money, percent: Money): boolean {
  return value.times(100).greaterThan(median.times(percent.plus(100)));
}

/** The middle of an odd number of counts, the mean of the middle two of an even number: whole or a half, so exact. */
function medianOf(counts: readonly Money[]): Money {
  const ordered = [...counts].sort((left, right) => left.comparedTo(right));
  const upper = ordered[Math.floor(ordered.length / 2)] ?? zero;
  const lower = ordered[Math.ceil(ordered.length / 2) - 1] ?? zero;
  return lower.plus(upper).times('0.5');
}
