/** Regular expressions that JavaScript and RE2 read alike and that run in time linear in the text. */

const longest = 300;

/** Parts that only a backtracking reader knows, or that RE2 spells otherwise. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/\(\?(?:=|!|<)/, 'a regular expression without looking ahead or behind and without named groups: it has to run in linear time'],
  [/\\(?:[1-9]|k<)/, 'a regular expression without references to its own groups: it has to run in linear time'],
  [/\\[cuxp]/i, 'a regular expression with characters as they are, not by their number or class'],
  [/\[\^?\]|\[[^\]]*\\b/, 'a regular expression whose sets hold something, and no \\b'],
  [/\{\d{4,}|\{\d*,\d{4,}/, 'a regular expression that repeats nothing more than 999 times'],
];

/** What is wrong with a pattern, as what it should be; null when nothing is. */
export function linearPattern(pattern: string): string | null {
  if (pattern.length > longest) return `a regular expression of at most ${longest} characters`;
  const plain = pattern.replaceAll('\\\\', '');
  const wrong = foreign.find(([part]) => part.test(plain));
  if (wrong !== undefined) return wrong[1];
  try {
    return new RegExp(pattern, 'u').source === '' ? 'a regular expression' : null;
  } catch {
    return 'a regular expression such as ^gpt-([^,]+)$';
  }
}
