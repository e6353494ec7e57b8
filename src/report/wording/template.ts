/** The small language of sentences: `{word}` is filled in, `[…]` stays away when one of its words is missing. */
import type { Finding } from '../../model/finding.ts';
import { problemWords } from './problem-words.ts';

/** What is said about a finding code; all three are plain text without markup. */
export interface Wording {
  /** What it means, as a heading. */
  readonly title: string;
  /** The sentence about one finding. `{count}` and `{amount}` are the finding's own; every other word is one of its args. */
  readonly sentence: string;
  /** What to do. */
  readonly remedy: string;
}

/** How a foreign value is shown in a medium: escaped, marked, cut. */
export type Show = (value: string) => string;

const optionalPart = /\[([^[\]]*)\]/g;
const word = /\{(\w+)\}/g;

/** Fills `template` with the finding's words, each through `show`; words that it does not use follow in brackets, so that none is lost. */
export function fillTemplate(template: string, found: Pick<Finding, 'args' | 'count' | 'amount'>, show: Show): string {
  const words = new Map(Object.entries(found.args).filter(([, value]) => value !== ''));
  const own = new Map([['count', String(found.count)], ...(found.amount === null ? [] : ([['amount', found.amount]] as const))]);
  const lookUp = (key: string) => words.get(key) ?? own.get(key);
  const used = new Set<string>();
  const kept = template.replace(optionalPart, (_, part: string) => (wordsOf(part).every((key) => isKnown(lookUp(key))) ? part : ''));
  const filled = kept.replace(word, (_, key: string) => {
    used.add(key);
    const value = lookUp(key);
    if (value === undefined) return '(not stated)';
    return isProblem(key) && Object.hasOwn(problemWords, value) ? (problemWords[value] ?? '') : show(value);
  });
  const rest = [...words].filter(([key, value]) => !used.has(key) && isKnown(value)).map(([key, value]) => `${show(key)}: ${show(value)}`);
  return rest.length === 0 ? filled : `${filled} (${rest.join(', ')})`;
}

/** `(none)` is how a null reads: nothing to say in a part that may stay away. */
function isKnown(value: string | undefined): boolean {
  return value !== undefined && value !== '(none)';
}

/** Only these words are drawn from a list of ours. */
function isProblem(key: string): boolean {
  return key === 'problem' || key === 'reason';
}

function wordsOf(part: string): string[] {
  return [...part.matchAll(word)].map((match) => match[1] ?? '');
}
