/** Reads the finished relations into a Reconciliation: sums become exact text, codes become names. */
import { countSteps, cutNames, rowSteps } from '../model/bridge.ts';
import type { CountStep, CutName, RowStep } from '../model/bridge.ts';
import { layers, tokenClasses } from '../model/evidence.ts';
import { formatMoney, fromScaled } from '../model/money.ts';
import type { CutRow, LogCounts, ProviderCounts, Reconciliation, StepAmount } from '../model/reconciliation.ts';
import { cutKey } from './cut-key.ts';
import { readExceptionParts } from './exception-query.ts';
import type { Database, Row } from './database.ts';
import type { Terms } from './terms.ts';

const none = '(none)';

export async function readReconciliation(database: Database, terms: Terms): Promise<Reconciliation> {
  return {
    steps: stepAmounts(
      await database.rows(
        `select step, sum(amount)::hugeint as amount, sum(increase)::hugeint as increase, sum(parts)::bigint as parts from facts group by step`,
      ),
      terms,
    ),
    cuts: await readCuts(database, terms),
    countBridge: await readCountBridge(database),
    counts: {
      application: await readApplicationCounts(database),
      gateway: terms.gateway === 'present' ? await readGatewayCounts(database) : null,
      provider: await readProviderCounts(database),
      ...(await readLinkCounts(database, terms)),
    },
    tokens: await readTokens(database),
    setAsideAmounts: await readSetAsideAmounts(database, terms),
    exceptionParts: await readExceptionParts(database, terms),
  };
}

/** Every cut but the one by model, in one pass over the facts: a grouping set for each. */
async function readCuts(database: Database, terms: Terms): Promise<Record<CutName, readonly CutRow[]>> {
  const names = cutNames.filter((name) => name !== 'by_model');
  const keys = names.map((name) => `coalesce(${cutKey(name, terms)}, '${none}') as ${name}`);
  const rows = await database.rows(`with keyed as (
  select step, amount, increase, parts, ${keys.join(', ')}
  from facts
  left join profiles using (profile)
),
summed as (
  select
    case ${names.map((name) => `when grouping(${name}) = 0 then '${name}'`).join(' ')} end as cut,
    coalesce(${names.join(', ')}) as key,
    step,
    sum(amount)::hugeint as amount,
    sum(increase)::hugeint as increase,
    sum(parts)::bigint as parts
  from keyed
  group by grouping sets (${names.map((name) => `(${name}, step)`).join(', ')})
  union all
  select 'by_model', key, step, sum(amount)::hugeint, sum(increase)::hugeint, sum(parts)::bigint
  from model_facts
  group by key, step
)
select *
from summed
order by cut, key, step`);
  const cuts = {} as Record<CutName, readonly CutRow[]>;
  for (const name of cutNames) {
    const own = rows.filter((row) => row['cut'] === name);
    cuts[name] = cutRows(own, terms);
  }
  return cuts;
}

function cutRows(rows: readonly Row[], terms: Terms): CutRow[] {
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row['key']);
    byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  return [...byKey].map(([key, own]) => ({ key, steps: stepAmounts(own, terms) }));
}

function stepAmounts(rows: readonly Row[], terms: Terms): StepAmount[] {
  const byStep = new Map(rows.map((row) => [row['step'], row]));
  return rowSteps.map((step: RowStep) => {
    const row = byStep.get(step);
    const amount = BigInt(String(row?.['amount'] ?? 0));
    const increase = BigInt(String(row?.['increase'] ?? 0));
    const text = (units: bigint): string => formatMoney(fromScaled(units, terms.scale));
    return { step, amount: text(amount), increase: text(increase), decrease: text(amount - increase), count: Number(row?.['parts'] ?? 0) };
  });
}

async function readCountBridge(database: Database): Promise<Reconciliation['countBridge']> {
  const rows = await database.rows(`select 'requests' as step, count(*) as count from requests where in_period and in_scope
union all
select step, -count(*) from uncharged group by step
union all
select case when place in ('retry', 'fallback', 'model_drift') then 'extra_' || place else place end, count(*) from charges where line = 'charge' group by 1
union all
select 'charges', count(*) from kept_charges
union all
select 'duplicate', count(*) from provider_fates where fate = 'duplicate'`);
  const counts = new Map(rows.map((row) => [String(row['step']), Number(row['count'])]));
  const of = (step: string): number => counts.get(step) ?? 0;
  return [
    ...countSteps.map((step: CountStep) => ({ step, count: of(step) })),
    { step: 'charges', count: of('charges') },
    { step: 'duplicate', count: of('duplicate') },
    { step: 'provider_rows', count: of('charges') + of('duplicate') },
  ];
}

