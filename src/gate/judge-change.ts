/** Judges what a change does to one ledger: data of head by the rules of base, what head's own rules would say, and which of its edits are looser. */
import { compareLedgers, type LedgerChange } from './compare/compare-ledgers.ts';
import type { MovedFiles } from './compare/period-rules.ts';
import { priceArrivals } from './compare/price-arrivals.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { GateLedger, GatePeriod, GateVerdict, PolicyEdit, RuleChange, RuleDirection } from '../model/gate.ts';
import { inLanes } from '../model/lanes.ts';
import type { Ledger, Period, UnreadPeriod } from '../model/ledger.ts';
import type { Policy, RuleSetting } from '../model/policy.ts';
import { validateLedger } from '../period/reconcile.ts';
import { periodsAtOnce } from '../period/turns.ts';
import { type BaseState, type LedgerPlace, readBaseLedger } from './base-ledgers.ts';
import { evidenceFolder } from './gate-options.ts';
import { computeEffects } from './effects.ts';
import { type BaseReading, begunPeriods, besideBefore, type LedgerTask, runAsIs, runUnderBase } from './run-periods.ts';
import { settledFindings, verdictOver, weighsOn } from '../policy/weigh-ledger.ts';
import { folderAround } from '../model/layout.ts';
import { newTerms } from './compare/new-periods.ts';
import type { RuleEdit } from './compare/rule-edits.ts';
import { ruleDirection } from '../policy/rule-direction.ts';

/** A ledger of head beside the one that it was in base. */
export interface ChangedLedger {
  readonly place: LedgerPlace;
  readonly base: LedgerPlace | null;
  /** Files that bear on the ledger and differ from base's, relative to it. */
  readonly changedPaths: readonly string[];
  /** Files that base has and head does not, with those of the same content. */
  readonly moved: MovedFiles;
}

/** Nothing of the ledger was touched. */
export function untouched({ folder, id }: LedgerPlace): GateLedger {
  return { path: folder, id, verdict: 'not-applicable', publish: 'restricted', findings: [], periods: [], edits: [], effects: [], prices: [], notes: [] };
}

/** What is said of a period that was to be judged and cannot be. */
export function unreadNote({ id }: UnreadPeriod): string {
  return `period ${id} cannot be read and was not judged`;
}

/** A ledger of base that head no longer has. */
export function removedLedger({ folder, id }: LedgerPlace): GateLedger {
  const findings = [finding('ledger-removed', 'fail', { args: { ledger: id ?? folder } })];
  return { ...untouched({ folder, id }), verdict: 'fail', findings };
}

/** A ledger that cannot be read, with everything that is wrong with it. */
export function unreadable({ folder, id }: LedgerPlace, findings: readonly Finding[]): GateLedger {
  return { ...untouched({ folder, id }), verdict: 'inconclusive', findings };
}

/** Judges a ledger that could be read against `state`, the base commit. */
export async function judgeChange(task: LedgerTask, changed: ChangedLedger, state: BaseState): Promise<GateLedger> {
  const before = changed.base === null ? null : await readBefore(task, changed.base, state);
  if (before === null) return judgeWithoutBase(task, changed);
  const change = compareLedgers(before.ledger, task.ledger, changed);
  const periods = await runChange(task, before, change);
  const removed = change.removed.map((period) => finding('period-removed', 'fail', { args: { period } }));
  const { effects, leftOut } = await computeEffects(task, before);
  const weighed = weighEdits(change.edits, before.ledger.settings.policy, task.ledger.settings.policy);
  const weighing = task.findings.filter((found) => weighsIn(found, task, change.touched, changed.changedPaths));
  const unread = task.ledger.unreadPeriods.filter(({ folder }) => changed.changedPaths.some((path) => path.startsWith(`${folder}/`)));
  const unreadBefore = before.ledger.unreadPeriods.filter(({ id }) => change.touched.includes(id)).map(({ id }) => baseUnreadable(task, id));
  const findings = [
    ...settledFindings([...weighing, ...weighed.findings, ...newPeriodFindings(before.ledger, task.ledger)], before.ledger.settings.policy.rules),
    ...removed,
    ...unreadBefore,
  ];
  return {
    path: task.folder,
    id: task.ledger.settings.id,
    verdict: verdictOf(findings, periods, { ...change, unread }),
    publish: before.ledger.settings.publish,
    findings,
    periods,
    edits: weighed.edits,
    effects,
    prices: priceArrivals(before.ledger, task.ledger, change.touched),
    notes: [...notesOf(task, changed, leftOut), ...unread.map(unreadNote)],
  };
}

async function readBefore(task: LedgerTask, base: LedgerPlace, state: BaseState): Promise<BaseReading | null> {
  const { temporaryRoot, asOf } = task.options;
  const { ledger, findings } = await readBaseLedger(state, base, temporaryRoot, (root) => validateLedger(root, asOf));
  return ledger === null ? null : { ledger, findings };
}

/** The periods whose data differ decide; a change of nothing but rules is shown on every open period and decides nothing. */
async function runChange(task: LedgerTask, base: BaseReading, change: LedgerChange): Promise<GatePeriod[]> {
  const decides = change.touched.length > 0;
  const shown = decides ? task.ledger.periods.filter(({ id }) => change.touched.includes(id)) : begunPeriods(task);
  if (!decides && change.edits.length === 0) return [];
  const run = (period: Period) => (change.edits.length === 0 ? runAsIs(task, period) : runUnderBase(task, base, period, { decides }));
  return besideBefore(task, await inLanes(shown, periodsAtOnce, run));
}

