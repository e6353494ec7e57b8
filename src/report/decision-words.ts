/** What decided, in words: which fact, which threshold, from which place, and the smallest amount that would change it. */
import type { Decision } from '../model/judgement.ts';
import type { Show } from './wording/template.ts';

const factWords: Readonly<Record<Decision['fact'], string>> = {
  unexplained_gross: 'unexplained (gross)',
  unexplained_counts: 'unexplained requests and charges',
  step_amount: 'in this step',
  unlinked_charges: 'charges without a request of ours',
  unlinked_requests: 'requests without a charge',
  uncompared_charges: 'charges held against no counted request',
  finding: 'found',
};

/** The value against its limit. */
export function factOf(decision: Decision, show: Show): string {
  const { fact, value, threshold, rule, outcome, override } = decision;
  const words = `${show(value)} ${factWords[fact]}`;
  if (fact === 'finding') return words;
  const limit = `${outcome === 'pass' ? 'not above' : 'above'} ${show(threshold)}`;
  const origin = `${decision.default ? ', the default' : ''}${override === null ? '' : `, by override ${show(override)}`}`;
  return `${words}, ${limit} (${show(rule)}${origin})`;
}

/** What it takes to turn this one threshold. */
export function changeOf({ fact, level, outcome, distance }: Decision, show: Show): string {
  if (outcome === 'pass') return `more than ${show(distance)} more would ${level === 'inconclusive' ? 'leave it open' : level}`;
  return fact === 'finding' ? `${show(distance)} fewer would clear it` : `${show(distance)} less would clear it`;
}

/** Where the threshold stands. */
export function placeOf({ source, scope, fact, default: isDefault }: Decision): string {
  if (source !== null) return source.line === 0 ? source.file : `${source.file}:${source.line}`;
  if (fact === 'finding') return 'rules';
  const key = scope === 'linkage' ? 'policy.min_linked' : scope === 'coverage' ? 'policy.min_compared' : 'policy.categories';
  return isDefault ? `the default; ${key} is not stated` : key;
}
