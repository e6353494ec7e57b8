/** The shape of `periods/<id>/statement.yaml`: a prepaid balance between two readings. */
import type { z } from 'zod';
import { choice, currency, decimal, insidePath, list, modelled, nonNegative, record, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { movementKinds, type Reading, type Statement } from '../../model/statement.ts';
import type { Money } from '../../model/money.ts';

/** More than this moved no balance in one period; the file is read whole. */
const mostMovements = 10_000;

const reading = record({ at_utc: utc, balance: decimal, source: record({ file: insidePath, sha256 }) });

type MovementKind = (typeof movementKinds)[number];
/** What a kind can do to the balance; the others go either way. */
const signs: Readonly<Partial<Record<MovementKind, { readonly holds: (amount: Money) => boolean; readonly expected: string }>>> = {
  top_up: {
    holds: (amount) => amount.greaterThan(0),
    expected: 'an amount above zero, as a top-up raises the balance; money that was taken back is a transfer or manual',
  },
  bonus: {
    holds: (amount) => amount.greaterThan(0),
    expected: 'an amount above zero, as a bonus raises the balance; one that was taken back is an expiry or manual',
  },
  expiry: { holds: (amount) => amount.lessThan(0), expected: 'an amount below zero, as what expires lowers the balance' },
};

const movement = record({
  kind: choice(...movementKinds),
  at_utc: utc,
  amount: decimal,
  paid: nonNegative.optional(),
  fee: nonNegative.optional(),
  paid_currency: currency.optional(),
  reference: text.optional(),
}).superRefine(({ kind, amount }, context) => {
  const sign = signs[kind];
  if (sign !== undefined && !sign.holds(amount)) context.addIssue({ code: 'custom', path: ['amount'], message: sign.expected });
});

export const statementSchema = record({
  currency,
  opening: reading,
  closing: reading,
  movements: list(movement)
    .max(mostMovements, { error: `at most ${mostMovements} movements` })
    .optional(),
})
  .superRefine(({ opening, closing, movements = [] }, context) => {
    if (closing.at_utc <= opening.at_utc) context.addIssue({ code: 'custom', path: ['closing', 'at_utc'], message: 'a time after opening.at_utc' });
    for (const [index, { at_utc: at }] of movements.entries()) {
      if (at > opening.at_utc && at <= closing.at_utc) continue;
      const message = 'a time after opening.at_utc and not after closing.at_utc; what moved the balance at another time stands in the statement of that time';
      context.addIssue({ code: 'custom', path: ['movements', index, 'at_utc'], message });
    }
  })
  .describe('periods/<id>/statement.yaml: a prepaid balance between two readings');
type StatementFile = z.output<typeof statementSchema>;

export function parseStatement(file: StatementFile, document: LedgerDocument): Statement {
  const readingOf = (name: 'opening' | 'closing'): Reading => {
    const { at_utc: at, balance, source } = file[name];
    return { at, balance, shownBy: source, source: placeOf(document, [name, 'balance']) };
  };
  return {
    currency: file.currency,
    opening: readingOf('opening'),
    closing: readingOf('closing'),
    movements: (file.movements ?? []).map((each, index) => ({ ...modelled(movement, each), source: placeOf(document, ['movements', index]) })),
    source: placeOf(document, ['currency']),
  };
}
