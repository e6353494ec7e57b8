/** Reads the finished relations into a Reconciliation: sums become exact text, codes become names. */
import { mixed } from './buckets/cells.ts';
import { connectionCount, type Database, type Row } from './database.ts';
import { readBalance } from './read-balance.ts';
import { shareExceptions } from './share-exceptions.ts';
import { type MeterTerm, quantityOf } from './meter-terms.ts';
import { enumOrder } from './reading/column-types.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { hasCorrections } from './relations/corrections.ts';
import { accountOf, keyOf, namesAccounts, tellsOwners } from './relations/provider-owners.ts';
import { trafficSides } from './relations/traffic.ts';
import type { Terms } from './terms.ts';
import { type CountStep, countSteps, type CutName, cutNames } from '../model/bridge.ts';
import { layers, tokenClasses } from '../model/evidence.ts';
import { sideBySide } from '../model/lanes.ts';
import { type Amount, amountOfUnits, noAmount } from '../model/money.ts';
import type { CountEntry, CutRow, ExceptionUse, LogCounts, MeterCount, ProviderCounts, Reconciliation, Sides, StepAmount } from '../model/reconciliation.ts';

const none = '(none)';

/** Of rows of `facts`: Σ, Σ of the positive parts, both again without what exceptions cover, and of this what is unexplained; the number of parts. */
const factSums = joinSql([
  'sum(amount)::hugeint as amount',
  'sum(increase)::hugeint as increase',
  'sum(excepted)::hugeint as excepted',
  'sum(amount - excepted)::hugeint as left_amount',
  'sum(increase - excepted_up)::hugeint as left_increase',
  'coalesce(sum(amount - excepted) filter (is_open), 0)::hugeint as open_amount',
  'coalesce(sum(increase - excepted_up) filter (is_open), 0)::hugeint as open_increase',
  'sum(parts)::bigint as parts',
]);

/** The same sums of one cell, whose parts are netted where they are judged. */
const cellSums = joinSql([
  'sum(amount)::hugeint as amount',
  'sum(increase)::hugeint as increase',
  'sum(excepted)::hugeint as excepted',
  'sum(amount - excepted)::hugeint as left_net',
  'coalesce(sum(amount - excepted) filter (is_open), 0)::hugeint as open_net',
  'sum(parts)::bigint as parts',
]);

/** Of cells. */
const netSums = joinSql([
  ...(['amount', 'increase', 'excepted'] as const).map((name) => sql`sum(${name})::hugeint as ${name}`),
  'sum(left_net)::hugeint as left_amount',
  'sum(greatest(left_net, 0))::hugeint as left_increase',
  'sum(open_net)::hugeint as open_amount',
  'sum(greatest(open_net, 0))::hugeint as open_increase',
  'sum(parts)::bigint as parts',
]);

export async function readReconciliation(database: Database, terms: Terms): Promise<Reconciliation> {
  const exceptionUses = await shareExceptions(database, terms);
  const [charges, setAside, steps, cuts, countBridge, application, gateway, links, tokens, meters, providerCounted, balance] = await sideBySide(
    connectionCount,
    [
      () => readCharges(database),
      () => readSetAside(database),
      () => readSteps(database, terms),
      () => readCuts(database, terms),
      () => readCountBridge(database, exceptionUses, terms),
      () => readApplicationCounts(database),
      async () => (terms.gateway === 'present' ? readGatewayCounts(database) : null),
      () => readLinkCounts(database, terms),
      () => readTokens(database),
      async () => (terms.meters.length === 0 ? {} : { meters: await readMeters(database, terms) }),
      () => readProviderCounted(database, terms),
      () => readBalance(database, terms),
    ],
  );
  return {
    steps,
    cuts,
    countBridge,
    counts: {
      application,
      gateway,
      provider: await readProviderCounts(database, terms, { charges, setAside }),
      ...links,
      comparable: Number(sumOf(charges, 'comparable')),
    },
    tokens,
    ...meters,
    setAsideAmounts: Object.fromEntries(setAside.map(({ key, amount }) => [String(key), amountOfUnits(amount, terms.scale)])),
    ...witnessesOf(charges, terms),
    providerCounted,
    balance,
    exceptionUses,
  };
}

export async function readSteps(database: Database, terms: Terms): Promise<StepAmount[]> {
  const rows = await database.rows(
    terms.gross === 'parts'
      ? sql`select step, ${factSums} from facts group by step`
      : sql`with cells as (
  select step, ${cellSums}
  from facts
  left join profiles using (profile)
  group by step, cell_model, coalesce(profiles.service, '${none}'), day
)
select step, ${netSums}
from cells
group by step`,
  );
  return stepAmounts(rows, terms);
}

