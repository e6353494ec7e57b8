/** The table per model. */
import { moneyOf, noAmount } from '../../model/money.ts';
import type { Result, ResultCut } from '../../model/result.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { firstOf, left, markdownTable, right } from '../markdown-table.ts';
import { signed } from '../show-money.ts';

const mostModels = 50;

/** Models that money moved for, by what is unexplained, then by cost. */
export function modelsInOrder(models: readonly ResultCut[]): readonly ResultCut[] {
  const size = (cut: ResultCut, total: 'unexplained_gross' | 'provider_at_snapshot') => moneyOf(cut.totals[total] ?? noAmount).abs();
  const moved = models.filter(({ totals }) => Object.values(totals).some((amount) => amount !== null && amount !== '0'));
  return moved.sort(
    (a, b) =>
      size(b, 'unexplained_gross').comparedTo(size(a, 'unexplained_gross')) || size(b, 'provider_at_snapshot').comparedTo(size(a, 'provider_at_snapshot')),
  );
}

export function modelTable({ by_model: models }: Result): string {
  const { shown, note } = firstOf(modelsInOrder(models), mostModels, 'result.json has them all');
  const rows = shown.map(({ key, totals }) => [
    escapeMarkdown(key),
    totals.expected ?? '',
    totals.provider_at_snapshot ?? '',
    totals.provider_charged ?? '',
    totals.invoice_usage ?? '',
    signed(totals.unexplained_net ?? noAmount),
    totals.unexplained_gross ?? '',
  ]);
  const columns = ['Expected', 'Provider at snapshot', 'Charged', 'Invoiced', 'Unexplained net', 'Unexplained gross'].map(right);
  return markdownTable([left('Model'), ...columns], rows) + note;
}
