/** Sentences about drills and the self-test. */
import type { Wording } from './template.ts';

export const drillWording = {
  'drill-missing': {
    title: 'A drill that the policy requires has not been run',
    sentence: 'No drill of the kind {kind} had been run by the day of this run',
    remedy: 'Scaffold it with `trueup drill new {kind}`, run it against the provider and keep its evidence.',
  },
  'drill-stale': {
    title: 'A required drill is older than the policy allows',
    sentence: 'The newest drill of the kind {kind}, {drill}, was run on {run_on}, {days} {days:day|days} ago[; the limit is {limit}]',
    remedy: 'Run it again as a new drill, or allow a greater age under policy.drills.',
  },
  'drill-failed': {
    title: 'A drill does not show what it should show',
    sentence: 'The drill {drill} shows {key}: {found}, where {expected} is expected',
    remedy: 'If the expectation is right, the provider or the ledger is not as recorded: correct models, prices or contract; else correct the expectation.',
  },
  'fault-undetected': {
    title: 'A fault that was injected on purpose did not show',
    sentence: 'Of {injected} {injected:fault|faults} of the kind {kind} in the period {period}, {detected} showed as {signal}',
    remedy: 'Look whether a rule or threshold of the policy hides it; if not, please report it with the seed {seed}.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