/** Every cut but the one by model, in one pass over the facts: a grouping set for each, inside of cells where these are netted first. */
export async function readCuts(database: Database, terms: Terms): Promise<Record<CutName, readonly CutRow[]>> {
  const names = cutNames.filter((name): name is Exclude<CutName, 'by_model'> => name !== 'by_model' && (name !== 'by_account' || namesAccounts(terms)));
  const owners = tellsOwners(terms) ? sql`\n  left join provider_owners as owners using (owner)` : sql``;
  const keys = names.map((name) => sql`coalesce(${cutKey(name, terms)}, ${noKey(name, terms)}) as ${name}`);
  const isNetted = terms.gross === 'cells';
  const sums = isNetted ? cellSums : factSums;
  const own = ['step', 'is_open', 'amount', 'increase', 'parts', 'excepted', 'excepted_up'] as const;
  const ofCell = isNetted ? [sql`cell_model`, sql`coalesce(profiles.service, '${none}') as cell_service`, sql`day as cell_day`] : [];
  const cell = isNetted ? [sql`cell_model`, sql`cell_service`, sql`cell_day`] : [];
  const rows = await database.rows(sql`with keyed as (
  select ${joinSql([...own, ...ofCell, ...keys])}
  from facts
  left join profiles using (profile)${owners}
),
summed as (
  select
    case ${joinSql(
      names.map((name) => sql`when grouping(${name}) = 0 then '${name}'`),
      ' ',
    )} end as cut,
    coalesce(${joinSql(names)}) as key,
    step,
    ${sums}
  from keyed
  group by grouping sets (${joinSql(names.map((name) => sql`(${joinSql([name, 'step', ...cell])})`))})
  union all
  select 'by_model', key, step, ${sums}
  from model_facts${isNetted ? '\n  left join profiles using (profile)' : ''}
  group by key, step${isNetted ? `, cell_model, coalesce(profiles.service, '${none}'), day` : ''}
)
select ${isNetted ? sql`cut, key, step, ${netSums}` : '*'}
from summed${isNetted ? '\ngroup by cut, key, step' : ''}
order by cut, key, step`);
  const cuts = {} as Record<CutName, readonly CutRow[]>;
  for (const name of cutNames) {
    const own = rows.filter((row) => row['cut'] === name);
    cuts[name] = name === 'by_key' && own.every((row) => row['key'] === none) ? [] : cutRows(own, terms);
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
  return terms.steps.map((step) => {
    const row = byStep.get(step);
    return {
      step,
      amount: amountOfUnits(row?.['amount'], terms.scale),
      ...sidesOf(row, 'amount', 'increase', terms),
      count: Number(row?.['parts'] ?? 0),
      excepted: amountOfUnits(row?.['excepted'], terms.scale),
      left: sidesOf(row, 'left_amount', 'left_increase', terms),
      open: sidesOf(row, 'open_amount', 'open_increase', terms),
    };
  });
}

function sidesOf(row: Row | undefined, amount: string, increase: string, terms: Terms): Sides {
  const up = BigInt(String(row?.[increase] ?? 0));
  return { increase: amountOfUnits(up, terms.scale), decrease: amountOfUnits(BigInt(String(row?.[amount] ?? 0)) - up, terms.scale) };
}

/** Entries of the count bridge that are explained as a whole, or part by part where `is_explained` says so. */
const explainedCounts: readonly CountStep[] = ['requests', 'not_billable', 'carried_forward', 'extra_retry', 'extra_fallback'];

async function readCountBridge(database: Database, uses: readonly ExceptionUse[], terms: Terms): Promise<CountEntry[]> {
  const coveredOf = (step: string): number =>
    uses.reduce((sum, { count }, place) => sum + (terms.exceptions[place]?.category === step.replace('extra_', '') ? count : 0), 0);
  const rows = await database.rows(sql`select 'requests' as step, count(*) as count, 0 as unexplained from requests where in_period and in_scope
union all
select step, -count(*), count(*) filter (step <> 'in_transit' or not is_explained) from uncharged group by step
union all
select
  case when place in ('retry', 'fallback', 'model_drift') then 'extra_' || place else place end,
  sum(lines)::bigint,
  coalesce(sum(lines) filter (place <> 'out_of_scope' or not is_elsewhere), 0)::bigint
from line_sums
where line = 'charge'
group by 1
union all
select 'charges', count(*), 0 from kept_charges
union all
select 'duplicate', count(*), count(*) from provider_fates where fate = 'duplicate'`);
  const found = new Map(rows.map((row) => [String(row['step']), row]));
  const entry = (step: CountEntry['step']): CountEntry => {
    const row = found.get(step);
    const unexplained = (explainedCounts as readonly string[]).includes(step) ? 0 : Number(row?.['unexplained'] ?? 0);
    return { step, count: Number(row?.['count'] ?? 0), open: unexplained - coveredOf(step) };
  };
  const [charges, duplicate] = [entry('charges'), entry('duplicate')];
  return [...countSteps.map(entry), charges, duplicate, { step: 'provider_rows', count: charges.count + duplicate.count, open: 0 }];
}

/** The charges by model and kind of line. */
async function readCharges(database: Database): Promise<readonly Row[]> {
  return database.rows(sql`select
  models.name as key,
  line,
  sum(lines)::bigint as count,
  coalesce(sum(lines) filter (line = 'charge' and place <> 'carried_forward' and not (place = 'out_of_scope' and is_elsewhere)), 0)::bigint as comparable,
  ${joinSql((['reported', 'computed', 'free', 'free_cost'] as const).map((name) => sql`sum(${name})::hugeint as ${name}`))}
from line_sums
left join models using (model)
group by models.name, line
order by models.name, line`);
}

function sumOf(rows: readonly Row[], column: string): bigint {
  return rows.reduce((sum, row) => sum + BigInt(String(row[column] ?? 0)), 0n);
}

/** What the provider says itself and what our prices say in its place, and what it gave away although tokens were used. */
function witnessesOf(charges: readonly Row[], terms: Terms): Pick<Reconciliation, 'totals' | 'freeCharges'> {
  return {
    totals: {
      providerReported: amountOfUnits(sumOf(charges, 'reported'), terms.scale),
      providerComputed: amountOfUnits(sumOf(charges, 'computed'), terms.scale),
    },
    freeCharges: { count: Number(sumOf(charges, 'free')), cost: amountOfUnits(sumOf(charges, 'free_cost'), terms.scale) },
  };
}

async function readProviderCounted(database: Database, terms: Terms): Promise<Reconciliation['providerCounted']> {
  if (terms.providerCounted.length === 0) return { count: 0, expected: noAmount };
  const [row] = await database.rows(sql`select count(*) as count, sum(expected_cost)::hugeint as expected from provider_counted`);
  return { count: Number(row?.['count'] ?? 0), expected: amountOfUnits(row?.['expected'], terms.scale) };
}

function tally(rows: readonly Row[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [String(row['key'] ?? none), Number(row['count'])]));
}

