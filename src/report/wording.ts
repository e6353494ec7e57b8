/** The one place of sentences: what every finding code means, says and asks for. */
import type { Finding, FindingCode, FindingWords } from '../model/finding.ts';
import { bucketWording } from './wording/bucket-wording.ts';
import { changeWording, controlsWording, drillWording, exceptionWording, historyWording } from './wording/controls-wording.ts';
import { evidenceWording } from './wording/evidence-wording.ts';
import { invoiceWording } from './wording/invoice-wording.ts';
import { ledgerWording } from './wording/ledger-wording.ts';
import { pairWording } from './wording/pair-wording.ts';
import { rowsWording } from './wording/rows-wording.ts';
import { verdictWording } from './wording/verdict-wording.ts';
import { fillTemplate, missingWords, type Show, type Wording } from './wording/template.ts';

const everyWording = {
  ...ledgerWording,
  ...invoiceWording,
  ...evidenceWording,
  ...bucketWording,
  ...rowsWording,
  ...pairWording,
  ...exceptionWording,
  ...verdictWording,
  ...drillWording,
  ...controlsWording,
  ...changeWording,
  ...historyWording,
} as const;

/** Complete by type: a code without words does not compile, nor does one whose sentence needs a word that findings of this code need not have. */
export const wording: Readonly<Record<FindingCode, Wording>> = everyWording satisfies { readonly [Code in FindingCode]: Sayable<Code> };

type Sayable<Code extends FindingCode> =
  Exclude<NeededWords<(typeof everyWording)[Code]['sentence' | 'remedy']>, FindingWords[Code] | 'count'> extends never ? Wording : never;

/** The words of a template outside its optional parts. */
type NeededWords<Text extends string> = WordsIn<WithoutOptional<Text>>;
type WithoutOptional<Text extends string> = Text extends `${infer Before}[${string}]${infer After}` ? `${Before}${WithoutOptional<After>}` : Text;
type WordsIn<Text extends string> = Text extends `${string}{${infer Word}}${infer After}` ? NameOf<Word> | WordsIn<After> : never;
type NameOf<Word extends string> = Word extends `${infer Name}:${string}` ? Name : Word;

type Worded = Pick<Finding, 'code' | 'args' | 'count' | 'amount'>;

/** The sentence about `found`, without a full stop; every value of the finding goes through `show`. Words that neither sentence nor remedy uses follow in brackets. */
export function sentenceOf(found: Worded, show: Show): string {
  const { sentence, remedy, implies } = textsOf(found);
  const spoken = Object.entries(found.args).filter(([key]) => sentence.includes(`{${key}}`) || (key !== implies && !remedy.includes(`{${key}}`)));
  return fillTemplate(sentence, { ...found, args: Object.fromEntries(spoken) }, show);
}

/** What to do about `found`. */
export function remedyOf(found: Worded, show: Show): string {
  const { remedy } = textsOf(found);
  const spoken = Object.entries(found.args).filter(([key]) => remedy.includes(`{${key}}`) || remedy.includes(`{${key}:`));
  return fillTemplate(remedy, { ...found, args: Object.fromEntries(spoken) }, show);
}

interface Texts {
  readonly sentence: string;
  readonly remedy: string;
  /** The word that the sentence need not say, since it is the sentence about just that. */
  readonly implies: 'problem' | 'reason' | null;
}

/**
 * The templates that fit the finding's problem. One whose words are not all there is not said: the title stands for a sentence, and what is known
 * follows it in brackets. The types of `finding` and a test see to it that this does not happen.
 */
function textsOf(found: Worded): Texts {
  const { title, sentence, remedy, when = {} } = wording[found.code];
  const name = found.args['problem'] === undefined ? 'reason' : 'problem';
  const problem = found.args[name] ?? '';
  const own = Object.hasOwn(when, problem) ? when[problem] : undefined;
  const firstSaid = (texts: readonly (string | undefined)[]) => texts.find((text) => text !== undefined && missingWords(text, found).length === 0);
  const said = firstSaid([own?.sentence, sentence]) ?? title;
  return { sentence: said, remedy: firstSaid([own?.remedy, remedy]) ?? title, implies: said === own?.sentence ? name : null };
}
