/** `trueup export`: one period in the form of another program. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { exportPeriod } from '../period/export-period.ts';
import { writePacket } from '../period/write-packet.ts';
import { exporters } from '../report/exports/exporters.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import {
  asOfOption,
  briefOf,
  type CommandContext,
  evidenceRootOption,
  ledgerOption,
  memoryOption,
  type ProgressLine,
  type RunFlags,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

interface ExportFlags extends RunFlags {
  readonly out: string;
}

/** No file but a folder, which holds what the other kinds write as well. */
const packet = { kind: 'packet', description: "the auditor's packet: a folder with all that the result rests on, and a script that computes it again" };

export function addExportCommand(program: Command, context: CommandContext, progress: ProgressLine): void {
  const described = [...exporters, packet];
  const kinds = new Argument('<kind>', described.map(({ kind, description }) => `${kind}: ${description}`).join('; ')).choices(
    described.map(({ kind }) => kind),
  );
  reporting(
    program
      .command('export')
      .description('judge one period and write it in the form of another program')
      .argument('<period>', 'id of the period')
      .addArgument(kinds)
      .addOption(ledgerOption())
      .option('--out <folder>', 'where to write it', '.trueup')
      .addOption(asOfOption())
      .addOption(evidenceRootOption())
      .addOption(memoryOption()),
  ).action(async (period: string, kind: string, flags: ExportFlags) => {
    const settings = runSettings(flags, context, progress.show);
    const options = { ...settings, ledgerRoot: resolve(flags.ledger), out: flags.out, periods: [period] };
    const exporter = exporters.find((one) => one.kind === kind);
    const { verdict, files, findings } =
      exporter === undefined ? await writePacket({ ...options, environment: context.environment }) : await exportPeriod(options, exporter);
    progress.clear();
    say(context, flags, {
      document: () => ({ schema: 'trueup.export/1', period, kind, verdict, written: files, findings: findingDocuments(findings) }),
      text: () => (files.length === 0 ? renderFindings(findings, context.screen) : files.map((file) => `Wrote ${file}\n`).join('')),
      brief: () => (files.length === 0 ? briefOf(findings) : ''),
    });
    context.finish(files.length === 0 ? 2 : 0);
  });
}
