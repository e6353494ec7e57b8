/** `reconciliation_period` of the runbook → what `period.yaml` will say. */
import { toVerify } from '../../../model/placeholder.ts';
import { isDay, parseInstant, formatInstant, startOfDay } from '../../../model/instant.ts';
import type { Fields } from './runbook-file.ts';

export interface ImportedPeriod {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly accountRef: string;
  readonly environment: string | null;
  readonly currency: string | null;
  readonly models: readonly string[] | null;
  readonly stage: string;
  readonly invoiceId: string | null;
}

/** A day becomes its first instant only when the zone is said to be UTC; everything else stays as it is written. */
export function importPeriod(fields: Fields | null): ImportedPeriod {
  const zone = fields?.text('timezone', 'time_zone') ?? null;
  const start = boundOf(fields?.text('start_utc', 'period_start_utc') ?? null, true) ?? boundOf(fields?.text('start', 'period_start') ?? null, isUtc(zone));
  const end = boundOf(fields?.text('end_utc', 'period_end_utc') ?? null, true) ?? boundOf(fields?.text('end', 'period_end') ?? null, isUtc(zone));
  const models = fields?.texts('models', 'models_in_scope', 'billable_models') ?? null;
  const period = {
    id: idOf(fields?.text('id', 'period_id', 'name') ?? null, start, end),
    start: start ?? toVerify,
    end: end ?? toVerify,
    accountRef: fields?.text('account_ref', 'account_id', 'account') ?? toVerify,
    environment: fields?.text('environment', 'env') ?? null,
    currency: fields?.text('currency', 'billing_currency') ?? null,
    models: models === null || models.join() === 'all' ? null : models,
    stage: fields?.text('stage') ?? 'usage',
    invoiceId: fields?.text('invoice_id', 'invoice_ref') ?? null,
  };
  fields?.finish();
  return period;
}

function isUtc(zone: string | null): boolean {
  return zone !== null && /^(utc|z|gmt|etc\/utc|[+-]00:?00)$/i.test(zone);
}

function boundOf(text: string | null, utc: boolean): string | null {
  return text !== null && utc && isDay(text) ? formatInstant(startOfDay(text)) : text;
}

/** `2026-05` for a whole UTC month, else the days of the bounds. */
function idOf(given: string | null, start: string | null, end: string | null): string {
  if (given !== null && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(given)) return given;
  const [from, to] = [start, end].map((bound) => (bound === null ? null : parseInstant(bound)));
  if (from === null || from === undefined || to === null || to === undefined) return 'imported';
  const [first, last] = [formatInstant(from), formatInstant(to)];
  const nextMonth = formatInstant(startOfDay(`${first.slice(0, 8)}28`) + 5n * 86_400_000_000n).slice(0, 7);
  const wholeMonth = first.endsWith('-01T00:00:00Z') && last === `${nextMonth}-01T00:00:00Z`;
  return wholeMonth ? first.slice(0, 7) : `${first.slice(0, 10)}_${last.slice(0, 10)}`;
}
