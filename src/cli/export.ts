/** `trueup export`: one period in the form of another program. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { exportPeriod } from '../period/export-period.ts';
import { exporters } from '../report/exports/exporters.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, type CommandContext, evidenceRootOption, ledgerOption, memoryOption, type ProgressLine, type RunFlags, runSettings } from './run-flags.ts';

interface ExportFlags extends RunFlags {
  readonly out: string;
}

export function addExportCommand(program: Command, context: CommandContext, progress: ProgressLine): void {
  const kinds = new Argument('<kind>', exporters.map(({ kind, description }) => `${kind}: ${description}`).join('; ')).choices(
    exporters.map(({ kind }) => kind),
  );
  program
    .command('export')
    .description('judge one period and write it in the form of another program')
    .argument('<period>', 'id of the period')
    .addArgument(kinds)
    .addOption(ledgerOption())
    .option('--out <folder>', 'where to write it', '.trueup')
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .addOption(memoryOption())
    .action(async (period: string, kind: string, flags: ExportFlags) => {
      const exporter = exporters.find((one) => one.kind === kind);
      if (exporter === undefined) throw new Error(`there is no exporter ${kind}`);
      const settings = runSettings(flags, context, progress.show);
      const { files, findings } = await exportPeriod({ ...settings, ledgerRoot: resolve(flags.ledger), out: flags.out, periods: [period] }, exporter);
      progress.clear();
      context.print(files.length === 0 ? renderFindings(findings, context.screen) : files.map((file) => `Wrote ${file}\n`).join(''));
      context.finish(files.length === 0 ? 2 : 0);
    });
}