/** A ledger that is new, or whose base cannot be read, has no other rules than its own. */
async function judgeWithoutBase(task: LedgerTask, changed: ChangedLedger): Promise<GateLedger> {
  const rules: Readonly<Record<string, RuleSetting>> = task.ledger.settings.policy.rules;
  const unread = changed.base === null ? [] : [baseUnreadable(task, null)];
  const periods = await besideBefore(task, await inLanes(task.ledger.periods, periodsAtOnce, (period) => runAsIs(task, period)));
  const findings = [...settledFindings(task.findings, rules), ...unread];
  const isNew = changed.base === null ? ['the ledger is new and judged by its own rules'] : [];
  return {
    ...untouched(changed.place),
    id: task.ledger.settings.id,
    verdict: verdictOver(findings, periods, task.ledger.unreadPeriods),
    findings,
    periods,
    notes: [...isNew, ...notesOf(task, changed, 0), ...task.ledger.unreadPeriods.map(unreadNote)],
  };
}

/** `period`: null where nothing of the ledger can be read. */
function baseUnreadable({ ledger }: LedgerTask, period: string | null): Finding {
  return finding('base-unreadable', 'warn', { args: { ledger: ledger.settings.id, ...(period === null ? {} : { period }) } });
}

/** Findings in the folder of a period or drill that the change leaves alone were there before. */
function weighsIn(found: Finding, { ledger }: LedgerTask, touched: readonly string[], changedPaths: readonly string[]): boolean {
  const folder = folderAround(found.source?.file ?? '');
  const periods = ledger.periods.filter(({ id }) => touched.includes(id));
  return weighsOn(found, periods) || (folder !== null && changedPaths.some((path) => path.startsWith(`${folder}/`)));
}

/** Without a period that decides: valid or not; nothing to judge when no rule is edited either. */
function verdictOf(
  findings: readonly Finding[],
  periods: readonly GatePeriod[],
  change: LedgerChange & { readonly unread: readonly UnreadPeriod[] },
): GateVerdict {
  const verdict = verdictOver(findings, periods, change.unread);
  return verdict === 'pass' && change.touched.length === 0 && change.edits.length === 0 ? 'not-applicable' : verdict;
}

function notesOf({ options }: LedgerTask, { place, base }: ChangedLedger, leftOut: number): string[] {
  return [
    ...(base !== null && base.folder !== place.folder ? ['the ledger was moved'] : []),
    ...(options.evidenceRoot === null || evidenceFolder(options) !== null ? [] : ['evidence outside of the repository is not compared with base']),
    ...(leftOut === 0 ? [] : [`the effect of an edit on a period was left out ${leftOut} times, to bound the time of the run`]),
  ];
}

/** Of one file; the rest is counted. */
const mostChanges = 200;
const mostFindings = 50;
/** Keys that a finding names. */
const mostKeys = 5;

/** Names of models may be long, and a key holds several. */
const longestKey = 300;

const order: readonly RuleDirection[] = ['loosened', 'changed', 'tightened', 'neutral'];

export interface WeighedEdits {
  readonly edits: readonly PolicyEdit[];
  readonly findings: readonly Finding[];
}

/** `base` and `head` are the policies on either side. */
export function weighEdits(edits: readonly RuleEdit[], base: Policy, head: Policy): WeighedEdits {
  const weighed = edits.map(({ file, what, differences }) => {
    const changes = differences
      .map((difference): RuleChange => ({
        key: difference.path.join('.').slice(0, longestKey),
        before: difference.before,
        after: difference.after,
        direction: ruleDirection(file, difference, { base, head }),
      }))
      .toSorted((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction));
    return { file, what, changes };
  });
  return {
    edits: weighed.map(({ file, what, changes }) => ({ file, what, changes: changes.slice(0, mostChanges), more: Math.max(0, changes.length - mostChanges) })),
    findings: weighed.flatMap(({ file, changes }) => [
      ...loosened(
        file,
        changes.filter(({ direction }) => direction === 'loosened'),
      ),
      ...changed(
        file,
        changes.filter(({ direction }) => direction === 'changed'),
      ),
    ]),
  };
}

/** A new period has no rules in base: what it says otherwise than base's periods is for reviewers, and only said where policy allows it. */
function newPeriodFindings(base: Ledger, head: Ledger): Finding[] {
  return newTerms(base, head).map(({ period, file, term, value, before, allowed }) =>
    finding('new-period-terms', allowed ? 'info' : 'warn', {
      args: { period, term, value: value.slice(0, longestKey), before: before.slice(0, longestKey) },
      source: { file, line: 0, column: 0 },
    }),
  );
}

/** Each by itself, old and new; the last one that is said counts those beyond. */
function loosened(file: string, changes: readonly RuleChange[]): Finding[] {
  const beyond = Math.max(0, changes.length - mostFindings);
  return changes.slice(0, mostFindings).map(({ key, before, after }, index) =>
    finding('rules-loosened', 'warn', {
      count: index === mostFindings - 1 ? 1 + beyond : 1,
      args: { file, key, before: before ?? 'nothing', after: after ?? 'nothing' },
      source: { file, line: 0, column: 0 },
    }),
  );
}

/** A format has many words, and none of them says by itself what it does to the money: they are one finding. */
function changed(file: string, changes: readonly RuleChange[]): Finding[] {
  if (changes.length === 0) return [];
  const keys = changes.slice(0, mostKeys).map(({ key }) => key);
  const beyond = changes.length - keys.length;
  const args = { file, keys: [...keys, ...(beyond === 0 ? [] : [`${beyond} more`])].join(', ') };
  return [finding('rules-changed', 'warn', { count: changes.length, args, source: { file, line: 0, column: 0 } })];
}
