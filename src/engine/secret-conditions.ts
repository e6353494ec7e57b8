/** Secrets in SQL: the patterns of the one list, and the entropy that JavaScript computes as well. Nothing here returns a secret. */
import {
  enginePatternOf,
  fewestTurns,
  leastEntropy,
  looseEnginePattern,
  oneEnginePattern,
  secretKinds,
  turn,
  unbrokenRun,
  unbrokenRunLength,
  type SecretFamily,
} from '../model/secret-kinds.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';

/** Families in the order of the list. */
export const secretFamilies: readonly SecretFamily[] = [...new Set(secretKinds.map(({ family }) => family))];

/** True where `text` holds a secret of one of the families, or of any. One pass for all that are a pattern alone. */
export function holdsSecret(text: Sql, families: readonly SecretFamily[] = secretFamilies): Sql {
  const kinds = secretKinds.filter(({ family }) => families.includes(family));
  const plain = kinds.filter(({ value }) => value === undefined);
  // Nothing is assigned without one of the two signs, and few ids have them.
  const drawn = kinds
    .filter(({ value }) => value === 'random')
    .map((kind) => sql`case when contains(${text}, '=') or contains(${text}, ':') then ${holdsDrawn(text, enginePatternOf(kind), sql``)} else false end`);
  const matched = plain.length === 0 ? [] : [sql`regexp_matches(${text}, ${literal(oneEnginePattern(plain))})`];
  return sql`coalesce(${joinSql([...matched, ...drawn], ' or ')}, false)`;
}

/** True wherever `holdsSecret` is, and seldom elsewhere; planned in a tenth of its time. */
export function mayHoldSecret(text: Sql): Sql {
  return sql`coalesce(regexp_matches(${text}, ${literal(looseEnginePattern(secretKinds))}), false)`;
}

/** True wherever `holdsUnbrokenRun` is, and wherever a label is as long as such a run. */
export function mayHoldUnbrokenRun(label: Sql): Sql {
  return sql`coalesce(length(${label}) >= ${unbrokenRunLength}, false)`;
}

/** True where a label holds a long run of capitals, small letters and digits that no name is. */
export function holdsUnbrokenRun(label: Sql): Sql {
  return sql`coalesce(${holdsDrawn(label, `(?:^|[^A-Za-z0-9])(${unbrokenRun})`, sql`regexp_matches(run, '[a-z]') and regexp_matches(run, '[A-Z]') and `)}, false)`;
}

/** Most texts have no candidate: its entropy is computed only where one is. */
function holdsDrawn(text: Sql, pattern: string, also: Sql): Sql {
  const candidates = sql`regexp_extract_all(${text}, ${literal(pattern)}, 1)`;
  const drawn = sql`${also}len(regexp_extract_all(run, ${literal(turn)})) >= ${fewestTurns} and list_entropy(string_split(run, '')) >= ${leastEntropy}`;
  return sql`case when regexp_matches(${text}, ${literal(pattern)}) then len(list_filter(${candidates}, lambda run: ${drawn})) > 0 else false end`;
}
