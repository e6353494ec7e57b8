/** Findings about exceptions: what each covers and has left, and which are expired, about to expire, unused, overdrawn or in each other's way. */
import { type Exception, isInForce } from '../model/exception.ts';
import { defaultSeverities, type Finding, finding, type FindingCode } from '../model/finding.ts';
import { type Day, microsPerDay, startOfDay } from '../model/instant.ts';
import { formatMoney, moneyOf } from '../model/money.ts';
import type { ExceptionUse } from '../model/reconciliation.ts';
import type { Facts } from './facts.ts';

/** Two weeks are enough to resolve a ticket or to have an exception approved anew. */
const daysOfWarning = 14;

/** Every exception of the period in file order; use is only known where the rows were reconciled. */
export function exceptionFindings({ input, bridge, coverage, prepaid }: Facts): readonly Finding[] {
  const { exceptions } = input.period;
  return exceptions.flatMap((exception, place) => {
    if (!isInForce(exception, input.asOf)) return [findingOf('exception-expired', exception)];
    const use = coverage.uses.get(place) ?? prepaid.uses.get(place) ?? input.reconciliation?.exceptionUses[place];
    const isJudged = bridge.some(({ step }) => step === exception.category);
    const ids = (use?.takers ?? []).map((taker) => exceptions[taker]?.id ?? '').join(', ');
    return [...(use === undefined || !isJudged ? [] : aboutUse(exception, use, ids)), ...aboutExpiry(exception, input.asOf)];
  });
}

function aboutUse(exception: Exception, use: ExceptionUse, coveredBy: string): Finding[] {
  const matchesNothing = use.matched === '0' && (exception.maxCount === null || use.matchedCount === 0);
  return [
    ...aboutCaps(exception, use),
    ...(matchesNothing ? [findingOf('exception-unused', exception, coveredBy === '' ? {} : { covered_by: coveredBy })] : []),
    ...(matchesNothing || use.takenBefore === '0'
      ? []
      : [{ ...findingOf('exception-overlap', exception, { covered_by: coveredBy }), amount: use.takenBefore }]),
  ];
}

/** What it covers of its money and of its count, and what goes beyond either. */
function aboutCaps(exception: Exception, { covered, used, matched, count, matchedCount }: ExceptionUse): Finding[] {
  const { maxAmount: cap, maxCount } = exception;
  const counted = maxCount === null ? {} : { count_used: String(count), count_cap: String(maxCount) };
  const found: Finding[] = [];
  if (used !== '0' || count > 0) {
    const args = { used, cap: formatMoney(cap), left: formatMoney(cap.minus(used)), ...counted };
    found.push({ ...findingOf('exception-used', exception, args), amount: covered });
  }
  const beyond = moneyOf(matched).minus(cap);
  const isOverCounted = maxCount !== null && BigInt(matchedCount) > maxCount;
  if (beyond.isPositive() && !beyond.isZero())
    found.push({ ...findingOf('exception-overdrawn', exception, { cap: formatMoney(cap), matched }), amount: formatMoney(beyond) });
  if (isOverCounted) {
    const args = { matched_count: String(matchedCount), count_cap: String(maxCount) };
    found.push({ ...findingOf('exception-overdrawn', exception, args), count: Number(BigInt(matchedCount) - maxCount) });
  }
  return found;
}

function aboutExpiry(exception: Exception, asOf: Day): Finding[] {
  const days = daysBetween(asOf, exception.expiresOn);
  return days > daysOfWarning ? [] : [findingOf('exception-expiring', exception, { days_left: String(days) })];
}

function daysBetween(from: Day, to: Day): number {
  return Number((startOfDay(to) - startOfDay(from)) / microsPerDay);
}

function findingOf(code: FindingCode, exception: Exception, facts: Readonly<Record<string, string>> = {}): Finding {
  const { id, category, owner, ticket, expiresOn, source } = exception;
  return finding(code, defaultSeverities[code], { args: { exception: id, category, ...facts, owner, ticket, expires_on: expiresOn }, source });
}
