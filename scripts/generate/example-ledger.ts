/** Builds the whole example ledger in memory: the same files, byte for byte, every time. */
import { callKindOf, callKinds, writeLateCharge, writeOutOfPeriod, writePlain } from './anomalies.ts';
import { deterministicGzip } from './deterministic-gzip.ts';
import { drawCall } from './draw-calls.ts';
import {
  applicationHeader,
  applicationLine,
  gatewayHeader,
  gatewayLine,
  type LogRow,
  newApiHeader,
  newApiLine,
  providerHeader,
  providerLine,
  type ProviderRow,
} from './evidence-text.ts';
import { drillFiles } from './example-drills.ts';
import { crossingCalls, type MonthPlan, monthPlans } from './example-months.ts';
import { invoiceFiles, periodYaml } from './example-period-yaml.ts';
import { exampleShop, priceLists } from './example-shop.ts';
import { prepaidMonth } from './prepaid-month.ts';
import { contractYaml, modelsYaml, settingsYaml, snapshotYaml } from './example-yaml.ts';
import { type Figures, readFigures } from './figures.ts';
import { type Call, type CallIds, type Month, newIds } from './month.ts';
import { seededRandom } from './random.ts';
import { openTally } from './tally.ts';

const exampleSeed = 'acme 1';

interface Crossing {
  readonly call: Call;
  readonly ids: CallIds;
  /** When the charge is made: after the month of the call. */
  readonly at: number;
}
interface Rows {
  readonly application: LogRow[];
  readonly gateway: LogRow[];
  readonly provider: ProviderRow[];
}

/** POSIX name → content of every generated file, names ascending. Other plans than the example's own write months in which other things happen. */
export function exampleLedger(plans: readonly MonthPlan[] = monthPlans): ReadonlyMap<string, string | Buffer> {
  const figures = readFigures();
  const files = new Map<string, string | Buffer>([
    ['trueup.yaml', settingsYaml],
    ['models.yaml', modelsYaml],
    ['contract.yaml', contractYaml],
    ...priceLists.map((list): [string, string] => [`prices/${list.id}.yaml`, snapshotYaml(list)]),
    ...drillFiles().map(([name, text]): [string, string] => [`drills/${name}`, text]),
    ...prepaidMonth(),
  ]);
  const injected: unknown[] = [];
  let crossings: readonly Crossing[] = [];
  for (const plan of plans) {
    const built = buildMonth(plan, figures, crossings);
    crossings = built.crossings;
    for (const [name, content] of built.files) files.set(`periods/${plan.id}/${name}`, content);
    injected.push(built.injected);
  }
  const record = { schema: 'trueup.injected/1', seed: exampleSeed, stories: stories(), periods: injected };
  files.set('injected.json', `${JSON.stringify(record, null, 2)}\n`);
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function stories(): Record<string, string> {
  return Object.fromEntries(callKinds.map(({ kind, story }) => [kind, story]));
}

interface BuiltMonth {
  readonly files: readonly (readonly [string, string | Buffer])[];
  readonly injected: unknown;
  readonly crossings: readonly Crossing[];
}

function buildMonth(plan: MonthPlan, figures: Figures, arriving: readonly Crossing[]): BuiltMonth {
  const rows: Rows = { application: [], gateway: [], provider: [] };
  const month = openMonth(plan, rows);
  for (const { call, ids, at } of arriving) writeOutOfPeriod(month, call, ids, at);
  for (const [name, count] of Object.entries(plan.kinds)) writeKind(month, figures, name, count);
  for (let index = 0; index < plan.plain; index += 1) writePlain(month, drawCall(month, figures, null));
  const crossings = plan.id === '2026-04' ? drawCrossings(month, figures) : [];
  for (const { call, ids, at } of crossings) writeLateCharge(month, call, ids, at);
  const invoice = invoiceFiles(plan, month);
  for (const { kind, step, amount } of invoice.steps) month.tally.add(kind, step, amount);
  return {
    files: [['period.yaml', periodYaml(plan)], ['invoice.yaml', invoice.yaml], ['invoice.txt', invoice.document], ...evidenceFiles(plan, rows)],
    injected: injectedRecord(plan, month, crossings.length, arriving.length),
    crossings,
  };
}

function openMonth(plan: MonthPlan, rows: Rows): Month {
  return {
    shop: exampleShop,
    start: plan.start,
    end: plan.end,
    settledUntil: Math.min(plan.finalizedThrough - plan.delayHours * 3_600_000, plan.end),
    carriesOurIds: plan.providerFormat === 'trueup',
    incident: plan.incident,
    random: seededRandom(`${exampleSeed} ${plan.id}`),
    sink: {
      application: (row) => void rows.application.push(row),
      gateway: (row) => void rows.gateway.push(row),
      provider: (row) => void rows.provider.push(row),
    },
    tally: openTally(),
    invoiced: new Map(),
  };
}

function writeKind(month: Month, figures: Figures, name: string, count: number): void {
  const kind = callKindOf(name);
  const service = kind.service?.(month.shop) ?? null;
  for (let index = 0; index < count; index += 1) {
    const call = drawCall(month, figures, service);
    kind.write(month, kind.place?.(month, call) ?? call);
  }
}

/** Calls of the month's last seconds that the provider charges in the first seconds of the next. */
function drawCrossings(month: Month, figures: Figures): Crossing[] {
  return Array.from({ length: crossingCalls }, () => {
    const call = { ...drawCall(month, figures, null), at: month.end - 1000 - month.random.below(15_000) };
    return { call, ids: newIds(month, call.at), at: month.end + 1000 * (1 + month.random.below(20)) };
  });
}

function evidenceFiles(plan: MonthPlan, rows: Rows): (readonly [string, Buffer])[] {
  const middle = plan.start + 15 * 86_400_000;
  const application = sorted(rows.application);
  const provider = sorted(rows.provider);
  const half = (later: boolean) => csv(applicationHeader, application.filter((row) => row.at >= middle === later).map(applicationLine));
  const usage = plan.providerFormat === 'trueup' ? csv(providerHeader, provider.map(providerLine)) : csv(newApiHeader, provider.map(newApiLine));
  return [
    ['evidence/app-1.csv.gz', half(false)],
    ['evidence/app-2.csv.gz', half(true)],
    ['evidence/gateway.csv.gz', csv(gatewayHeader, sorted(rows.gateway).map(gatewayLine))],
    ['evidence/usage.csv.gz', usage],
  ];
}

function sorted<Row extends { readonly at: number; readonly providerId: string | null }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.at - b.at || ((a.providerId ?? '') < (b.providerId ?? '') ? -1 : 1));
}

function csv(header: string, lines: readonly string[]): Buffer {
  return deterministicGzip(`${header}\n${lines.join('\n')}\n`);
}

function injectedRecord(plan: MonthPlan, month: Month, late: number, arrived: number): unknown {
  const moved = month.tally.kinds();
  const calls = { plain: plan.plain, ...plan.kinds, ...(late > 0 ? { 'late-charge': late } : {}), ...(arrived > 0 ? { 'out-of-period': arrived } : {}) };
  return {
    period: plan.id,
    verdict: plan.verdict,
    calls,
    amounts: moved,
    bridge: month.tally.bridge(),
    count_bridge: month.tally.countBridge(),
  };
}
