/** The prices and mappings in force: which snapshot from when, what it asks for the models that were used, and which name of ours means which model. */
import { tokenClasses } from '../../../model/evidence.ts';
import { formatInstant } from '../../../model/instant.ts';
import type { Ledger, Mapping, Period, Snapshot } from '../../../model/ledger.ts';
import { formatMoney } from '../../../model/money.ts';
import type { Result } from '../../../model/result.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { dataTable, folded, longTable, numberColumn, type Row, row, textColumn } from '../page-parts.ts';

const mostRows = 15;

export function pricesInForce({ snapshots }: Ledger, period: Period, result: Result): Html {
  const used = period.prices.flatMap(({ snapshot, from }) => {
    const found = snapshots.find(({ id }) => id === snapshot);
    return found === undefined ? [] : [{ snapshot: found, from }];
  });
  const columns = [
    textColumn('Snapshot'),
    textColumn('In force from'),
    textColumn('Read on'),
    textColumn('Read by'),
    textColumn('Source'),
    textColumn('Verified'),
  ];
  const rows = used.map(({ snapshot, from }) => {
    const { id, accessedAt, capturedBy, sourceUrl, verified } = snapshot;
    return row(id, from === null ? 'the beginning' : formatInstant(from), accessedAt, capturedBy, sourceUrl, verified ? 'yes' : 'no');
  });
  const models = new Set(result.by_model.map(({ key }) => key));
  return markup`${dataTable('Price snapshots of the period', columns, rows)}${used.map(({ snapshot }) => folded(`What ${snapshot.id} asks`, priceTable(snapshot, models)))}`;
}

/** Only the models that money moved for, and every one where none is named there. */
function priceTable(snapshot: Snapshot, models: ReadonlySet<string>): Html {
  const named = snapshot.prices.filter(({ billableModel }) => models.has(billableModel));
  const shown = named.length === 0 ? snapshot.prices : named;
  const classes = tokenClasses.filter((name) => shown.some(({ prices }) => prices[name] !== undefined));
  const rows = shown.map(({ billableModel, prices, ratio, requestPrice }): Row => {
    const rates = classes.map((name) => (prices[name] === undefined ? '' : formatMoney(prices[name])));
    return row(billableModel, ...rates, requestPrice.isZero() ? '' : formatMoney(requestPrice), formatMoney(ratio));
  });
  const columns = [textColumn('Model'), ...classes.map((name) => numberColumn(name.replaceAll('_', ' '))), numberColumn('per request'), numberColumn('ratio')];
  const left = snapshot.prices.length - shown.length;
  const note = left === 0 ? nothing : markup`<p class="note">${left} more models of the snapshot were not used.</p>\n`;
  return markup`${longTable(`Prices in ${snapshot.currency} per ${String(snapshot.unitDivisor)} tokens, ${snapshot.id}`, columns, rows, mostRows)}${note}`;
}

export function mappingsInForce(mappings: readonly Mapping[], period: Period): Html {
  const inForce = mappings.filter(({ from, to }) => from < period.end && (to === null || period.start < to));
  const rows = inForce.map(({ internalName, requestedModel, billableModel, role, fallbackFor, owner, from, to }) =>
    row(
      internalName,
      requestedModel,
      billableModel,
      fallbackFor === null ? role : `${role} for ${fallbackFor}`,
      owner,
      `${formatInstant(from)} to ${to === null ? 'now' : formatInstant(to)}`,
    ),
  );
  const columns = ['Our name', 'Asked for', 'Billed as', 'Role', 'Owner', 'In force'].map(textColumn);
  return folded(`${inForce.length} mappings in force`, longTable('Which name of ours means which model', columns, rows, mostRows));
}
