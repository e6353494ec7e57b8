/** Line 1 of a gate: the verdict in words and money, over every ledger. */
import type { Finding, FindingCode } from '../../model/finding.ts';
import type { GateLedger, GatePeriod, GateReport, GateVerdict, PriceMove } from '../../model/gate.ts';
import { formatMoney, Money } from '../../model/money.ts';
import type { Verdict } from '../../model/verdict.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { isRestricted, shareOf, shareText, showWords, verdictSigns, type Visibility } from './gate-view.ts';
import { headOf, headOfSeveral, isCompared, reasonWords, verdictWords, weakWords } from '../headline-words.ts';
import { periodName } from '../period-words.ts';
import { currencyOf, headline, percentOf, plainMoney } from '../show-money.ts';
import { wording } from '../wording.ts';

/** Prices that line 1 names; the table has them all. */
const mostPrices = 3;

/** One line without a full stop. */
export function gateHeadline(report: GateReport, visibility: Visibility): string {
  const sign = verdictSigns[report.verdict];
  if (report.verdict === 'not-applicable') return `${sign} **${headOf(report.verdict, '')}**: nothing of the ledger is touched`;
  const all = report.ledgers.flatMap(({ periods }) => periods);
  const deciding = all.filter(({ decides }) => decides);
  const grave = gravest(report.verdict, deciding.length > 0 ? deciding : all);
  const restricted = report.ledgers.some((ledger) => isRestricted(ledger, visibility));
  const parts = [
    ...validityWords(all, deciding),
    ...fileWords(report.ledgers, all.length === 0),
    ...ruleWords(report.ledgers, restricted),
    ...moneyOf(grave, restricted),
    ...otherWords(deciding, grave),
    ...termWords(report.ledgers, restricted),
    ...priceWords(report.ledgers, restricted),
  ];
  const head = headFor(report.verdict, deciding.length > 0 ? grave : []);
  return `${sign} **${head}**${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`;
}

/** A fail or an open question is that of the periods which have it; where none has, or all is well, the line speaks of all. */
function gravest(verdict: GateVerdict, periods: readonly GatePeriod[]): readonly GatePeriod[] {
  const such = periods.filter(({ result }) => result.verdict === verdict);
  return such.length === 0 || verdict === 'pass' || verdict === 'warn' ? periods : such;
}

function otherWords(deciding: readonly GatePeriod[], grave: readonly GatePeriod[]): string[] {
  const others = deciding.filter((period) => !grave.includes(period)).length;
  return others === 0 ? [] : [`${others} more ${others === 1 ? 'period is' : 'periods are'} judged below`];
}

/** What to do about the periods that decide, or about the change itself where none does. */
function headFor(verdict: GateVerdict, grave: readonly GatePeriod[]): string {
  const [first] = grave;
  if (first === undefined) return { ...changeHeads, 'not-applicable': '' }[verdict];
  return grave.length === 1 ? headOf(verdict, periodName(first.result.period, escapeMarkdown)) : headOfSeveral(verdict, `${grave.length} periods`);
}

const changeHeads: Readonly<Record<Verdict, string>> = {
  pass: 'Nothing stands against this change',
  warn: 'Look at this change before you approve',
  fail: 'Do not approve this change',
  inconclusive: 'This change cannot be judged',
};

/** A change of nothing but rules is judged on being valid: its periods are for information. */
function validityWords(all: readonly GatePeriod[], deciding: readonly GatePeriod[]): string[] {
  return all.length > 0 && deciding.length === 0 ? ['only rules are edited, and reviewers decide about them'] : [];
}

/** What is looser, old and new of the first, and how many rules may be. */
function ruleWords(ledgers: readonly GateLedger[], restricted: boolean): string[] {
  const findings = ledgers.flatMap(({ findings }) => findings);
  const countOf = (code: FindingCode): number => findings.filter((found) => found.code === code).reduce((sum, { count }) => sum + count, 0);
  const [loosened, changed] = [countOf('rules-loosened'), countOf('rules-changed')];
  const first = findings.find(({ code }) => code === 'rules-loosened')?.args;
  const shown = first === undefined || restricted ? '' : ` (${boundWords(first, loosened - 1)})`;
  return [
    ...(loosened === 0 ? [] : [`${loosened === 1 ? '1 rule is' : `${loosened} rules are`} loosened${shown}`]),
    ...(changed === 0 ? [] : [`${changed === 1 ? '1 rule is changed and may be looser' : `${changed} rules are changed and may be looser`}`]),
  ];
}

function boundWords({ key = '', before = '', after = '' }: Finding['args'], others: number): string {
  return `${escapeMarkdown(key)} ${escapeMarkdown(before)} → ${escapeMarkdown(after)}${others > 0 ? ` and ${others} more` : ''}`;
}

