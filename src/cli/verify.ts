/** `trueup verify`: checks every lock, every close and their chain; with --rerun recomputes every closed period. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openHistory } from '../host/git/history.ts';
import { readBlob } from '../host/git/git-tree.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import { verdictOfFindings } from '../policy/weigh-ledger.ts';
import { verifyLedger, type VerifiedPeriod } from '../period/verify-ledger.ts';
import {
  asOfOption,
  briefOf,
  type CommandContext,
  evidenceRootOption,
  exitCodeFor,
  ledgerOption,
  type RunFlags,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

export function addVerifyCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('verify')
      .description('check every lock, every close and their chain; no engine, no network')
      .option('--rerun', 'recompute every closed period from the files that its close names, out of git where the tree has moved on')
      .addOption(ledgerOption())
      .addOption(asOfOption())
      .addOption(evidenceRootOption()),
  ).action(async (flags: RunFlags & { readonly rerun?: true }) => {
    const settings = { ...runSettings(flags, context), programSha256: context.programSha256() };
    const ledgerRoot = resolve(flags.ledger);
    const history = flags.rerun ? await openHistory(ledgerRoot, context.environment) : null;
    const read = async (id: string) => (history === null ? null : readBlob(history.root, context.environment, id));
    const rerun = flags.rerun ? { settings, readBlob: read } : null;
    const { findings, periods } = await verifyLedger({ ledgerRoot, evidenceRoot: settings.evidenceRoot, asOf: settings.asOf, rerun });
    say(context, flags, {
      document: () => ({ schema: 'trueup.verify/1', verdict: verdictOfFindings(findings), periods, findings: findingDocuments(findings) }),
      text: () => `${periods.map(periodLine).join('')}\n${renderFindings(findings, context.screen)}`,
      brief: () => briefOf(findings),
    });
    context.finish(exitCodeFor(findings));
  });
}

const rerunWords: Readonly<Record<VerifiedPeriod['rerun'], string>> = {
  'not-asked': '',
  confirmed: ', recomputed to the same result',
  'not-confirmed': ', not confirmed by the recomputation',
};

/** A result that another program comes to is worth no less; whoever asks which one it was is told. */
const programWords: Readonly<Record<VerifiedPeriod['program'], string>> = {
  same: '',
  other: ', by another program than the one that closed it',
  unknown: '',
};

function periodLine({ id, state, closes, files, rerun, program }: VerifiedPeriod): string {
  const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  if (state === 'unread') return `${id}: not verified, a file of the period cannot be read\n`;
  if (state === 'open') return `${id}: open, not frozen\n`;
  // A close names its files; none are left when it cannot be trusted.
  if (state === 'closed' && files === 0) return `${id}: closed, by a close that cannot be trusted\n`;
  const what = state === 'closed' ? `closed, ${many(closes, 'close')}, ${many(files, 'file')} in the one in force` : `frozen, ${many(files, 'file')}`;
  return `${id}: ${what}${rerunWords[rerun]}${rerun === 'not-asked' ? '' : programWords[program]}\n`;
}
