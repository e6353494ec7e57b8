/** Findings about exceptions: what each covers and has left, and which are expired, about to expire, unused, overdrawn or in each other's way. */
import type { Finding } from '../model/finding.ts';
import { finding } from '../model/finding.ts';
import type { FindingCode } from '../model/finding-code.ts';
import { microsPerDay, startOfDay } from '../model/instant.ts';
import type { Day } from '../model/instant.ts';
import type { Exception } from '../model/exception.ts';
import { formatMoney } from '../model/money.ts';
import { isInForce } from './apply-exceptions.ts';
import type { Use } from './allocate-exceptions.ts';
import type { Facts } from './facts.ts';
import { defaultSeverities } from './severities.ts';

/** Two weeks are enough to resolve a ticket or to have an exception approved anew. */
const daysOfWarning = 14;

/** Every exception of the period in file order; use is only known where the rows were reconciled. */
export function exceptionFindings({ input, bridge, coverage }: Facts): readonly Finding[] {
  const { exceptions } = input.period;
  return exceptions.flatMap((exception, place) => {
    if (!isInForce(exception, input.asOf)) return [findingOf('exception-expired', exception)];
    const use = coverage.uses[place];
    const isJudged = bridge.some(({ step }) => step === exception.category);
    const ids = (use?.takers ?? []).map((taker) => exceptions[taker]?.id ?? '').join(', ');
    return [...(use === undefined || !isJudged ? [] : aboutUse(exception, use, ids)), ...aboutExpiry(exception, input.asOf)];
  });
}

function aboutUse(exception: Exception, use: Use, coveredBy: string): Finding[] {
  const cap = exception.maxAmount;
  const found: Finding[] = [];
  if (!use.used.isZero()) {
    const args = { used: formatMoney(use.used), cap: formatMoney(cap), left: formatMoney(cap.minus(use.used)) };
    found.push({ ...findingOf('exception-used', exception, args), amount: formatMoney(use.covered) });
  }
  if (use.matched.greaterThan(cap)) {
    const args = { cap: formatMoney(cap), matched: formatMoney(use.matched) };
    found.push({ ...findingOf('exception-overdrawn', exception, args), amount: formatMoney(use.matched.minus(cap)) });
  }
  if (use.matched.isZero()) found.push(findingOf('exception-unused', exception, coveredBy === '' ? {} : { covered_by: coveredBy }));
  else if (!use.takenBefore.isZero()) {
    found.push({ ...findingOf('exception-overlap', exception, { covered_by: coveredBy }), amount: formatMoney(use.takenBefore) });
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
