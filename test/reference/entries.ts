/** The entries of the count bridge: each charge, and each request without one, counts once (SPEC §4.2). */
import type { CountStep } from '../../src/model/bridge.ts';
import type { ReferenceInput } from './input.ts';
import { isCounted, type Matching } from './match.ts';
import { type Line, requestLine, rowLine } from './parts.ts';
import { attemptStepOf, isScopeExplained, isTransitExplained, placeOf, unchargedStepOf } from './place.ts';

/** The steps whose entries nothing explains; of in_transit and out_of_scope some are explained, see there. */
const unexplained: readonly string[] = [
  'not_forwarded',
  'not_charged',
  'unlinked',
  'gateway_only',
  'out_of_period',
  'unbacked',
  'extra_model_drift',
  'duplicate',
];

export interface CountEntry {
  readonly line: Line;
  readonly step: Exclude<CountStep, 'requests'> | 'duplicate';
  readonly isExplained: boolean;
}

/** Requests that count one for one with their serving charge have no entry. */
export function entriesOf(input: ReferenceInput, matching: Matching): CountEntry[] {
  const entries: CountEntry[] = [];
  const add = (line: Line, step: CountEntry['step'], isExplained = !unexplained.includes(step)): void => void entries.push({ line, step, isExplained });

  for (const request of matching.requests.values()) {
    const { final } = request;
    if (final === null || !isCounted(request) || request.charges.length > 0) continue;
    const step = unchargedStepOf(input, request, final);
    if (step === 'in_transit') add(requestLine(request, final), step, isTransitExplained(input, request, final));
    else add(requestLine(request, final), step);
  }
  for (const charge of matching.charges) {
    const line = rowLine(matching, charge);
    const step = placeOf(matching, charge) ?? attemptStepOf(input, matching, charge);
    if (step === 'serving') continue;
    if (step === 'out_of_scope') add(line, step, isScopeExplained(input, matching, charge));
    else if (step === 'retry' || step === 'fallback' || step === 'model_drift') add(line, `extra_${step}`);
    else add(line, step);
  }
  for (const row of matching.duplicates) add(rowLine(matching, row), 'duplicate');
  return entries;
}
