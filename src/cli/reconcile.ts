/** `trueup reconcile`: judges periods as they are, or a change against the commit that it would be merged into. */
import { relative, resolve, sep } from 'node:path';
import { type Command, Option } from 'commander';
import {
  asOfOption,
  type CommandContext,
  day,
  evidenceRootOption,
  ledgerOption,
  memoryOption,
  type ProgressLine,
  reporting,
  type RunFlags,
  runSettings,
  type SayFlags,
} from './run-flags.ts';
import { openTimings } from './timings.ts';
import { addClusterOptions, type ClusterFlags, clusterOf } from './cluster-flags.ts';
import type { Clock } from '../capture/ask-host.ts';
import type { GateOptions } from '../gate/gate-options.ts';
import { judgeGate } from '../gate/judge-gate.ts';
import { openPast } from '../host/git/git-past.ts';
import { type History, openHistory } from '../host/git/history.ts';
import type { BaseTree, Checkout } from '../model/base-tree.ts';
import type { GateReport, GateVerdict } from '../model/gate.ts';
import { ledgerMark, pathIn } from '../model/layout.ts';
import { UserError } from '../model/user-error.ts';
import type { RunSettings } from '../period/period-facts.ts';
import { reconcileLedger } from '../period/reconcile.ts';
import { commentBudget, renderComment, renderSummary, summaryBudget } from '../report/render-comment.ts';
import { renderFindings } from '../report/render-findings.ts';
import { renderGateTerminal } from '../report/render-gate-terminal.ts';
import { type Detail, renderTerminal } from '../report/render-terminal.ts';
import { serializeGateReport } from '../report/assemble-gate.ts';
import { renderTimings } from '../report/render-timings.ts';
import { exitCodeOf } from '../model/verdict.ts';

interface ReconcileFlags extends RunFlags, SayFlags, ClusterFlags {
  readonly ledger: string;
  readonly out: string;
  readonly links?: string;
  readonly render: 'terminal' | 'report' | 'comment' | 'summary';
  readonly timings?: true;
  readonly failOn: 'fail' | 'warn' | 'never';
}

/** What `reconcile` needs of its caller beside the values of every command. */
export interface ReconcileCaller {
  readonly complain: (text: string) => void;
  readonly progress: ProgressLine;
  readonly clock: Clock;
}

export function addReconcileCommand(program: Command, context: CommandContext, { complain, progress, clock }: ReconcileCaller): void {
  const command = program
    .command('reconcile')
    .description('reconcile periods and write result.json, report.md, manifest.json and the lines')
    .argument('[period...]', 'ids of periods (default: every period that is not closed)')
    .addOption(ledgerOption())
    .option('--base <commit>', 'judge what the checkout changes against this commit, by its rules')
    .option('--out <folder>', 'where to write <period>/', '.trueup')
    .addOption(asOfOption())
    .option('--through <day>', 'judge up to and including this UTC day, as stage usage', day)
    .addOption(evidenceRootOption())
    .addOption(new Option('--lines <format>', 'write every line, as Parquet or as CSV beside it').choices(['parquet', 'csv']))
    .addOption(memoryOption())
    .option('--timings', 'say on standard error what each stage took, in seconds and rows')
    .addOption(
      new Option('--render <view>', 'what to print: the terminal view, or as Markdown the report, the comment or the summary')
        .choices(['terminal', 'report', 'comment', 'summary'])
        .default('terminal'),
    )
    .option('--links <address>', 'address of the repository on its host, so that places in comment and summary are links')
    .addOption(new Option('--fail-on <verdict>', 'exit 1 on this verdict; inconclusive always exits 2').choices(['fail', 'warn', 'never']).default('fail'));
  reporting(addClusterOptions(command)).action(async (periods: string[], flags: ReconcileFlags) => {
    const asGate = flags.json === true || flags.base !== undefined || flags.render === 'comment' || flags.render === 'summary';
    const timings = flags.timings === true ? openTimings(clock.now, progress.show) : null;
    const line = timings === null ? progress : { ...progress, show: timings.show };
    const settings = { ...runSettings(flags, context, line.show), wide: await clusterOf(flags, context, clock) };
    const run = { settings, clear: line.clear };
    const verdict = asGate ? await judge(periods, flags, context, run) : await reconcile(periods, flags, context, run);
    if (timings !== null) complain(renderTimings(timings.stages(), timings.whole()));
    context.finish(exitCodeOf(verdict, flags.failOn));
  });
}

interface Run {
  readonly settings: RunSettings;
  /** Takes the line of progress away. */
  readonly clear: () => void;
}

