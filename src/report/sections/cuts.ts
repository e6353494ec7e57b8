/** Whom the cost belongs to and what it was spent on: the cuts that hold more than one key, each as a table. */
import { balanceKey } from '../../model/bridge.ts';
import { moneyOf, noAmount } from '../../model/money.ts';
import type { Result, ResultCut } from '../../model/result.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right } from '../escape-markdown.ts';
import { currencyOf, percentOf, plainMoney, signedMoney } from '../show-money.ts';

/** A null reads so in a cut. */
const none = '(none)';

export interface NamedCut {
  /** As the head of the table. */
  readonly name: string;
  /** Only keys that money moved for, in the order in which they are shown. */
  readonly cuts: readonly ResultCut[];
}

/** By team, model, account, key and day, then what people look at more rarely; a cut with no other key than `(none)` and `(balance)` is left out. */
export function namedCuts(result: Result): NamedCut[] {
  const all: readonly NamedCut[] = [
    { name: 'Service', cuts: bySize(result.by_service) },
    { name: 'Cost centre', cuts: bySize(result.by_cost_center) },
    { name: 'Model', cuts: bySize(result.by_model) },
    { name: 'Account', cuts: bySize(result.by_account ?? []) },
    { name: 'Key', cuts: bySize(result.by_key ?? []) },
    { name: 'Day', cuts: moved(result.by_day) },
    { name: 'Role', cuts: bySize(result.by_role) },
    { name: 'Prompt version', cuts: bySize(result.by_prompt_version) },
    { name: 'Retry reason', cuts: bySize(result.by_retry_reason) },
    { name: 'Incident', cuts: bySize(result.by_incident) },
  ];
  return all.filter(({ cuts }) => cuts.some(({ key }) => key !== none && key !== balanceKey));
}

function moved(cuts: readonly ResultCut[]): ResultCut[] {
  return cuts.filter(({ totals }) => Object.values(totals).some((amount) => amount !== null && amount !== '0'));
}

/** By what is unexplained, then by cost. */
function bySize(cuts: readonly ResultCut[]): ResultCut[] {
  const size = (cut: ResultCut, total: 'unexplained_gross' | 'provider_at_snapshot') => moneyOf(cut.totals[total] ?? noAmount).abs();
  return moved(cuts).sort(
    (a, b) =>
      size(b, 'unexplained_gross').comparedTo(size(a, 'unexplained_gross')) || size(b, 'provider_at_snapshot').comparedTo(size(a, 'provider_at_snapshot')),
  );
}

const mostKeys = 50;

/** Every cut as a table. */
export function cutTables(result: Result): string {
  return namedCuts(result)
    .map((cut) => {
      const { shown, note } = firstOf(cut.cuts, mostKeys, 'result.json has them all');
      return cutTable({ ...cut, cuts: shown }, result) + note;
    })
    .join('\n\n');
}

export function cutTable({ name, cuts }: NamedCut, { period }: Pick<Result, 'period'>): string {
  const currency = currencyOf(period.currency);
  const show = (amount: ResultCut['totals']['expected']) => (amount === null ? '' : plainMoney(amount, currency));
  const columns = [`Expected (${currency})`, 'Charged', 'Retries', 'Fallback', 'Unexplained'].map(right);
  const rows = cuts.map(({ key, totals, bridge }) => {
    const stepOf = (step: string) => {
      const amount = bridge.find((row) => row.step === step)?.amount ?? noAmount;
      return amount === '0' ? '' : signedMoney(amount, currency);
    };
    const { expected, provider_charged: charged, unexplained_gross: gross } = totals;
    const share = gross === null || charged === null || gross === '0' ? null : percentOf(gross, charged);
    return [escapeMarkdown(key), show(expected), show(charged), stepOf('retry'), stepOf('fallback'), `${show(gross)}${share === null ? '' : ` (${share})`}`];
  });
  return markdownTable([left(name), ...columns], rows);
}