function tally(rows: readonly Row[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [String(row['key'] ?? none), Number(row['count'])]));
}

async function fateCounts(database: Database, layer: 'application' | 'gateway' | 'provider'): Promise<Record<string, number>> {
  return tally(await database.rows(`select fate as key, count(*) as count from ${layer}_fates group by fate`));
}

async function readApplicationCounts(database: Database): Promise<LogCounts> {
  const [sums] = await database.rows(`select count(*) as requests, coalesce(sum(attempts), 0)::bigint as attempts from requests where in_period and in_scope`);
  const fates = await fateCounts(database, 'application');
  return {
    requests: Number(sums?.['requests'] ?? 0),
    attempts: Number(sums?.['attempts'] ?? 0),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    byStatus: tally(await database.rows(`select status as key, count(*) as count from requests where in_period and in_scope group by status order by status`)),
  };
}

async function readGatewayCounts(database: Database): Promise<LogCounts> {
  const [sums] = await database.rows(`select count(*) as requests, coalesce(sum(rows), 0)::bigint as attempts from gateway_requests`);
  const fates = await fateCounts(database, 'gateway');
  return {
    requests: Number(sums?.['requests'] ?? 0),
    attempts: Number(sums?.['attempts'] ?? 0),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    byStatus: tally(await database.rows(`select status as key, count(*) as count from gateway_kept group by status order by status`)),
  };
}

async function readProviderCounts(database: Database): Promise<ProviderCounts> {
  const fates = await fateCounts(database, 'provider');
  const [sums] = await database.rows(`select count(*) filter (line = 'charge') as charges, count(*) filter (line = 'refund') as refunds from charges`);
  return {
    charges: Number(sums?.['charges'] ?? 0),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    refunds: Number(sums?.['refunds'] ?? 0),
    setAside: tally(await database.rows(`select aside as key, count(*) as count from linked where aside is not null group by aside order by aside`)),
    byStatus: tally(
      await database.rows(`select status as key, count(*) as count
from linked
left join provider_fates using (seq)
where aside is null and not is_refund and coalesce(provider_fates.fate, 'kept') = 'kept'
group by status
order by status`),
    ),
  };
}

/** A charge that settles an open item is known to us by the close before, whatever the logs of this period say. */
async function readLinkCounts(
  database: Database,
  terms: Terms,
): Promise<Pick<Reconciliation['counts'], 'linkedCharges' | 'linkedAnywhere' | 'requestsWithCharge'>> {
  const [row] = await database.rows(`select
  count(*) filter (link = 'request' and in_period and in_scope) as linked_charges,
  count(*) filter (link <> 'none'${terms.carried === 'some' ? ' or seq in (select seq from carried_charges)' : ''}) as linked_anywhere,
  (select count(*) from requests where in_period and in_scope) - (select count(*) from uncharged) as requests_with_charge
from kept_charges`);
  return {
    linkedCharges: Number(row?.['linked_charges'] ?? 0),
    linkedAnywhere: Number(row?.['linked_anywhere'] ?? 0),
    requestsWithCharge: Number(row?.['requests_with_charge'] ?? 0),
  };
}

async function readTokens(database: Database): Promise<Reconciliation['tokens']> {
  const sums = tokenClasses.map((name) => `coalesce(sum(${name}), 0)::hugeint as ${name}`).join(', ');
  const [application] = await database.rows(
    `select ${sums} from application semi join (select request as seq from requests where in_period and in_scope) as counted using (seq)`,
  );
  const [provider] = await database.rows(`select ${sums} from provider semi join kept_charges using (seq)`);
  const text = (row: Row | undefined, name: string): string => String(row?.[name] ?? '0');
  return Object.fromEntries(
    tokenClasses.map((name) => [name, { [layers[0]]: text(application, name), [layers[2]]: text(provider, name) }]),
  ) as Reconciliation['tokens'];
}

async function readSetAsideAmounts(database: Database, terms: Terms): Promise<Record<string, string>> {
  const rows = await database.rows(
    `select aside as key, coalesce(sum(charged), 0)::hugeint as amount from linked where aside is not null group by aside order by aside`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['key']), formatMoney(fromScaled(String(row['amount']), terms.scale))]));
}
