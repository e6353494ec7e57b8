/** A prepaid balance as the last witness of a period: where it is compared, what it fell by, and the close before that its opening continues (SPEC §12). Pure. */
import { type Close, closeInForce, type Controls } from './close.ts';
import { finding, type Finding } from './finding.ts';
import { formatInstant, type Instant } from './instant.ts';
import type { Balance } from './judgement.ts';
import { periodPath } from './layout.ts';
import type { Period } from './ledger.ts';
import { type Movement, movementKinds, type Statement } from './statement.ts';
import { type Amount, formatMoney, type Money, sumMoney } from './money.ts';
import { compareCodePoints } from './order-findings.ts';

/** The statement that the bridge goes on to; null where there is none, or an invoice is compared, and of a period that is judged in part or in another currency. */
export function comparedStatement(period: Period, judgedEnd: Instant): Statement | null {
  const { statement, currency, end } = period;
  if (statement === null || judgedEnd < end || statement.currency !== currency) return null;
  return isWitness(period) ? statement : null;
}

/** At stage final the invoice is the witness, and at stage usage one that lies there. */
function isWitness({ stage, invoices }: Pick<Period, 'stage' | 'invoices'>): boolean {
  return stage === 'prepaid' || (stage === 'usage' && invoices.length === 0);
}

/** Files that lie in the period's folder and that its stage compares with nothing. */
export function documentsBeside(period: Period): Finding[] {
  const { id, stage, invoices, statement } = period;
  const besides: Finding[] = [];
  if (stage === 'prepaid') {
    besides.push(
      ...invoices.map(({ invoiceId, total, source }) =>
        finding('invoice-at-prepaid', 'fail', { args: { period: id, invoice: invoiceId }, amount: formatMoney(total), source }),
      ),
    );
  }
  if (statement !== null && !isWitness(period)) {
    const args = { period: id, file: periodPath(period, 'statement'), problem: stage === 'final' ? 'statement-at-final' : 'statement-beside-invoice' };
    besides.push(finding('statement-unread', 'inconclusive', { args, source: statement.source }));
  }
  return besides;
}

/** Whether a movement says what it rests on: one that does not, does not count. */
export function isReferenced({ reference }: Movement): boolean {
  return reference !== null;
}

export function balanceOf(statement: Statement): Balance {
  const { opening, closing, movements, currency } = statement;
  const counted = movements.filter(isReferenced);
  const sumOf = (some: readonly Movement[]): Money => sumMoney(some.map(({ amount }) => amount));
  const kinds = movementKinds.filter((kind) => counted.some((movement) => movement.kind === kind));
  const stated = movements.filter(({ paid, fee }) => paid !== null || fee !== null);
  const currencies = [...new Set(stated.map(({ paidCurrency }) => paidCurrency ?? currency))].sort(compareCodePoints);
  return {
    opening: { at: opening.at, balance: formatMoney(opening.balance) },
    closing: { at: closing.at, balance: formatMoney(closing.balance) },
    movements: Object.fromEntries(kinds.map((kind) => [kind, formatMoney(sumOf(counted.filter((movement) => movement.kind === kind)))])),
    notCounted: formatMoney(sumOf(movements.filter((movement) => !isReferenced(movement)))),
    drawdown: formatMoney(opening.balance.plus(sumOf(counted)).minus(closing.balance)),
    paid: Object.fromEntries(currencies.map((one) => [one, paidIn(stated.filter(({ paidCurrency }) => (paidCurrency ?? currency) === one))])),
  };
}

function paidIn(movements: readonly Movement[]): Balance['paid'][string] {
  const sumOf = (key: 'paid' | 'fee'): Amount => formatMoney(sumMoney(movements.flatMap((movement) => movement[key] ?? [])));
  return { amount: sumOf('paid'), fee: sumOf('fee') };
}

/** A period, or one that cannot be read, as far as its close can be trusted. */
interface Closed {
  readonly id: string;
  readonly closed: boolean;
  readonly controls: Controls;
}

/**
 * The close in force whose last reading the period's first one continues: of the same account, whatever the environment, since these share the balance, and
 * right before it. null where there is none, and where the period has no statement.
 */
export function balanceBefore(others: readonly Closed[], period: Period): Close | null {
  if (period.statement === null) return null;
  const closes = others
    .filter(({ id }) => id !== period.id)
    .flatMap((one) => closeInForce(one) ?? [])
    .filter((close) => close.closingBalance !== null && close.accountRef === period.accountRef && close.judgedEnd === period.start);
  const inOwnEnvironment = closes.filter(({ environment }) => environment === period.environment);
  const [first = null] = (inOwnEnvironment.length > 0 ? inOwnEnvironment : closes).toSorted((a, b) => compareCodePoints(a.name, b.name));
  return first;
}

/** A reading as text, in its one written form. */
export function readingText({ at, balance }: { readonly at: Instant; readonly balance: Amount }): string {
  return `${balance} at ${formatInstant(at)}`;
}
