/** The trend as one document, of which table, CSV, picture and badge are views. */
import type { Totals } from '../../model/judgement.ts';
import type { CommandDocument } from '../../model/command-document.ts';
import { inPeriodCurrency, type Month, unexplainedBasisPoints } from '../../model/month.ts';
import type { Amount } from '../../model/money.ts';

export type TrendDocument = Extract<CommandDocument, { readonly schema: 'trueup.trend/1' }>;
export type TrendPeriod = TrendDocument['periods'][number];

export interface TrendParts {
  readonly toolVersion: string;
  readonly asOf: string;
  readonly ledger: string;
  readonly months: readonly Month[];
  readonly unread: readonly string[];
}

export function trendDocument({ toolVersion, asOf, ledger, months, unread }: TrendParts): TrendDocument {
  return { schema: 'trueup.trend/1', tool_version: toolVersion, as_of: asOf, ledger, periods: months.map(trendPeriod).sort(inOrder), unread };
}

function trendPeriod({ id, start, accountRef, environment, currency, state, figures, gap }: Month): TrendPeriod {
  const totals = figures === null ? null : inPeriodCurrency(figures.totals);
  const total = (name: keyof Totals): Amount | null => totals?.[name] ?? null;
  const detail = figures?.detail ?? null;
  return {
    period: id,
    start_utc: start,
    account_ref: accountRef,
    environment,
    currency,
    state,
    verdict: figures?.verdict ?? null,
    unexplained_basis_points: figures === null ? null : unexplainedBasisPoints(figures.totals),
    expected: total('expected'),
    provider_charged: total('provider_charged'),
    invoice_total: total('invoice_total'),
    unexplained_gross: total('unexplained_gross'),
    requests: detail?.requests ?? null,
    retries: detail?.retries ?? null,
    amplification: detail?.amplification ?? null,
    cost_per_request: detail?.costPerRequest ?? null,
    models: detail?.models ?? null,
    forecast: figures?.forecast ?? null,
    gap,
  };
}

function inOrder(a: TrendPeriod, b: TrendPeriod): number {
  const key = ({ account_ref: account, environment, start_utc: start, period }: TrendPeriod): readonly string[] => [account, environment ?? '', start, period];
  const [one, other] = [key(a), key(b)];
  const place = one.findIndex((text, index) => text !== other[index]);
  return place === -1 ? 0 : (one[place] ?? '') < (other[place] ?? '') ? -1 : 1;
}

export interface TrendAccount {
  /** As people read it; foreign text. */
  readonly name: string;
  readonly periods: readonly TrendPeriod[];
}

/** The periods of each account and environment together. */
export function byAccount({ periods }: TrendDocument): TrendAccount[] {
  const accounts = new Map<string, TrendPeriod[]>();
  for (const period of periods) {
    const name = `account ${period.account_ref}${period.environment === null ? '' : `, environment ${period.environment}`}`;
    accounts.set(name, [...(accounts.get(name) ?? []), period]);
  }
  return [...accounts].map(([name, own]) => ({ name, periods: own }));
}
