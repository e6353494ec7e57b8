/** `trueup trend`: how the months of a ledger compare, as a table, as CSV or JSON, as a picture and as a badge. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openHistory } from '../host/git/history.ts';
import { readBlob } from '../host/git/git-tree.ts';
import { monthsOf } from '../period/months-of.ts';
import { renderFindings } from '../report/render-findings.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { badgeOf, serializeBadge } from '../report/trend/badge.ts';
import { renderTrend } from '../report/trend/render-trend.ts';
import { trendCsv } from '../report/trend/trend-csv.ts';
import { trendDocument } from '../report/trend/trend-document.ts';
import { trendSvg } from '../report/trend/trend-svg.ts';
import {
  asOfOption,
  type CommandContext,
  evidenceRootOption,
  ledgerOption,
  memoryOption,
  type ProgressLine,
  reporting,
  type RunFlags,
  runSettings,
  say,
  type SayFlags,
} from './run-flags.ts';

interface TrendFlags extends RunFlags, SayFlags {
  readonly csv?: true;
  readonly svg?: string;
  readonly badge?: string;
}

export function addTrendCommand(program: Command, context: CommandContext, progress: ProgressLine): void {
  reporting(
    program
      .command('trend')
      .description('compare the periods: unexplained basis points, retries, cost per request and spend by model')
      .addOption(ledgerOption())
      .addOption(new Option('--csv', 'print it as CSV, a row for each figure').conflicts(['json', 'quiet']))
      .option('--svg <file>', 'draw the unexplained basis points into this file')
      .option('--badge <file>', 'write the last period as a badge, in the form of a shields.io endpoint')
      .addOption(asOfOption())
      .addOption(evidenceRootOption())
      .addOption(memoryOption()),
  ).action(async (flags: TrendFlags) => {
    const settings = runSettings(flags, context, progress.show);
    const ledgerRoot = resolve(flags.ledger);
    const history = await openHistory(ledgerRoot, context.environment);
    const read = async (id: string) => (history === null ? null : readBlob(history.root, context.environment, id));
    const { ledger, findings, months, unread } = await monthsOf({ ...settings, ledgerRoot, readBlob: read });
    progress.clear();
    if (ledger === null) {
      context.print(renderFindings(findings, context.screen));
      context.finish(2);
      return;
    }
    const document = trendDocument({ toolVersion: settings.toolVersion, asOf: settings.asOf, ledger: ledger.settings.id, months, unread });
    if (flags.svg !== undefined) await writeFile(flags.svg, scrubSecrets(trendSvg(document)));
    if (flags.badge !== undefined) await writeFile(flags.badge, scrubSecrets(serializeBadge(badgeOf(document))));
    say(context, flags, {
      document: () => document,
      text: () => scrubSecrets(flags.csv ? trendCsv(document) : renderTrend(document, context.screen)),
      brief: () => badgeOf(document).message,
    });
  });
}
