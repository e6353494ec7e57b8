/** Tells names that only look like one another: characters that nobody sees, and letters of other scripts in Latin shape. */

/** What is not seen at all, or only as a blank: format and bidi marks, soft hyphens, variation selectors, fillers, blanks of every kind. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Z}\u2800]/gu;

/** Letters and marks in the shape of the Latin one in front (after Unicode's confusables.txt), beyond what NFKC folds: fullwidth, mathematical, ligatures. */
const shapes: readonly string[] = [
  'aаɑα',
  'bЬƅ',
  'cсϲᴄⲥ',
  'dԁժ',
  'eеҽ℮',
  'fƒ',
  'gɡց',
  'hһհ',
  'iіıιɩ',
  'jјյϳ',
  'kкκᴋ',
  'lӏⵏǀ',
  'mм',
  'nոռп',
  'oоοօσᴏ',
  'pрρ⍴',
  'qԛգ',
  'rгᴦ',
  'sѕꜱ',
  'tтτ',
  'uսυʋᴜ',
  'vѵνᴠ',
  'wԝѡաᴡ',
  'xхχ×',
  'yуγүʏ',
  'zᴢ',
  'AАΑᎪ',
  'BВΒᏴ',
  'CСϹᏟ',
  'EЕΕᎬ',
  'GᏀԌ',
  'HНΗᎻ',
  'IІΙӀ',
  'JЈᎫ',
  'KКΚᏦ',
  'LᏞ',
  'MМΜᎷ',
  'NΝ',
  'OОΟՕ',
  'PРΡᏢ',
  'SЅՏᏚ',
  'TТΤᎢ',
  'UՍ',
  'VѴᏙ',
  'WԜᎳ',
  'XХΧ',
  'YУΥҮ',
  'ZΖᏃ',
  '_ˍ‗',
  '-‐‑‒–—−⁃',
  '.․‧',
];
const latin = new Map(shapes.flatMap((shape) => [...shape].slice(1).map((other) => [other, shape.slice(0, 1)] as const)));

/** What a reader takes the name for. */
function seenAs(name: string): string {
  const visible = name.normalize('NFKC').replace(unseen, (mark) => (/[\p{Zs}\t]/u.test(mark) ? ' ' : ''));
  return [...visible.trim().replace(/ +/g, ' ')].map((character) => latin.get(character) ?? character).join('');
}

export interface LookAlike {
  readonly found: string;
  readonly expected: string;
  /** The characters that nobody types by accident, as `U+200B`. */
  readonly characters: readonly string[];
}

/** The names of `found` that a reader takes for one of `known` and that are another, by characters outside ASCII; `simplified` says which spellings are one name. */
export function findLookAlikes(found: readonly string[], known: ReadonlySet<string>, simplified: (name: string) => string): LookAlike[] {
  const suspects = [...new Set(found)].filter((name) => !known.has(name) && /[^\u0020-\u007E]/u.test(name));
  if (suspects.length === 0) return [];
  const bySight = new Map([...known].map((name) => [simplified(seenAs(name)), name]));
  return suspects.flatMap((name) => {
    const expected = bySight.get(simplified(seenAs(name)));
    const characters = expected === undefined ? [] : strangeCharacters(name, expected);
    return expected === undefined || characters.length === 0 ? [] : [{ found: name, expected, characters }];
  });
}

function strangeCharacters(found: string, known: string): string[] {
  const own = new Set(known);
  const strange = [...found].filter((character) => !own.has(character) && /[^\u0020-\u007E]/u.test(character));
  return [...new Set(strange)].map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
}
