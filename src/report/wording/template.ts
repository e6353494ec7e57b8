/** The small language of sentences: `{word}` is filled in, `{word:one|many}` is a noun or verb that agrees with it, `[…]` stays away when one of its words is missing. */
import type { Finding } from '../../model/finding.ts';
import { noAmount } from '../../model/money.ts';
import { labelOf } from './step-wording.ts';
import { problemWords } from './problem-words.ts';

/** By the kind of a threshold's scope; the name of a model, service or step follows. */
const scopeWords: Readonly<Record<string, string>> = {
  total: 'The total',
  counts: 'The counts',
  model: 'The model',
  service: 'The service',
};

/** By the name of the word, and its value. */
const valueWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  side: { charge: 'of what was charged', expected: 'of what was expected', application: 'of the application', provider: 'of the provider' },
  kind: { top_up: 'top-up' },
  missing: { model: 'model', class: 'class of tokens', document: 'document with its hash' },
};

/** What is said about a finding code; all of it is plain text without markup. */
export interface Wording {
  /** What it means, as a heading. */
  readonly title: string;
  /** The sentence about one finding. `{count}` and `{amount}` are the finding's own; every other word is one of its args. */
  readonly sentence: string;
  /** What to do. */
  readonly remedy: string;
  /** By the finding's `problem` or `reason`: what is said or asked for instead, where its words are known. */
  readonly when?: Readonly<Record<string, { readonly sentence?: string; readonly remedy?: string }>>;
}

/** How a foreign value is shown in a medium: escaped, marked, cut. */
export type Show = (value: string) => string;

type Said = Pick<Finding, 'args' | 'count' | 'amount'>;

const optionalPart = /\[([^[\]]*)\]/g;
const word = /\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g;

/** Fills `template` with the finding's words, each through `show`; words that it does not use follow in brackets, so that none is lost. */
export function fillTemplate(template: string, found: Said, show: Show): string {
  const lookUp = wordsFor(found);
  const used = new Set<string>();
  const kept = template.replace(optionalPart, (_, part: string) => (wordsOf(part).every((key) => isKnown(lookUp(key))) ? part : ''));
  const filled = kept.replace(word, (_, key: string, one: string | undefined, many: string | undefined) => {
    const value = lookUp(key) ?? '';
    if (one !== undefined) return (value === '1' ? one : many) ?? '';
    used.add(key);
    return key === 'step' ? `“${labelOf(value, found.amount ?? noAmount)}”` : shown(key, value, show);
  });
  const rest = Object.entries(found.args).filter(([key, value]) => !used.has(key) && value !== '' && isKnown(value));
  return rest.length === 0 ? filled : `${filled} (${rest.map(([key, value]) => `${show(key)}: ${show(value)}`).join(', ')})`;
}

/** The words of `template` that the finding lacks although they stand in no part that may stay away. */
export function missingWords(template: string, found: Said): string[] {
  const lookUp = wordsFor(found);
  return wordsOf(template.replace(optionalPart, '')).filter((key) => lookUp(key) === undefined);
}

/** Args first: an empty one is none. */
function wordsFor({ args, count, amount }: Said): (key: string) => string | undefined {
  const own = new Map([['count', String(count)], ...(amount === null ? [] : ([['amount', amount]] as const))]);
  return (key) => (Object.hasOwn(args, key) && args[key] !== '' ? args[key] : own.get(key));
}

/** A stable word of ours reads as plain language; everything else is shown as it is. */
function shown(key: string, value: string, show: Show): string {
  if (isProblem(key)) return Object.hasOwn(problemWords, value) ? (problemWords[value] ?? '') : show(value);
  const [kind = '', ...name] = value.split(':');
  if (key === 'scope' && kind === 'category') return `The step “${labelOf(name.join(':'))}”`;
  if (key === 'scope' && Object.hasOwn(scopeWords, kind)) return name.length === 0 ? (scopeWords[kind] ?? '') : `${scopeWords[kind]} ${show(name.join(':'))}`;
  const own = valueWords[key];
  return own !== undefined && Object.hasOwn(own, value) ? (own[value] ?? '') : show(value);
}

/** `(none)` is how a null reads: nothing to say in a part that may stay away. */
function isKnown(value: string | undefined): boolean {
  return value !== undefined && value !== '(none)';
}

/** Only these words are drawn from a list of problems. */
function isProblem(key: string): boolean {
  return key === 'problem' || key === 'reason';
}

function wordsOf(part: string): string[] {
  return [...part.matchAll(word)].map((match) => match[1] ?? '');
}
