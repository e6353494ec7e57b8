/** One call of the command line: arguments in, text out, exit code 0 pass or warn, 1 fail, 2 inconclusive, 64 wrong arguments, 70 a bug. */
import { Command, CommanderError } from 'commander';
import type { Clock } from '../capture/ask-host.ts';
import { systemFailure } from '../model/system-failure.ts';
import { UserError } from '../model/user-error.ts';
import { renderDocument } from '../report/render-document.ts';
import { addAuditCommand } from './audit.ts';
import { addCloseCommand } from './close.ts';
import { addCompletionCommand } from './completion.ts';
import { addDrillCommand } from './drill.ts';
import { addExplainCommand } from './explain.ts';
import { addExportCommand } from './export.ts';
import { addFormatCommand } from './format.ts';
import { addFreezeCommand } from './freeze.ts';
import { addImportCommand } from './import.ts';
import { addInitCommand } from './init.ts';
import { addPeriodCommand } from './period.ts';
import { addPricesCommand } from './prices.ts';
import { addReconcileCommand } from './reconcile.ts';
import { addReopenCommand } from './reopen.ts';
import type { CommandContext, ProgressLine } from './run-flags.ts';
import { addSchemaCommand } from './schema.ts';
import { addTrendCommand } from './trend.ts';
import { addUsageCommand } from './usage.ts';
import { addValidateCommand } from './validate.ts';
import { addVerifyCommand } from './verify.ts';

/** What a call needs of whoever makes it: the values of a context, and where complaints and progress go. */
export interface Caller extends Omit<CommandContext, 'finish'> {
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
  readonly progress: ProgressLine;
  readonly clock: Clock;
}

export async function runCommand(words: readonly string[], caller: Caller): Promise<number> {
  let code = 0;
  try {
    await build(caller, (next) => (code = next)).parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) return 0;
    if (isForProgram(words)) caller.print(renderDocument({ schema: 'trueup.error/1', error: { message: failure.message, remedy: failure.remedy } }));
    caller.complain(failure.complaint);
    return failure.code;
  }
}

/** Why a call ended without an answer. */
interface Failure {
  readonly code: 2 | 64 | 70;
  readonly message: string;
  readonly remedy: string;
  /** As people read it; empty where it was said already. */
  readonly complaint: string;
}

/** null = it was no failure: help or the version was asked for. */
function failureOf(error: unknown): Failure | null {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    return { code: 64, message: error.message.replace(/^error: /, ''), remedy: '--help shows what is possible.', complaint: '' };
  }
  const known = error instanceof UserError ? error : systemFailure(error);
  if (known !== null) return { code: 2, message: known.message, remedy: known.remedy, complaint: `trueup: ${known.message}\n  ${known.remedy}\n` };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 70, message: 'a bug', remedy: 'Please report it, with what standard error says.', complaint: `trueup: a bug, please report it\n${stack}\n` };
}

/** Words that could not be parsed are asked too. */
function isForProgram(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--json');
}

function build(caller: Caller, finish: (code: number) => void): Command {
  const context: CommandContext = { ...caller, finish };
  const program = new Command('trueup')
    .description('Reconciles LLM API spend, exactly, from a ledger kept in a git repository.')
    .version(caller.toolVersion)
    .configureOutput({ writeOut: caller.print, writeErr: caller.complain })
    .exitOverride()
    .showHelpAfterError('(--help shows what is possible)');

  addInitCommand(program, context);
  addPeriodCommand(program, context);
  addPricesCommand(program, context, caller);
  addValidateCommand(program, context);
  addReconcileCommand(program, context, caller);
  addExplainCommand(program, context, caller.progress);
  addExportCommand(program, context, caller.progress);
  addTrendCommand(program, context, caller.progress);
  addUsageCommand(program, context, caller.clock);
  addFreezeCommand(program, context);
  addCloseCommand(program, context);
  addReopenCommand(program, context);
  addVerifyCommand(program, context);
  addAuditCommand(program, context);
  addDrillCommand(program, context);
  addImportCommand(program, context);
  addFormatCommand(program, context);
  addSchemaCommand(program, context);
  addCompletionCommand(program, context);
  return program;
}
