#!/usr/bin/env node
/** The command line: arguments in, text out, exit code 0 pass or warn, 1 fail, 2 inconclusive, 64 wrong arguments, 70 a bug. */
import { tmpdir } from 'node:os';
import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './cli/audit.ts';
import { addCloseCommand } from './cli/close.ts';
import type { CommandContext } from './cli/command-context.ts';
import { addDrillCommand } from './cli/drill.ts';
import { addExplainCommand } from './cli/explain.ts';
import { addFreezeCommand } from './cli/freeze.ts';
import { addImportCommand } from './cli/import.ts';
import { addInitCommand } from './cli/init.ts';
import { addPeriodCommand } from './cli/period.ts';
import { addReconcileCommand } from './cli/reconcile.ts';
import { addReopenCommand } from './cli/reopen.ts';
import type { ProgressLine } from './cli/run-flags.ts';
import { addSchemaCommand } from './cli/schema.ts';
import { addValidateCommand } from './cli/validate.ts';
import { addVerifyCommand } from './cli/verify.ts';
import { defaultMemory } from './host/default-memory.ts';
import { bearClosedPipes, stopCleanly } from './host/stop-cleanly.ts';
import { systemFailure } from './model/system-failure.ts';
import { toolVersion } from './model/tool-version.ts';
import { UserError } from './model/user-error.ts';

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

  const progress = progressLine();
  addInitCommand(program, context);
  addPeriodCommand(program, context);
  addValidateCommand(program, context);
  addReconcileCommand(program, context, progress);
  addExplainCommand(program, context, progress);
  addFreezeCommand(program, context);
  addCloseCommand(program, context);
  addReopenCommand(program, context);
  addVerifyCommand(program, context);
  addAuditCommand(program, context);
  addDrillCommand(program, context);
  addImportCommand(program, context);
  addSchemaCommand(program, context);
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
