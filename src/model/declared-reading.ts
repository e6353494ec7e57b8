/** What an export cannot say about itself and its format leaves open: the zone of its days, what its token counts hold. A period declares it. */
import { type Format, localTimeKinds } from './evidence.ts';
import type { DeclaredReading } from './ledger.ts';

export const openFacts = ['zone', 'inclusion'] as const;
export type OpenFact = (typeof openFacts)[number];

/** What a format leaves to the period: without it no row may be read. */
export function openFactsOf({ timestamp, inclusion }: Format): readonly OpenFact[] {
  const isLocal = localTimeKinds.includes(timestamp.kind);
  return openFacts.filter((fact) => (fact === 'zone' ? isLocal && timestamp.zone === null : inclusion.length === 0));
}

/** The format as the period completes it; what it says itself stays. */
export function completedFormat(format: Format, { constants, zone, inclusion }: DeclaredReading = {}): Format {
  const open = openFactsOf(format);
  return {
    ...format,
    ...(constants === undefined ? {} : { constants: { ...format.constants, ...constants } }),
    ...(zone !== undefined && open.includes('zone') ? { timestamp: { ...format.timestamp, zone } } : {}),
    ...(inclusion !== undefined && open.includes('inclusion') ? { inclusion: [{ when: null, ...inclusion }] } : {}),
  };
}
