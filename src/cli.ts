#!/usr/bin/env node
/** The command line: arguments in, text out, exit code 0 pass or warn, 1 fail, 2 inconclusive, 64 wrong arguments, 70 a bug. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './cli/audit.ts';
import { addCloseCommand } from './cli/close.ts';
import type { CommandContext } from './cli/command-context.ts';
import { addDrillCommand } from './cli/drill.ts';
import { addFreezeCommand } from './cli/freeze.ts';
import { addInitCommand } from './cli/init.ts';
import { addPeriodCommand } from './cli/period.ts';
import { addReconcileCommand } from './cli/reconcile.ts';
import { addReopenCommand } from './cli/reopen.ts';
import { asOfOption, evidenceRootOption, ledgerOption, memoryOption, type ProgressLine, type RunFlags, runSettings } from './cli/run-flags.ts';
import { addVerifyCommand } from './cli/verify.ts';
import { defaultMemory } from './host/default-memory.ts';
import { bearClosedPipes, stopCleanly } from './host/stop-cleanly.ts';
import { ledgerSchemas } from './ledger/file-kinds.ts';
import { importRunbook } from './ledger/new/import/import-runbook.ts';
import { findSharedPlaceholders } from './ledger/shared-placeholders.ts';
import { systemFailure } from './model/system-failure.ts';
import { toolVersion } from './model/tool-version.ts';
import { UserError } from './model/user-error.ts';
import { exitCodeOf } from './model/verdict.ts';
import { explainRequest, validateLedger } from './period/reconcile.ts';
import { verdictOfFindings } from './policy/weigh-ledger.ts';
import { renderExplanation } from './report/render-explanation.ts';
import { renderFindings } from './report/render-findings.ts';
import { resultJsonSchema } from './model/result.ts';

const shared: Omit<CommandContext, 'finish'> = {
  print,
  today,
  colour: process.stdout.isTTY && !process.env['NO_COLOR'] ? 'ansi' : 'plain',
  toolVersion,
  temporaryRoot: tmpdir(),
  memoryBytes: defaultMemory,
  environment: process.env,
};

function build(finish: (code: number) => void): Command {
  const context: CommandContext = { ...shared, finish };
  const program = new Command('trueup')
    .description('Reconciles LLM API spend, exactly, from a ledger kept in a git repository.')
    .version(toolVersion)
    .exitOverride()
    .showHelpAfterError('(--help shows what is possible)');

  addInitCommand(program, context);
  addPeriodCommand(program, context);

  program
    .command('validate')
    .description('check every file of the ledger, and owners and workflows for placeholders; no engine, no evidence, no network')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .action(async (options: { ledger: string; asOf?: string }) => {
      const ledger = resolve(options.ledger);
      const findings = [...(await validateLedger(ledger, options.asOf ?? today())).findings, ...(await findSharedPlaceholders(ledger))];
      print(renderFindings(findings, context.colour));
      finish(exitCodeOf(verdictOfFindings(findings)));
    });

  addReconcileCommand(program, context, progressLine());

  program
    .command('explain')
    .description('show one request in every layer: rows, price, formula, rounding, step and why')
    .argument('<period>', 'id of the period')
    .argument('<request_id>', 'id of the request')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .addOption(memoryOption())
    .action(async (period: string, requestId: string, options: RunFlags & { readonly ledger: string }) => {
      const settings = runSettings(options, context, progressLine().show);
      const explanation = await explainRequest({ ...settings, ledgerRoot: resolve(options.ledger), out: '', periods: [period] }, requestId);
      print(renderExplanation(explanation, context.colour));
      finish(explanation.trace === null || explanation.trace.rows.length === 0 ? 2 : 0);
    });

  addFreezeCommand(program, context);
  addCloseCommand(program, context);
  addReopenCommand(program, context);
  addVerifyCommand(program, context);
  addAuditCommand(program, context);
  addDrillCommand(program, context);

  program
    .command('import')
    .description("turn the runbook's JSON into a ledger")
    .argument('<file>', 'JSON with reconciliation_period, pricing_snapshot, usage_rows and controls')
    .option('--out <folder>', 'a folder that does not exist yet or is empty', 'ledger')
    .action(async (file: string, options: { out: string }) => {
      const { written, findings } = await importRunbook(resolve(file), resolve(options.out));
      print(
        `${written.length === 0 ? 'Nothing was written.' : `Wrote to ${options.out}:\n${written.map((name) => `  ${name}`).join('\n')}`}\n\n${renderFindings(findings, context.colour)}`,
      );
      finish(exitCodeOf(verdictOfFindings(findings)));
    });

  program
    .command('schema')
    .description('write the JSON Schemas of the ledger files and of result.json')
    .option('--out <folder>', 'where to write them', 'schema')
    .action(async (options: { out: string }) => {
      await mkdir(options.out, { recursive: true });
      const schemas = Object.entries(ledgerSchemas()).map(([kind, schema]) => [kind, `${JSON.stringify(schema, null, 2)}\n`] as const);
      for (const [kind, text] of [...schemas, ['result', resultJsonSchema()] as const]) await writeFile(join(options.out, `${kind}.schema.json`), text);
      print(`Wrote ${schemas.length + 1} schemas to ${options.out}.\n`);
      finish(0);
    });

  return program;
}

/** One line on a terminal that says what is going on and how fast; nothing in a pipe. */
function progressLine(): ProgressLine {
  if (!process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const started = performance.now();
  return {
    show: (period, { stage, rows }) => {
      const seconds = (performance.now() - started) / 1000;
      const rate = seconds > 0.2 ? `, ${Math.round(rows / seconds).toLocaleString('en')} rows/s` : '';
      process.stderr.write(`\r\u001b[K${period}: ${stage}, ${rows.toLocaleString('en')} rows${rate}`);
    },
    clear: () => process.stderr.write('\r\u001b[K'),
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function print(text: string): void {
  process.stdout.write(text);
}

function complain(sentence: string, remedy: string): void {
  process.stderr.write(`trueup: ${sentence}\n  ${remedy}\n`);
}

async function main(): Promise<number> {
  let code = 0;
  try {
    await build((next) => (code = next)).parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    const known = error instanceof UserError ? error : systemFailure(error);
    if (known !== null) {
      complain(known.message, known.remedy);
      return 2;
    }
    process.stderr.write(`trueup: a bug, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 70;
  }
}

stopCleanly(complain);
bearClosedPipes(complain);
process.exitCode = await main();
