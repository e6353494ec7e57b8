/** What a scheduled run alerts to: each verdict that fails, each threshold and each budget that is crossed, with a short key by which a later run knows that it was said. Pure. */
import type { Finding, FindingCode } from '../model/finding.ts';
import type { GateLedger, GatePeriod } from '../model/gate.ts';
import { noAmount } from '../model/money.ts';
import { sha256Of } from '../model/sha256.ts';
import { visibleText } from './escape-markdown.ts';
import { headOf } from './headline-words.ts';
import { inOneCurrency } from './one-currency.ts';
import { periodName } from './period-words.ts';
import { currencyOf, headline, percentOf } from './show-money.ts';
import { sentenceOf, wording } from './wording.ts';

export interface Crossing {
  /** The same as long as it is the same crossing; no word of the ledger is in it. */
  readonly key: string;
  readonly words: string;
}

export type AlertAmounts = 'shown' | 'withheld';

/** As many as the marker of an issue has room for, the gravest first. */
const mostCrossings = 40;
const crossedCodes: readonly FindingCode[] = ['threshold-total', 'threshold-model', 'threshold-category', 'threshold-counts', 'budget-threshold'];
const grave: readonly string[] = ['fail', 'inconclusive'];

export function crossingsOf({ periods, findings }: GateLedger, subjectOf: (period: string) => string, amounts: AlertAmounts): Crossing[] {
  const decided = periods.filter(({ decides }) => decides);
  const verdicts = decided.filter(({ result }) => grave.includes(result.verdict)).map((period) => verdictCrossing(period, subjectOf, amounts));
  const own = findings.filter(({ severity }) => grave.includes(severity)).map((found) => findingCrossing(found, null, subjectOf, amounts));
  const crossed = decided.flatMap((period) =>
    period.findings
      .filter(({ code, severity }) => crossedCodes.includes(code) && severity !== 'info')
      .map((found) => findingCrossing(found, period.result.period.id, subjectOf, amounts)),
  );
  const all = [...verdicts, ...own, ...crossed];
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index).slice(0, mostCrossings);
}

/** What a key says of its subject, so that a run which has not judged a period forgets nothing of it. */
export function subjectKey(subject: string): string {
  return sha256Of(subject).slice(0, 10);
}

function keyOf(subject: string, facts: readonly string[]): string {
  return `${subjectKey(subject)}-${sha256Of(JSON.stringify(facts)).slice(0, 10)}`;
}

function verdictCrossing({ result }: GatePeriod, subjectOf: (period: string) => string, amounts: AlertAmounts): Crossing {
  const { period, verdict, totals } = inOneCurrency(result);
  const gross = totals.unexplained_gross ?? noAmount;
  const share = percentOf(gross, totals.provider_charged ?? noAmount);
  const money = amounts === 'withheld' || totals.unexplained_gross === null ? '' : `${headline(gross, currencyOf(period.currency))} or `;
  const open = share === null ? '' : `: ${money}${share} of what is charged has no explanation`;
  const words = `${headOf(
    verdict,
    periodName(period, (id) => id),
  )}${open}`;
  return { key: keyOf(subjectOf(period.id), [period.id, verdict]), words };
}

/** `period`: null = of the ledger itself, whose place may still be in a period. */
function findingCrossing(found: Finding, period: string | null, subjectOf: (period: string) => string, amounts: AlertAmounts): Crossing {
  const { code, severity, args, source } = found;
  const identity = [code, severity, args['scope'] ?? '', args['budget'] ?? '', period === null ? (source?.file ?? '') : period];
  const percent = code === 'budget-threshold' && args['percent'] !== undefined ? ` (${args['percent']} percent)` : '';
  const said = amounts === 'shown' ? sentenceOf(found, (value) => value) : `${wording[code].title}${percent}`;
  const place = (source?.file ?? '').split('/');
  const subject = period ?? (place[0] === 'periods' ? (place[1] ?? '') : '');
  return { key: keyOf(subject === '' ? '*ledger' : subjectOf(subject), identity), words: `${period ?? 'ledger'}: ${said}` };
}

export interface AlertPlace {
  readonly repository: string;
  /** Path of the ledger. */
  readonly ledger: string;
  readonly runUrl: string;
}

const mostLines = 20;
const longestLine = 300;

/** Plain text; what Slack would take for a link or a mention is an entity. At most some seven thousand characters. */
export function alertText({ repository, ledger, runUrl }: AlertPlace, crossings: readonly Crossing[]): string {
  const lines = crossings.slice(0, mostLines).map(({ words }) => `• ${plain(words)}`);
  const more = crossings.length > mostLines ? [`• and ${crossings.length - mostLines} more`] : [];
  const place = ledger === '.' ? repository : `${repository}, ${ledger}`;
  return [`Trueup: ${plain(place)}`, ...lines, ...more, plain(runUrl)].join('\n');
}

function plain(text: string): string {
  return visibleText(text, longestLine).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
