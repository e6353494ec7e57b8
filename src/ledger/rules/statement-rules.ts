/** Rules on statements of a prepaid balance: there when they must be, read near the bounds, continuing the close before, and made of movements that can be shown. */
import type { LedgerDraft, PeriodPart } from '../draft.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { balanceBefore, documentsBeside, isReferenced, readingText } from '../../model/balance.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { formatDuration, formatInstant, startOfDay } from '../../model/instant.ts';
import { delayInForce } from '../../model/judged-end.ts';
import { periodPath } from '../../model/layout.ts';
import type { Period } from '../../model/ledger.ts';
import type { Movement, Statement } from '../../model/statement.ts';
import { formatMoney, zero } from '../../model/money.ts';

/** A prepaid period is held against its balance. One that is not over yet is judged as usage, and needs none. */
export function statementPresent({ periods, asOf, unread }: LedgerDraft): Finding[] {
  return periods
    .filter(({ value }) => value.stage === 'prepaid' && value.end <= startOfDay(asOf) && !unread.has(periodPath(value, 'statement')))
    .filter(({ value }) => value.statement === null)
    .map(({ value, document }) => finding('statement-missing', 'fail', { args: { period: value.id }, source: placeOf(document, ['stage']) }));
}

/** An invoice or a statement that the stage compares with nothing would be money that nobody looks at. */
export function documentsCompared({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value }) => documentsBeside(value));
}

/** A statement under another name is read by nobody. */
export function statementsRead({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value, unreadStatements }) =>
    unreadStatements.map((name) => {
      const file = `${value.folder}/${name}`;
      return finding('statement-unread', 'inconclusive', {
        args: { period: value.id, file, problem: 'statement-misnamed' },
        source: { file, line: 1, column: 1 },
      });
    }),
  );
}

/** A balance in another currency enters no sum of the period: it is left out, and said. */
export function statementCurrency({ periods }: LedgerDraft): Finding[] {
  return withStatement(periods)
    .filter(({ period, statement }) => statement.currency !== period.currency)
    .map(({ period, statement, document }) => {
      const left = `${formatMoney(statement.closing.balance)} ${statement.currency}`;
      const args = { subject: 'The balance', period: period.id, expected: period.currency, found: statement.currency, left_out: left };
      return finding('currency-mismatch', 'fail', { args, source: placeOf(document, ['currency']) });
    });
}

/** What is charged between a reading and its bound is in one of the two only; as much of it as the provider may be late is usual. */
export function readingsNearBounds({ settings, periods }: LedgerDraft): Finding[] {
  if (settings === null) return [];
  return withStatement(periods).flatMap(({ period, statement, document }) => {
    const delay = delayInForce(period, settings.value.policy);
    const readings = [
      { reading: 'opening', at: statement.opening.at, bound: period.start },
      { reading: 'closing', at: statement.closing.at, bound: period.end },
    ] as const;
    return readings.flatMap(({ reading, at, bound }) => {
      const by = at > bound ? at - bound : bound - at;
      if (by <= delay) return [];
      const args = { period: period.id, reading, at: formatInstant(at), bound: formatInstant(bound), by: formatDuration(by), delay: formatDuration(delay) };
      return [finding('balance-reading', 'warn', { args, source: placeOf(document, [reading, 'at_utc']) })];
    });
  });
}

/** The first reading is the last one of the close before: what happened between two others, no period would see. */
export function balancesChained({ periods, unreadPeriods }: LedgerDraft): Finding[] {
  const all = [...periods.map(({ value }) => value), ...unreadPeriods];
  return withStatement(periods).flatMap(({ period, statement, document }) => {
    const before = balanceBefore(all, period);
    if (before === null || before.closingBalance === null) return [];
    const opening = { at: statement.opening.at, balance: formatMoney(statement.opening.balance) };
    const closing = before.closingBalance;
    if (opening.at === closing.at && opening.balance === closing.balance) return [];
    const args = { period: period.id, opening: readingText(opening), closing: readingText(closing), close: before.name };
    const gap = statement.opening.balance.minus(closing.balance);
    return [finding('balance-gap', 'fail', { args, amount: gap.isZero() ? null : formatMoney(gap), source: placeOf(document, ['opening']) })];
  });
}

/** A movement that refers to nothing could be anything: it does not count. */
export function movementsReferenced({ periods }: LedgerDraft): Finding[] {
  return movementsOf(periods)
    .filter(({ movement }) => !isReferenced(movement))
    .map(({ period, movement: { kind, amount, source } }) =>
      finding('movement-without-reference', 'warn', { args: { period: period.id, kind }, amount: formatMoney(amount), source }),
    );
}

/** Where all is in one currency, what was paid is what came onto the balance and the fee. */
export function movementsPaid({ periods }: LedgerDraft): Finding[] {
  return movementsOf(periods).flatMap(({ period, statement, movement }) => {
    const { kind, amount, paid, fee, paidCurrency, source } = movement;
    if (paid === null || (paidCurrency ?? statement.currency) !== statement.currency || paid.equals(amount.plus(fee ?? zero))) return [];
    const args = { period: period.id, kind, paid: formatMoney(paid), fee: formatMoney(fee ?? zero) };
    return [finding('movement-paid', 'fail', { args, amount: formatMoney(amount), source })];
  });
}

interface Stated {
  readonly period: Period;
  readonly statement: Statement;
  readonly document: LedgerDocument;
}

function withStatement(periods: readonly PeriodPart[]): Stated[] {
  return periods.flatMap(({ value: period, statementDocument: document }) =>
    period.statement === null || document === null ? [] : [{ period, statement: period.statement, document }],
  );
}

function movementsOf(periods: readonly PeriodPart[]): (Stated & { readonly movement: Movement })[] {
  return withStatement(periods).flatMap((stated) => stated.statement.movements.map((movement) => ({ ...stated, movement })));
}