async function reconcile(periods: readonly string[], flags: ReconcileFlags, context: CommandContext, { settings, clear }: Run): Promise<GateVerdict> {
  const { print, screen } = context;
  const run = await reconcileLedger({ ...settings, ledgerRoot: resolve(flags.ledger), out: flags.out, periods });
  clear();
  if (run.periods.length === 0 && run.unread.length === 0) print(renderFindings(run.findings, screen));
  for (const { period, findings } of run.unread)
    print(`${period.id}: inconclusive, a file of the period cannot be read\n\n${renderFindings(findings, screen)}\n`);
  const detail = detailOf(flags);
  for (const { result, judgement, before, report, folder } of run.periods) {
    const view = () => renderTerminal({ result, findings: judgement.findings, before }, detail, screen);
    print(flags.render === 'report' ? report : detail === 'line' ? view() : `${view()}\nWrote ${folder}\n`);
  }
  return run.verdict;
}

function detailOf({ quiet, verbose }: ReconcileFlags): Detail {
  if (quiet === true) return 'line';
  return verbose === true ? 'all' : 'screen';
}

async function judge(periods: readonly string[], flags: ReconcileFlags, context: CommandContext, { settings, clear }: Run): Promise<GateVerdict> {
  if (flags.base !== undefined && periods.length > 0) {
    throw new UserError('The change itself says which periods are judged against --base.', 'Name either periods or --base.');
  }
  if (flags.base !== undefined && flags.render === 'report') {
    throw new UserError('A report is about one period.', 'Render the comment or the summary of a change, or read report.md in the output folder.');
  }
  const root = resolve(flags.ledger);
  const report = await judgeGate({
    ...settings,
    ...(await placeOf(root, flags, context)),
    out: resolve(flags.out),
    workspace: resolve('.'),
    ...(flags.base === undefined && { subject: periods.length === 0 ? { mode: 'open' as const } : { mode: 'named' as const, periods } }),
  });
  clear();
  context.print(viewOf(report, flags, context));
  return report.verdict;
}

/** The very bytes that the Action posts, without the marker by which it finds its own comment again. */
function viewOf(report: GateReport, flags: ReconcileFlags, { screen }: CommandContext): string {
  const { checkout } = report.commits;
  const links = flags.links === undefined || checkout === null ? null : { repository: flags.links.replace(/\/+$/, ''), commit: checkout };
  if (flags.json === true) return serializeGateReport(report);
  if (flags.render === 'comment') return renderComment(report, { visibility: 'private', marker: null, links, budget: commentBudget });
  if (flags.render === 'summary') return renderSummary(report, { visibility: 'private', links, budget: summaryBudget });
  return renderGateTerminal(report, detailOf(flags), screen);
}

type Place = Pick<GateOptions, 'checkout' | 'ledgers' | 'head' | 'subject' | 'past'>;

async function placeOf(root: string, { base }: ReconcileFlags, { environment }: CommandContext): Promise<Place> {
  const history = await openHistory(root, environment);
  if (base === undefined) return { ...alone(history?.root ?? root, root), head: null, subject: { mode: 'open' } };
  if (history === null) throw new UserError(`${root} is in no git repository, so that there is no commit to judge against.`, 'Leave --base out.');
  const tree = await treeOf(history, base);
  const checkout = await history.checkout();
  const past = { past: openPast(history.root, environment), parent: null, recompute: 'added', readApproval: null, notes: [] } as const;
  return { checkout, ledgers: [folderIn(history.root, root)], head: checkout.commit, subject: { mode: 'change', base: tree }, past };
}

async function treeOf(history: History, base: string): Promise<BaseTree> {
  const commit = await history.resolve(base);
  const tree = commit === null ? null : await history.tree(commit);
  if (tree !== null) return tree;
  throw new UserError(`The commit ${JSON.stringify(base)} is not in this clone.`, 'Correct its name, or fetch it first; nothing is fetched here.');
}

/** A ledger that is judged as it stands needs nothing of git but its place in the repository. */
function alone(repository: string, root: string): Pick<Place, 'checkout' | 'ledgers'> {
  const folder = folderIn(repository, root);
  const path = pathIn(folder, ledgerMark);
  const checkout: Checkout = { root: repository, commit: null, files: [{ path, mode: '100644', blob: null, tracked: true }] };
  return { checkout, ledgers: [folder] };
}

function folderIn(repository: string, root: string): string {
  const path = relative(repository, root).split(sep).join('/');
  return path === '' ? '.' : path;
}