/** What new periods bring along that base does not confirm. */
function termWords(ledgers: readonly GateLedger[], restricted: boolean): string[] {
  const found = ledgers.flatMap(({ findings }) => findings).filter(({ code, severity }) => code === 'new-period-terms' && severity !== 'info');
  if (found.length === 0) return [];
  const [first] = found;
  const shown = restricted ? '' : ` (${escapeMarkdown(first?.args['term'] ?? '')}${found.length > 1 ? ` and ${found.length - 1} more` : ''})`;
  return [`base does not confirm ${found.length === 1 ? 'one term' : `${found.length} terms`} of a new period${shown}`];
}

/** Prices that come with the change, old and new of the first that moves. */
function priceWords(ledgers: readonly GateLedger[], restricted: boolean): string[] {
  const arrivals = ledgers.flatMap(({ prices }) => prices);
  if (arrivals.length === 0) return [];
  const periods = [...new Set(arrivals.map(({ period }) => period))];
  const where = periods.length === 1 ? escapeMarkdown(periods[0] ?? '') : `${periods.length} periods`;
  const lead = arrivals.some(({ added }) => added) ? `new prices come with ${where}` : `${where} takes other prices`;
  if (restricted) return [lead];
  const moves = arrivals.flatMap(({ prices }) => prices);
  const more = arrivals.reduce((sum, arrival) => sum + arrival.more, 0) + Math.max(0, moves.length - mostPrices);
  const shown = moves.slice(0, mostPrices).map(moveWords);
  return [`${lead} (${shown.length === 0 ? 'none differs' : `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`})`];
}

function moveWords({ model, price, before, after }: PriceMove): string {
  return `${escapeMarkdown(model)} ${showWords(price.replaceAll('_', ' '))} ${before ?? 'unpriced'} → ${after ?? 'unpriced'}`;
}

/** Of one period everything that its report says; of several the sums, and what of them is weaker than rows. */
function moneyOf(periods: readonly GatePeriod[], restricted: boolean): string[] {
  const [first] = periods;
  if (first === undefined) return [];
  if (periods.length === 1 && !restricted) return [verdictWords(first.result, escapeMarkdown).rest];
  const known = periods.filter(({ result }) => isCompared(result));
  const unknown = periods.filter(({ result }) => !isCompared(result));
  const weak = new Set(known.flatMap(({ result }) => weakWords(result, 'words')));
  return [
    ...reasonsOf(periods),
    ...(known.length === 0 ? [] : [`${restricted ? sharesOf(known) : amountsOf(known)}${periods.length === 1 ? '' : ` in ${namesOf(known)}`}`]),
    ...(unknown.length === 0 ? [] : [`the money of ${namesOf(unknown)} could not be compared`]),
    ...weak,
  ];
}

/** What decides where it is not the sums, each reason once. */
function reasonsOf(periods: readonly GatePeriod[]): string[] {
  return [...new Set(periods.flatMap(({ result }) => reasonWords(result) ?? []))];
}

function fileWords(ledgers: readonly GateLedger[], nothingElse: boolean): string[] {
  const grave = ledgers.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'fail' || severity === 'inconclusive');
  const [first] = grave;
  if (first !== undefined)
    return [`${lower(wording[first.code].title)}${grave.length === 1 ? '' : ` and ${grave.length - 1} more findings in the ledger's files`}`];
  return nothingElse ? [ledgers.length === 0 ? 'no ledger was judged' : 'no period was judged'] : [];
}

/** Each currency by itself: nothing is converted. */
function amountsOf(periods: readonly GatePeriod[]): string {
  const sums = new Map<string, { gross: Money; charged: Money }>();
  for (const { result } of periods) {
    const { gross, charged } = sums.get(result.period.currency) ?? { gross: new Money(0), charged: new Money(0) };
    const { unexplained_gross: more, provider_charged: cost } = result.totals;
    sums.set(result.period.currency, { gross: gross.plus(more ?? 0), charged: charged.plus(cost ?? 0) });
  }
  return [...sums]
    .map(([code, sum]) => {
      const currency = currencyOf(code);
      const [gross, charged] = [formatMoney(sum.gross), formatMoney(sum.charged)];
      const share = percentOf(gross, charged);
      if (!sum.gross.isZero()) {
        return `${headline(gross, currency)} of ${plainMoney(charged, currency)} charged${share === null ? '' : ` (${share})`} has no explanation`;
      }
      const isWell = periods.every(({ result }) => result.verdict === 'pass' || result.verdict === 'warn');
      return `${headline(charged, currency)} charged, ${isWell ? 'all explained' : 'nothing of it unexplained'}`;
    })
    .join(' and ');
}

function sharesOf(periods: readonly GatePeriod[]): string {
  const largest = periods.reduce((worst, next) => {
    const [a, b] = [shareOf(worst.result.totals), shareOf(next.result.totals)];
    return a !== null && (b === null || b.greaterThan(a)) ? next : worst;
  });
  const { totals } = largest.result;
  if (totals.unexplained_gross === '0') return 'all of what was charged is explained';
  return `${periods.length > 1 ? 'up to ' : ''}${shareText(totals)} of what was charged has no explanation`;
}

function lower(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function namesOf(periods: readonly GatePeriod[]): string {
  const [first] = periods;
  return periods.length === 1 && first !== undefined ? periodName(first.result.period, escapeMarkdown) : `${periods.length} periods`;
}
