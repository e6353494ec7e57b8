/** Lines of invoices as rows of the provider, where its export is declared absent: each sums up a model over the whole period (SPEC §9). */
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { linesApart } from '../../model/invoice-lines.ts';
import type { LayerEvidence, Period } from '../../model/ledger.ts';
import { decimalsOf, toScaled } from '../../model/money.ts';

/** Whether no file holds the rows of a layer, because invoices state them. */
export function isStated({ bucket }: Pick<LayerEvidence, 'bucket'>): boolean {
  return bucket?.width === 'period';
}

/** Fills `provider_rows` with the usage lines; `line_item` keeps equal lines apart, of which each is charged. */
export function insertLines({ start, invoices }: Pick<Period, 'start' | 'invoices'>): Sql {
  const rows = invoices.flatMap((invoice) =>
    linesApart(invoice).flatMap(({ kind, billableModel, amount, requests }, index) => {
      if (kind !== 'usage' || billableModel === null) return [];
      const decimals = decimalsOf(amount);
      const units = toScaled(amount, decimals);
      const counted = requests === null ? sql`null` : sql`${requests}`;
      return [
        sql`(${start}, ${literal(billableModel)}, ${literal(`${invoice.invoiceId}/${index + 1}`)}, ${counted}, ${units}, ${decimals}, ${literal(invoice.currency)}, false, false, 0)`,
      ];
    }),
  );
  return sql`insert into provider_rows (timestamp_utc, model_billed, line_item, requests, charged_amount, charged_decimals, charged_currency, tokens_flawed, skipped, flaw)
values ${joinSql(rows)}`;
}
