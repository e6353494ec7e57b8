/** How a difference between two states of a rule is told to be looser or tighter: the kinds of rules there are. Pure. */
import type { RuleDifference, RuleDirection } from '../model/gate.ts';
import { parseMoney, type Money } from '../model/money.ts';
import type { Policy } from '../model/policy.ts';

/** The policies of both states as they are in force, with every default. */
export interface RuleSides {
  readonly base: Policy;
  readonly head: Policy;
}
export type Judge = (difference: RuleDifference, sides: RuleSides) => RuleDirection;

/** A higher figure lets more through; null = without end. */
export function raised(before: Money | bigint | null, after: Money | bigint | null): RuleDirection {
  if (before === null || after === null) return before === after ? 'neutral' : after === null ? 'loosened' : 'tightened';
  const order = typeof before === 'bigint' || typeof after === 'bigint' ? Number(after > before) - Number(after < before) : after.comparedTo(before);
  return order === 0 ? 'neutral' : order > 0 ? 'loosened' : 'tightened';
}

export function lowered(before: Money | bigint | null, after: Money | bigint | null): RuleDirection {
  return opposite(raised(before, after));
}

function opposite(direction: RuleDirection): RuleDirection {
  return direction === 'loosened' ? 'tightened' : direction === 'tightened' ? 'loosened' : direction;
}

/** Compares what is in force on each side, defaults and all; `name` is the last member of the path. */
export function effective<Value>(of: (policy: Policy, name: string) => Value, compare: (before: Value, after: Value) => RuleDirection): Judge {
  return ({ path }, { base, head }) => compare(of(base, path.at(-1) ?? ''), of(head, path.at(-1) ?? ''));
}

/** An amount or percentage that must not be exceeded; without it nothing is. */
export const bound: Judge = ({ was, is }) => {
  const [before, after] = [was, is].map(amountOf);
  return before === undefined || after === undefined ? 'changed' : raised(before, after);
};

/** null for what is not there, undefined for what is no amount. */
function amountOf(side: unknown): Money | null | undefined {
  if (side === undefined) return null;
  return typeof side === 'string' ? (parseMoney(side) ?? undefined) : undefined;
}

/** What is said of a thing that comes or goes; one that stays and says something else is changed. */
export function presence(added: RuleDirection, removed: RuleDirection): Judge {
  return ({ was, is }) => (was === undefined ? added : is === undefined ? removed : 'changed');
}

/** Words from the loosest to the tightest, and the one that holds where none is written. */
export function ranked(words: readonly string[], absent: string): Judge {
  return ({ was, is }) => {
    const [before, after] = [was ?? absent, is ?? absent].map((word) => words.indexOf(String(word)));
    if (before === undefined || after === undefined || before < 0 || after < 0) return 'changed';
    return before === after ? 'neutral' : after < before ? 'loosened' : 'tightened';
  };
}

/** A set; what is looser wins over what is tighter. */
export function listed(added: RuleDirection, removed: RuleDirection): Judge {
  return ({ was, is }) => {
    const [before, after] = [was, is].map((side) => (Array.isArray(side) ? side.map(String) : []));
    const said = [...(after?.some((each) => !before?.includes(each)) ? [added] : []), ...(before?.some((each) => !after?.includes(each)) ? [removed] : [])];
    return said.includes('loosened') ? 'loosened' : (said[0] ?? 'neutral');
  };
}

/** A moment: later is looser. `absent` says what it means to have none. */
export function timed(parse: (text: string) => bigint | null, absent: { readonly added: RuleDirection; readonly removed: RuleDirection }): Judge {
  return ({ was, is }) => {
    if (was === undefined || is === undefined) return was === undefined ? absent.added : absent.removed;
    const [before = null, after = null] = [was, is].map((side) => parse(String(side)));
    return before === null || after === null ? 'changed' : raised(before, after);
  };
}

/** The same with looser and tighter exchanged. */
export function turned(judge: Judge): Judge {
  return (difference, sides) => opposite(judge(difference, sides));
}
