/** Which rows of kind refund and adjustment give back what was charged, which only claim to (SPEC §3), and which correct an earlier period (SPEC §13). */
import { type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { ReferenceInput } from './input.ts';
import { correctionsByPeriod } from './correct.ts';
import type { Matching, Request } from './match.ts';
import { earliest, type Row, sorted } from './row.ts';
import { valuate } from './value.ts';

export interface Amendment {
  readonly step: 'refund' | 'adjustment' | 'correction';
  readonly isExplained: boolean;
}

/** Every amendment with its step; a refund is one whole. */
export function stepsOfAmendments(input: ReferenceInput, matching: Matching): Map<Row, Amendment> {
  const steps = new Map<Row, Amendment>();
  for (const { rows, isExplained } of correctionsByPeriod(input, matching)) for (const row of rows) steps.set(row, { step: 'correction', isExplained });
  /** What was given back so far. */
  const ofCharge = new Map<Row, Money>();
  const ofRequest = new Map<Request, Money>();

  for (const row of sorted(matching.amendments, earliest)) {
    if (matching.correcting.has(row)) continue;
    steps.set(row, { step: 'adjustment', isExplained: false });
    if (row.amount === null || !row.amount.lt(0)) continue;
    const size = row.amount.negated();

    const charge = matching.charges.find(({ providerRequestId }) => providerRequestId !== null && providerRequestId === row.providerRequestId);
    const request = matching.requestOf.get(charge ?? row);
    if (charge === undefined && request === undefined) continue;
    const worth = (charges: readonly Row[]): Money => sumMoney(charges.map((one) => valuate(input, matching, one).charged));
    const fromCharge = charge === undefined ? zero : (ofCharge.get(charge) ?? zero).plus(size);
    const fromRequest = request === undefined ? zero : (ofRequest.get(request) ?? zero).plus(size);
    if (charge !== undefined && fromCharge.gt(worth([charge, ...charge.parts]))) continue;
    // What names a charge is given back by its request as well: else the same money could come back under both names.
    if (request !== undefined && fromRequest.gt(worth(request.charges))) continue;

    steps.set(row, { step: 'refund', isExplained: true });
    if (charge !== undefined) ofCharge.set(charge, fromCharge);
    if (request !== undefined) ofRequest.set(request, fromRequest);
  }
  return steps;
}
