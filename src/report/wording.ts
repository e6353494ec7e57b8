/** The one place of sentences: what every finding code means, says and asks for. */
import type { FindingCode } from '../model/finding-code.ts';
import type { Finding } from '../model/finding.ts';
import { evidenceWording } from './wording/evidence-wording.ts';
import { ledgerWording } from './wording/ledger-wording.ts';
import { rowsWording } from './wording/rows-wording.ts';
import type { Show, Wording } from './wording/template.ts';
import { fillTemplate } from './wording/template.ts';
import { verdictWording } from './wording/verdict-wording.ts';

/** Complete by type: a code without words does not compile. */
export const wording: Readonly<Record<FindingCode, Wording>> = {
  ...ledgerWording,
  ...evidenceWording,
  ...rowsWording,
  ...verdictWording,
};

type Worded = Pick<Finding, 'code' | 'args' | 'count' | 'amount'>;

/** The sentence about `found`, without a full stop; every value of the finding goes through `show`. */
export function sentenceOf(found: Worded, show: Show): string {
  return fillTemplate(wording[found.code].sentence, found, show);
}

/** What to do about `found`. */
export function remedyOf(found: Worded, show: Show): string {
  return fillTemplate(wording[found.code].remedy, { ...found, args: wordsIn(wording[found.code].remedy, found.args) }, show);
}

/** A remedy names only the words that it uses. */
function wordsIn(template: string, args: Finding['args']): Finding['args'] {
  return Object.fromEntries(Object.entries(args).filter(([key]) => template.includes(`{${key}}`)));
}
