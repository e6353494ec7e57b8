/** Line 1 of a gate: the verdict in words and money, over every ledger. */
import type { Finding, FindingCode } from '../../model/finding.ts';
import type { GateLedger, GatePeriod, GateReport, PriceMove } from '../../model/gate.ts';
import { formatMoney, Money } from '../../model/money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { isRestricted, shareOf, shareText, showWords, verdictLead, type Visibility } from './gate-view.ts';
import { isCompared, moneyWords, reasonWords, weakWords } from '../headline-words.ts';
import { headline } from '../show-money.ts';

/** Prices that line 1 names; the table has them all. */
const mostPrices = 3;

/** One line without a full stop. */
export function gateHeadline(report: GateReport, visibility: Visibility): string {
  const lead = verdictLead(report.verdict);
  if (report.verdict === 'not-applicable') return `${lead}: nothing of the ledger is touched`;
  const all = report.ledgers.flatMap(({ periods }) => periods);
  const deciding = all.filter(({ decides }) => decides);
  const shown = deciding.length > 0 ? deciding : all;
  const restricted = report.ledgers.some((ledger) => isRestricted(ledger, visibility));
  const parts = [
    ...validityWords(all, deciding),
    ...ruleWords(report.ledgers, restricted),
    ...moneyOf(shown, restricted),
    ...unknownWords(shown),
    ...termWords(report.ledgers, restricted),
    ...priceWords(report.ledgers, restricted),
    ...fileWords(report.ledgers, all.length === 0),
  ];
  return parts.length === 0 ? lead : `${lead}: ${parts.join('; ')}`;
}

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
  const known = periods.filter(({ result }) => isCompared(result));
  const [first] = known;
  if (first === undefined) return [];
  if (known.length === 1 && !restricted) return [moneyWords(first.result, ` in ${namesOf(known)}`)];
  const weak = new Set(known.flatMap(({ result }) => weakWords(result, 'words')));
  return [...reasonsOf(known), `${restricted ? sharesOf(known) : amountsOf(known)} in ${namesOf(known)}`, ...weak];
}

/** What decides where it is not the sums, each reason once. */
function reasonsOf(periods: readonly GatePeriod[]): string[] {
  return [...new Set(periods.flatMap(({ result }) => reasonWords(result) ?? []))];
}

function unknownWords(periods: readonly GatePeriod[]): string[] {
  const unknown = periods.filter(({ result }) => !isCompared(result));
  return unknown.length === 0 ? [] : [...reasonsOf(unknown), `the money of ${namesOf(unknown)} could not be compared`];
}

function fileWords(ledgers: readonly GateLedger[], nothingElse: boolean): string[] {
  const grave = ledgers.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'fail' || severity === 'inconclusive');
  if (grave.length > 0) return ['the ledger itself has findings'];
  return nothingElse ? [ledgers.length === 0 ? 'no ledger was judged' : 'no period was judged'] : [];
}

/** Each currency by itself: nothing is converted. */
function amountsOf(periods: readonly GatePeriod[]): string {
  const sums = new Map<string, { gross: Money; provider: Money }>();
  for (const { result } of periods) {
    const { gross, provider } = sums.get(result.period.currency) ?? { gross: new Money(0), provider: new Money(0) };
    const { unexplained_gross: more, provider_at_snapshot: cost } = result.totals;
    sums.set(result.period.currency, { gross: gross.plus(more ?? 0), provider: provider.plus(cost ?? 0) });
  }
  return [...sums]
    .map(([code, { gross, provider }]) => {
      const currency = code.replace(/[^A-Z]/g, '').slice(0, 3);
      const whole = headline(formatMoney(provider), currency);
      if (!gross.isZero()) return `${headline(formatMoney(gross), currency)} of ${whole} unexplained`;
      return periods.every(({ result }) => result.verdict === 'pass' || result.verdict === 'warn')
        ? `all of ${whole} explained`
        : `nothing of ${whole} unexplained`;
    })
    .join(' and ');
}

function sharesOf(periods: readonly GatePeriod[]): string {
  const largest = periods.reduce((worst, next) => {
    const [a, b] = [shareOf(worst.result.totals), shareOf(next.result.totals)];
    return a !== null && (b === null || b.greaterThan(a)) ? next : worst;
  });
  return `${periods.length > 1 ? 'up to ' : ''}${shareText(largest.result.totals)} unexplained`;
}

function namesOf(periods: readonly GatePeriod[]): string {
  const [first] = periods;
  return periods.length === 1 && first !== undefined ? escapeMarkdown(first.result.period.id) : `${periods.length} periods`;
}
