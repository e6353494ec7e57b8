/** What a change says of rules: every edit with its direction, a finding for what is looser or cannot be told, and what a new period brings along. Pure. */
import { newTerms } from './compare/new-periods.ts';
import type { RuleEdit } from './compare/rule-edits.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { PolicyEdit, RuleChange, RuleDirection } from '../model/gate.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Policy } from '../model/policy.ts';
import { ruleDirection } from '../policy/rule-direction.ts';

/** Of one file; the rest is counted. */
const mostChanges = 200;
const mostFindings = 50;
/** Keys that a finding names. */
const mostKeys = 5;

/** Names of models may be long, and a key holds several. */
const longestKey = 300;

const order: readonly RuleDirection[] = ['loosened', 'changed', 'tightened', 'neutral'];

export interface WeighedEdits {
  readonly edits: readonly PolicyEdit[];
  readonly findings: readonly Finding[];
}

/** `base` and `head` are the policies on either side. */
export function weighEdits(edits: readonly RuleEdit[], base: Policy, head: Policy): WeighedEdits {
  const weighed = edits.map(({ file, what, differences }) => {
    const changes = differences
      .map((difference): RuleChange => ({
        key: difference.path.join('.').slice(0, longestKey),
        before: difference.before,
        after: difference.after,
        direction: ruleDirection(file, difference, { base, head }),
      }))
      .toSorted((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction));
    return { file, what, changes };
  });
  return {
    edits: weighed.map(({ file, what, changes }) => ({ file, what, changes: changes.slice(0, mostChanges), more: Math.max(0, changes.length - mostChanges) })),
    findings: weighed.flatMap(({ file, changes }) => [
      ...loosened(
        file,
        changes.filter(({ direction }) => direction === 'loosened'),
      ),
      ...changed(
        file,
        changes.filter(({ direction }) => direction === 'changed'),
      ),
    ]),
  };
}

/** A new period has no rules in base: what it says otherwise than base's periods is for reviewers, and only said where policy allows it. */
export function newPeriodFindings(base: Ledger, head: Ledger): Finding[] {
  return newTerms(base, head).map(({ period, file, term, value, before, allowed }) =>
    finding('new-period-terms', allowed ? 'info' : 'warn', {
      args: { period, term, value: value.slice(0, longestKey), before: before.slice(0, longestKey) },
      source: { file, line: 0, column: 0 },
    }),
  );
}

/** Each by itself, old and new; the last one that is said counts those beyond. */
function loosened(file: string, changes: readonly RuleChange[]): Finding[] {
  const beyond = Math.max(0, changes.length - mostFindings);
  return changes.slice(0, mostFindings).map(({ key, before, after }, index) =>
    finding('rules-loosened', 'warn', {
      count: index === mostFindings - 1 ? 1 + beyond : 1,
      args: { file, key, before: before ?? 'nothing', after: after ?? 'nothing' },
      source: { file, line: 0, column: 0 },
    }),
  );
}

/** A format has many words, and none of them says by itself what it does to the money: they are one finding. */
function changed(file: string, changes: readonly RuleChange[]): Finding[] {
  if (changes.length === 0) return [];
  const keys = changes.slice(0, mostKeys).map(({ key }) => key);
  const beyond = changes.length - keys.length;
  const args = { file, keys: [...keys, ...(beyond === 0 ? [] : [`${beyond} more`])].join(', ') };
  return [finding('rules-changed', 'warn', { count: changes.length, args, source: { file, line: 0, column: 0 } })];
}
