/** The self-test: makes faults in a copy of a period, runs the pipeline, and counts how many of each kind show. */
import { readFile } from 'node:fs/promises';
import { type FaultContext, type FaultKind, type FaultNeed, type FaultPlan, seededRandom } from './faults/fault-kind.ts';
import { featureFaults } from './faults/feature-faults.ts';
import { layerFaults } from './faults/layer-faults.ts';
import { copyLedger, type LedgerCopy, withFaults } from './faults/ledger-copy.ts';
import { ledgerFaults } from './faults/ledger-faults.ts';
import { logFaults } from './faults/log-faults.ts';
import { findPlainRequests } from './faults/plain-requests.ts';
import { proofFaults } from './faults/proof-faults.ts';
import { sumFaults } from './faults/sum-faults.ts';
import { providerFaults } from './faults/provider-faults.ts';
import type { RunView } from './faults/signal.ts';
import { decodeText, isRewritable, readTable, type SourceTable } from './faults/source-table.ts';
import { withEvidence } from '../period/with-evidence.ts';
import { makeOwnFolder } from '../host/own-folder.ts';
import type { FaultKindResult, FaultReport } from '../model/drill.ts';
import type { EvidenceFile } from '../model/evidence.ts';
import { finding, type Finding } from '../model/finding.ts';
import { delayInForce, inTransitFrom, judgedEndOf } from '../model/judged-end.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { Money } from '../model/money.ts';
import { openPriceBook } from '../model/price-book.ts';
import { UserError } from '../model/user-error.ts';
import { type RunSettings, withFacts } from '../period/period-facts.ts';
import { judgePeriod, periodNamed, validateLedger } from '../period/reconcile.ts';

/** Rows are changed as text in memory. */
const maxTextBytes = 300_000_000;
/** Of so many plain requests, one may be faulty in a run: the links of the period must hold. */
const requestsPerFault = 40;

export const faultKinds: readonly FaultKind[] = [
  ...providerFaults,
  ...logFaults,
  ...layerFaults,
  ...ledgerFaults,
  ...proofFaults,
  ...sumFaults,
  ...featureFaults,
];

export interface FaultRequest {
  /** Which requests are touched. */
  readonly seed: number;
  /** Empty = every kind. */
  readonly kinds: readonly string[];
}

/** Nothing outside `settings.temporaryRoot` is written. Throws when the period is unknown or too large to be held in memory. */
export async function injectFaults(root: string, periodId: string, request: FaultRequest, settings: RunSettings): Promise<FaultReport> {
  const { seed } = request;
  refuseUnknown(request.kinds);
  const { ledger, findings } = await validateLedger(root, settings.asOf);
  const none = { period: periodId, seed, kinds: [], plainRequests: 0, runs: 0 };
  if (ledger === null) return { ...none, findings };
  const period = periodNamed(ledger, periodId);
  const place = await makeOwnFolder(settings.temporaryRoot, 'faults');
  const folder = place.path;
  try {
    const copy = await copyLedger({ ledger, period, evidenceRoot: settings.evidenceRoot, folder });
    const bench = await openBench(copy, periodId, settings);
    const unreadable = bench.clean.findings.filter(({ severity }) => severity === 'inconclusive');
    if (bench.context === null || unreadable.length > 0) return { ...none, runs: 1, findings: unreadable };
    return await testBench(bench, bench.context, request);
  } finally {
    await place.remove();
  }
}

/** A copy, and what a run over it says without any fault. */
interface Bench {
  readonly copy: LedgerCopy;
  readonly run: () => Promise<RunView>;
  readonly clean: RunView;
  /** null when the copy could not be read. */
  readonly context: FaultContext | null;
}

async function openBench(copy: LedgerCopy, periodId: string, given: RunSettings): Promise<Bench> {
  const settings = { ...given, evidenceRoot: copy.evidenceRoot };
  const run = (): Promise<RunView> => runOnce(copy.root, periodId, settings);
  const clean = await run();
  const { ledger } = await validateLedger(copy.root, settings.asOf);
  const period = ledger?.periods.find(({ id }) => id === periodId);
  if (ledger === null || period === undefined) return { copy, run, clean, context: null };
  return { copy, run, clean, context: await contextOf({ copy, ledger, period, settings }) };
}

async function runOnce(root: string, periodId: string, settings: RunSettings): Promise<RunView> {
  const { ledger, findings } = await validateLedger(root, settings.asOf);
  const period = ledger?.periods.find(({ id }) => id === periodId);
  if (ledger === null || period === undefined) return { result: null, findings };
  const task = { ledger, findings, period, settings };
  const { judgement, result } = await withFacts(task, null, async (facts) => judgePeriod(task, facts));
  return { result, findings: judgement.findings };
}

interface Opened {
  readonly copy: LedgerCopy;
  readonly ledger: Ledger;
  readonly period: Period;
  readonly settings: RunSettings;
}

function contextOf(opened: Opened): Promise<FaultContext> {
  return withEvidence(opened, ({ files }) => contextFrom(opened, files));
}

async function contextFrom({ copy, ledger, period, settings }: Opened, files: readonly EvidenceFile[]): Promise<FaultContext> {
  const tables = await readTables(files);
  const judgedEnd = judgedEndOf(period, settings);
  const covered = inTransitFrom(period, judgedEnd, delayInForce(period, ledger.settings.policy));
  const settledEnd = covered < judgedEnd ? covered : judgedEnd;
  const { mappings, contract, snapshots } = ledger;
  const prices = openPriceBook(period, snapshots);
  const requests = findPlainRequests({ tables, period, settledEnd, mappings, prices });
  return { period, judgedEnd, contract, mappings, prices, tables, files, requests, texts: copy.texts };
}

