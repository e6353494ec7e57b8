/** What each of the tests A to E asks of the provider, and how to run it. */
import type { DrillKind } from '../model/policy.ts';

export interface DrillPlan {
  readonly title: string;
  readonly question: string;
  readonly instructions: readonly string[];
  readonly needsGateway: boolean;
  readonly usesResponse: boolean;
  readonly statesTokens: boolean;
  /** What is to be expected; a person corrects it where the provider is known to be otherwise. */
  readonly providerRecords: number;
  readonly steps: readonly string[];
  readonly findings: readonly string[];
  /** The contract item that the drill can prove. */
  readonly item: string | null;
}

const common = { needsGateway: false, usesResponse: false, statesTokens: true, providerRecords: 1, steps: ['serving'], findings: [], item: null } as const;

export const drillPlans: Readonly<Record<DrillKind, DrillPlan>> = {
  'known-response': {
    ...common,
    title: 'Test A, a known response.',
    question: 'Do our log, the answer and the export show the same model and the same tokens, and does the charge follow from the prices?',
    instructions: [
      'Make one short call without streaming to a model that `models.yaml` maps.',
      'Note the id that the answer carries, its `model` and its `usage`.',
    ],
    usesResponse: true,
  },
  streaming: {
    ...common,
    title: 'Test B, a stream.',
    question: 'Does a stream that is read to its end appear once, with the usage of its last chunk?',
    instructions: ['Make one streamed call that asks for usage in the stream, and read it to its end.', 'Note the usage of the last chunk.'],
    item: 'error-behavior.streamed',
  },
  'retry-after-timeout': {
    ...common,
    title: 'Test C, a retry after a timeout.',
    question: 'Is an attempt charged that our client gave up on?',
    instructions: [
      'Set the client timeout far below the time that the answer takes, make one call, and let the client retry it once with a long timeout under the same request id.',
      'Wait until the export is complete for that time, so that a late charge is in it.',
    ],
    statesTokens: false,
    providerRecords: 2,
    steps: ['retry', 'serving'],
    item: 'error-behavior.timed-out',
  },
  fallback: {
    ...common,
    title: 'Test D, a fallback.',
    question: 'Does a call that the fallback model answered appear under that model, and as fallback?',
    instructions: [
      'Block the primary model for the test, in the gateway or by a key that may not use it.',
      'Make one call that names the primary, and see that the fallback answers.',
    ],
    needsGateway: true,
    steps: ['fallback'],
  },
  'unknown-model': {
    ...common,
    title: 'Test E, an unknown model.',
    question: 'Does a model that nobody mapped stop the run, without a guess at its price?',
    instructions: [
      'Make one cheap call to a model that neither `models.yaml` nor a price snapshot names.',
      'Do not map it afterwards: the drill shows that unmapped traffic is caught.',
    ],
    statesTokens: false,
    steps: ['unpriced'],
    findings: ['unknown-model', 'unpriced'],
  },
};
