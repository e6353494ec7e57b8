/** Whom the cost belongs to and what it was spent on: the models, and the other cuts that hold more than one key. */
import { moneyOf, noAmount } from '../../model/money.ts';
import type { Result, ResultCut } from '../../model/result.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right } from '../escape-markdown.ts';
import { signed } from '../show-money.ts';

const mostKeys = 20;
/** A null reads so in a cut. */
const none = '(none)';

/** By service, cost center, role (primary and fallback apart), retry reason and incident, each as a table under its name. */
export function cutTables(result: Result): string {
  const tables = [
    cutTable('Service', result.by_service),
    cutTable('Cost center', result.by_cost_center),
    cutTable('Role', result.by_role),
    cutTable('Retry reason', result.by_retry_reason),
    cutTable('Incident', result.by_incident),
  ];
  return tables.filter((table) => table !== '').join('\n\n');
}

function cutTable(name: string, cuts: readonly ResultCut[]): string {
  const moved = cuts.filter(({ totals }) => Object.values(totals).some((amount) => amount !== null && amount !== '0'));
  if (moved.every(({ key }) => key === none)) return '';
  const size = ({ totals }: ResultCut) => moneyOf(totals.provider_at_snapshot ?? noAmount).abs();
  const ordered = moved.toSorted((a, b) => size(b).comparedTo(size(a)));
  const { shown, note } = firstOf(ordered, mostKeys, 'result.json has them all');
  const columns = ['Expected', 'Provider at snapshot', 'Of it retry', 'Of it fallback', 'Unexplained gross'].map(right);
  const rows = shown.map(({ key, totals, bridge }) => {
    const amountOf = (step: string) => signed(bridge.find((row) => row.step === step)?.amount ?? noAmount);
    return [
      escapeMarkdown(key),
      totals.expected ?? '',
      totals.provider_at_snapshot ?? '',
      amountOf('retry'),
      amountOf('fallback'),
      totals.unexplained_gross ?? '',
    ];
  });
  return markdownTable([left(name), ...columns], rows) + note;
}

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