async function fateCounts(database: Database, layer: 'application' | 'gateway' | 'provider'): Promise<Record<string, number>> {
  return tally(await database.rows(sql`select fate as key, count(*) as count from ${layer}_fates group by fate`));
}

export async function readApplicationCounts(database: Database): Promise<LogCounts> {
  const byStatus = await database.rows(
    sql`select status as key, count(*) as count, sum(attempts)::bigint as attempts from requests where in_period and in_scope group by status order by ${enumOrder('row_status', sql`status`)}`,
  );
  const fates = await fateCounts(database, 'application');
  return {
    requests: Number(sumOf(byStatus, 'count')),
    attempts: Number(sumOf(byStatus, 'attempts')),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    byStatus: tally(byStatus),
  };
}

export async function readGatewayCounts(database: Database): Promise<LogCounts> {
  const [sums] = await database.rows(sql`select count(*) as requests, coalesce(sum(rows), 0)::bigint as attempts from gateway_requests`);
  const fates = await fateCounts(database, 'gateway');
  return {
    requests: Number(sums?.['requests'] ?? 0),
    attempts: Number(sums?.['attempts'] ?? 0),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    byStatus: tally(
      await database.rows(sql`select status as key, count(*) as count from gateway_kept group by status order by ${enumOrder('row_status', sql`status`)}`),
    ),
  };
}

