/** Takes secrets out of text and of whole documents on every way out: a runner masks them in its log only, not in comments, summaries, annotations, outputs or artifacts. */
import { expressionOf, lookBehind, looksDrawn, type SecretKind, secretKinds, secretRemoved } from '../model/secret-kinds.ts';

/** Stands in for a secret that is shorter than what stands in for others, so that text never grows. */
const shortRemoved = '***';

/** One pass over the text: what a match is replaced by. */
interface Pass {
  readonly expression: RegExp;
  readonly replace: (whole: string, ...groups: string[]) => string;
}

const isWhole = ({ before, after, letters, value }: SecretKind): boolean =>
  before === undefined && after === undefined && letters === undefined && value === undefined;

/** Kinds that are nothing but a pattern are one expression; the others are one each, so that what stands around a secret stays. */
const passes: readonly Pass[] = [
  ...secretKinds.filter((kind) => !isWhole(kind)).map(around),
  {
    expression: new RegExp(
      (['word', 'apart', 'anywhere'] as const)
        .map((starts) => {
          const patterns = secretKinds.filter((kind) => isWhole(kind) && kind.starts === starts).map(({ pattern }) => pattern);
          return `${lookBehind[starts]}(?:${patterns.join('|')})`;
        })
        .join('|'),
      'g',
    ),
    replace: standIn,
  },
];

function around(kind: SecretKind): Pass {
  return {
    expression: expressionOf(kind, 'g'),
    replace: (whole, head = '', secret = '', tail = '') => (kind.value === 'random' && !looksDrawn(secret) ? whole : `${head}${standIn(secret)}${tail}`),
  };
}

function standIn(secret: string): string {
  return secret.length < secretRemoved.length ? shortRemoved : secretRemoved;
}

/** A secret that is glued to another is seen only when that one is gone; no honest text needs more rounds. */
const mostRounds = 4;

/** `text` with every known kind of secret replaced. Never longer than `text`. */
export function scrubSecrets(text: string): string {
  let scrubbed = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = scrubbed;
    scrubbed = passes.reduce((rest, { expression, replace }) => rest.replace(expression, replace), before);
    if (scrubbed === before) break;
  }
  return scrubbed;
}

/** `value` with every text in it, names of members too, without secrets, and with U+FFFD for lone surrogates, which have no canonical form. */
export function presentable<Value>(value: Value): Value {
  // The same words come again and again.
  const known = new Map<string, string>();
  const clean = (text: string): string => {
    const found = known.get(text) ?? presentableText(text);
    known.set(text, found);
    return found;
  };
  const visit = (node: unknown): unknown => {
    if (typeof node === 'string') return clean(node);
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [clean(key), visit(member)]));
  };
  return visit(value) as Value;
}

function presentableText(text: string): string {
  return scrubSecrets(text.replace(/\p{Cs}/gu, '\uFFFD'));
}
