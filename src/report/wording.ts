/** The one place of sentences: what every finding code means, says and asks for. */
import type { FindingCode } from '../model/finding-code.ts';
import type { Finding } from '../model/finding.ts';
import { controlsWording } from './wording/controls-wording.ts';
import { changeWording } from './wording/change-wording.ts';
import { drillWording } from './wording/drill-wording.ts';
import { historyWording } from './wording/history-wording.ts';
import { evidenceWording } from './wording/evidence-wording.ts';
import { exceptionWording } from './wording/exception-wording.ts';
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
  ...exceptionWording,
  ...verdictWording,
  ...drillWording,
  ...controlsWording,
  ...changeWording,
  ...historyWording,
};

type Worded = Pick<Finding, 'code' | 'args' | 'count' | 'amount'>;

/** The sentence about `found`, without a full stop; every value of the finding goes through `show`. Words that neither sentence nor remedy uses follow in brackets. */
export function sentenceOf(found: Worded, show: Show): string {
  const { sentence, remedy } = wording[found.code];
  const spoken = Object.entries(found.args).filter(([key]) => sentence.includes(`{${key}}`) || !remedy.includes(`{${key}}`));
  return fillTemplate(sentence, { ...found, args: Object.fromEntries(spoken) }, show);
}

/** What to do about `found`. */
export function remedyOf(found: Worded, show: Show): string {
  const { remedy } = wording[found.code];
  const spoken = Object.entries(found.args).filter(([key]) => remedy.includes(`{${key}}`));
  return fillTemplate(remedy, { ...found, args: Object.fromEntries(spoken) }, show);
}