async function readProviderCounts(
  database: Database,
  terms: Terms,
  { charges, setAside }: Readonly<Record<'charges' | 'setAside', readonly Row[]>>,
): Promise<ProviderCounts> {
  const fates = await fateCounts(database, 'provider');
  const of = (...lines: readonly string[]): Row[] => charges.filter(({ line }) => lines.includes(String(line)));
  const billed = of('charge', 'duplicate');
  return {
    charges: Number(sumOf(of('charge'), 'count')),
    duplicates: fates['duplicate'] ?? 0,
    exportDuplicates: fates['export-duplicate'] ?? 0,
    refunds: Number(sumOf(of('refund'), 'count')),
    adjustments: Number(sumOf(of('adjustment'), 'count')),
    ...(hasCorrections(terms) ? { corrections: Number(sumOf(of('correction'), 'count')) } : {}),
    rowsByModel: tally(
      [...new Set(billed.map(({ key }) => key))].map((key) => ({
        key,
        count: sumOf(
          billed.filter((row) => row['key'] === key),
          'count',
        ),
      })),
    ),
    setAside: tally(setAside),
    byStatus: tally(
      await database.rows(sql`select status as key, count(*) as count
from linked
left join provider_fates using (seq)
where aside is null and not is_refund and coalesce(provider_fates.fate, 'kept') = 'kept'
group by status
order by ${enumOrder('row_status', sql`status`)}`),
    ),
  };
}

/** A charge that settles an open item is known to us by the close before, whatever the logs of this period say. */
async function readLinkCounts(
  database: Database,
  terms: Terms,
): Promise<Pick<Reconciliation['counts'], 'linkedCharges' | 'linkedAnywhere' | 'requestsWithCharge'>> {
  const [row] = await database.rows(sql`select
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

async function readMeters(database: Database, terms: Terms): Promise<MeterCount[]> {
  const sums = joinSql(terms.meters.map((_, index) => sql`coalesce(sum(meter_${index}), 0)::hugeint as sum_${index}`));
  const [ours] = await database.rows(
    sql`select ${sums} from application semi join (select request as seq from requests where in_period and in_scope) as counted using (seq)`,
  );
  const [theirs] = await database.rows(sql`select ${sums} from provider semi join kept_charges using (seq)`);
  const told = (row: Row | undefined, meter: MeterTerm, index: number): Amount => quantityOf(row?.[`sum_${index}`], meter);
  return terms.meters.map((meter, index) => ({ meter: meter.name, application: told(ours, meter, index), provider: told(theirs, meter, index) }));
}

async function readTokens(database: Database): Promise<Reconciliation['tokens']> {
  const sums = joinSql(tokenClasses.map((name) => sql`coalesce(sum(${name}), 0)::hugeint as ${name}`));
  const rows = await database.rows(sql`select layer, ${sums} from traffic group by layer`);
  const [application, provider] = trafficSides.map((layer) => rows.find((row) => row['layer'] === layer));
  const text = (row: Row | undefined, name: string): string => String(row?.[name] ?? '0');
  return Object.fromEntries(
    tokenClasses.map((name) => [name, { [layers[0]]: text(application, name), [layers[2]]: text(provider, name) }]),
  ) as Reconciliation['tokens'];
}

/** Provider rows outside of the declared scope, by the reason. */
export async function readSetAside(database: Database): Promise<readonly Row[]> {
  return database.rows(
    sql`select aside as key, count(*) as count, coalesce(sum(charged), 0)::hugeint as amount from linked where aside is not null group by aside order by ${enumOrder('aside_reason', sql`aside`)}`,
  );
}

/** The id of the incident of a number; null for none. */
function incidentName(number: Sql, terms: Terms): Sql {
  if (terms.incidents.length === 0) return sql`null::varchar`;
  const names = terms.incidents.map(({ id }, index) => sql`when ${index + 1} then ${literal(id)}`);
  return sql`case ${number} ${joinSql(names, ' ')} end`;
}

/** The label of a profile that a cut goes by. */
const labels = {
  by_service: 'service',
  by_cost_center: 'cost_center',
  by_prompt_version: 'prompt_version',
  by_retry_reason: 'retry_reason',
} as const satisfies Partial<Record<CutName, string>>;

/** The key of what says no such word; where buckets are told apart by their own dimensions alone, that is every word but theirs. */
function noKey(name: CutName, { buckets }: Terms): Sql {
  return buckets === null || name === 'by_key' || name === 'by_day' ? sql`'${none}'` : mixed;
}

/** Null where the rows carry no such word. */
function cutKey(name: Exclude<CutName, 'by_model'>, terms: Terms): Sql {
  switch (name) {
    case 'by_day':
      return sql`strftime(date '1970-01-01' + day, '%Y-%m-%d')`;
    case 'by_key':
      return keyOf(terms);
    case 'by_account':
      return accountOf(terms);
    case 'by_role':
      return sql`facts.role`;
    case 'by_incident':
      return incidentName(sql`incident`, terms);
    default:
      return sql`profiles.${labels[name]}`;
  }
}
