/** Matches one path segment against one glob segment: `*`, `?`, `[a-z]`, `[!a-z]`; in time linear in both. */

type Token = { readonly star: true } | { readonly star: false; readonly accepts: (character: string) => boolean };

/** True when the segment has characters with a meaning. */
export function isWild(segment: string): boolean {
  return /[*?[]/.test(segment);
}

/** Names that start with a dot are only matched by patterns that do. Case counts. */
export function matchName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return matchTokens(tokensOf([...pattern]), [...name]);
}

function tokensOf(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const mark = pattern[at] ?? '';
    const close = mark === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (mark === '*') tokens.push({ star: true });
    else if (mark === '?') tokens.push({ star: false, accepts: () => true });
    else if (close > 0) {
      tokens.push({ star: false, accepts: characterSet(pattern.slice(at + 1, close)) });
      at = close;
    } else tokens.push({ star: false, accepts: (character) => character === mark });
  }
  return tokens;
}

function characterSet(members: readonly string[]): (character: string) => boolean {
  const inverted = members[0] === '!' || members[0] === '^';
  const list = inverted ? members.slice(1) : members;
  return (character) => {
    const found = list.some((member, index) => {
      if (list[index + 1] === '-' && index + 2 < list.length) return character >= member && character <= (list[index + 2] ?? '');
      return character === member;
    });
    return found !== inverted;
  };
}

/** Greedy, going back only to the last star: the others never need to be tried again. */
function matchTokens(tokens: readonly Token[], name: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current?.star === true) {
      star = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && current.accepts(name[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      token = star + 1;
      starAt += 1;
      at = starAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest.star);
}
