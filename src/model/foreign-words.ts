/** What a host says, made fit to be shown: on one line, short, without the keys that it was sent and without what looks like one. */
import { expressionOf, secretKinds, secretRemoved } from './secret-kinds.ts';

/** Looked through for secrets; what lies behind is cut off before. */
const longestRead = 1000;

/** At most `longest` characters; `keys` are those that were sent. */
export function foreignWords(text: string, keys: readonly string[], longest: number): string {
  const own = keys.reduce((words, key) => words.replaceAll(key, secretRemoved), text.replace(/[\p{C}\s]+/gu, ' '));
  const bare = secretKinds.reduce((words, kind) => words.replace(expressionOf(kind, 'g'), `$1${secretRemoved}$3`), own.slice(0, longestRead));
  return bare.trim().slice(0, longest);
}