/** Parquet has no text, one array no lines, and what a dialect writes is not written back: their rows are left as they are. */
async function readTables(files: readonly EvidenceFile[]): Promise<SourceTable[]> {
  const tables: SourceTable[] = [];
  let bytes = 0;
  for (const file of files.filter(({ container, format }) => (container === 'csv' || container === 'jsonl') && isRewritable(format))) {
    const text = decodeText(await readFile(file.path), file.compression);
    bytes += text.length;
    if (bytes > maxTextBytes)
      throw new UserError(
        `The evidence is larger than ${maxTextBytes} bytes of text.`,
        'Inject faults into a smaller period, or into a part of it kept as a ledger of its own.',
      );
    tables.push(readTable(file, file.format, text));
  }
  return tables;
}

async function testBench(bench: Bench, context: FaultContext, request: FaultRequest): Promise<FaultReport> {
  const { seed } = request;
  const period = context.period.id;
  const planned = planFaults(context, request);
  const plans = planned.filter((plan): plan is FaultPlan => 'injected' in plan);
  const limit = Math.max(1, Math.floor(context.requests.length / requestsPerFault));
  const detected = new Map<string, number>();
  let runs = 1;
  for (const group of groupPlans(plans, limit)) {
    const seen = await detect(bench, context, group);
    runs += 1;
    for (const plan of group) {
      // Another fault of the run may have covered this one: alone it has its fair trial.
      const isHidden = group.length > 1 && (seen.get(plan.kind) ?? 0) < plan.injected;
      const alone = isHidden ? await detect(bench, context, [plan]) : seen;
      if (isHidden) runs += 1;
      detected.set(plan.kind, alone.get(plan.kind) ?? 0);
    }
  }
  const kinds = planned.map((plan) => resultOf(plan, detected));
  const findings = kinds.filter((kind) => kind.detected < kind.injected).map((kind) => undetected(kind, period, seed));
  return { period, seed, kinds, plainRequests: context.requests.length, runs, findings };
}

function refuseUnknown(kinds: readonly string[]): void {
  const unknown = kinds.find((name) => faultKinds.every(({ kind }) => kind !== name));
  if (unknown === undefined) return;
  throw new UserError(`There is no kind of fault ${JSON.stringify(unknown)}.`, `Those there are: ${faultKinds.map(({ kind }) => kind).join(', ')}.`);
}

function planFaults(context: FaultContext, { seed, kinds }: FaultRequest): (FaultPlan | FaultNeed)[] {
  const random = seededRandom(seed);
  const taken = new Set<string>();
  // In a period of few requests the same ones are touched again, each time in a run of their own.
  const scarce = context.requests.length < requestsPerFault * faultKinds.length;
  const wanted = faultKinds.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  return wanted.map((kind) => {
    const plan = kind.plan(context, random, taken);
    if (!scarce && 'injected' in plan) for (const id of plan.requests) taken.add(id);
    return plan;
  });
}

/** Kind → how many of its faults the run shows. */
async function detect(bench: Bench, { tables }: FaultContext, plans: readonly FaultPlan[]): Promise<Map<string, number>> {
  const after = await withFaults(bench.copy, tables, plans, bench.run);
  return new Map(plans.map((plan) => [plan.kind, shownOf(plan, bench.clean, after)]));
}

function shownOf({ injected, signal }: FaultPlan, before: RunView, after: RunView): number {
  // Where so many links broke that the run refuses to judge, nothing is hidden.
  const refused = (view: RunView): boolean => view.findings.some(({ code }) => code === 'linkage-low' || code === 'coverage-low');
  if (refused(after) && !refused(before)) return injected;
  const moved = signal.moved(before, after);
  let shown = 0;
  while (shown < injected && moved.greaterThanOrEqualTo(new Money(shown + 1))) shown += 1;
  return shown;
}

function resultOf(plan: FaultPlan | FaultNeed, detected: ReadonlyMap<string, number>): FaultKindResult {
  if ('needs' in plan) return { kind: plan.kind, injected: 0, detected: 0, signal: '', needs: plan.needs };
  return { kind: plan.kind, injected: plan.injected, detected: detected.get(plan.kind) ?? 0, signal: plan.signal.words, needs: null };
}

function undetected({ kind, injected, detected, signal }: FaultKindResult, period: string, seed: number): Finding {
  const args = { kind, period, signal, seed: String(seed), injected: String(injected), detected: String(detected) };
  return finding('fault-undetected', 'fail', { args, count: injected - detected });
}

/** A run holds at most `limit` faults on rows: with more, the links of a small period would break down. */
export function groupPlans(plans: readonly FaultPlan[], limit: number): FaultPlan[][] {
  const groups: FaultPlan[][] = [];
  for (const plan of plans) {
    const home = groups.find((group) => fits(plan, group) && sizeOf(group) + plan.injected <= limit);
    if (home === undefined) groups.push([plan]);
    else home.push(plan);
  }
  return groups;
}

function sizeOf(group: readonly FaultPlan[]): number {
  return group.reduce((sum, { injected }) => sum + injected, 0);
}

function fits(plan: FaultPlan, group: readonly FaultPlan[]): boolean {
  return group.every((other) => !disturbs(plan, other) && !disturbs(other, plan));
}

function disturbs(one: FaultPlan, other: FaultPlan): boolean {
  if (one.disturbs === 'everything') return true;
  return [...one.signal.watches, ...one.disturbs].some((key) => other.signal.watches.includes(key));
}
