#!/usr/bin/env node
/** The command line: arguments in, text out, exit code 0 pass or warn, 1 fail, 2 inconclusive, 64 wrong arguments, 70 a bug. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Progress } from './engine/reconcile-rows.ts';
import { importRunbook } from './ledger/import-runbook.ts';
import { ledgerSchemas } from './ledger/ledger-schemas.ts';
import { isDay } from './model/instant.ts';
import { UserError } from './model/user-error.ts';
import { verdictOf } from './policy/choose-decisions.ts';
import { explainRequest, reconcileLedger, validateLedger } from './reconcile.ts';
import { renderExplanation } from './report/render-explanation.ts';
import { renderFindings } from './report/render-findings.ts';
import { renderTerminal } from './report/render-terminal.ts';
import { resultJsonSchema } from './report/result-json-schema.ts';
import type { Colour } from './report/terminal-style.ts';
import { worstVerdict, type Verdict } from './model/verdict.ts';
import { toolVersion } from './tool-version.ts';

const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, warn: 0, fail: 1, inconclusive: 2 };

const colour: Colour = process.stdout.isTTY && !process.env['NO_COLOR'] ? 'ansi' : 'plain';

const day = (text: string): string => {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day, YYYY-MM-DD.');
  return text;
};

const memory = (text: string): bigint => {
  const match = /^([1-9]\d{0,6})(MB|MiB|GB|GiB)$/.exec(text);
  const unit = { MB: 1_000_000n, MiB: 1_048_576n, GB: 1_000_000_000n, GiB: 1_073_741_824n }[match?.[2] ?? ''];
  if (!match || unit === undefined) throw new InvalidArgumentError('It must be a size such as 512MB or 2GB.');
  const bytes = BigInt(match[1] ?? '0') * unit;
  if (bytes < 64_000_000n) throw new InvalidArgumentError('The engine needs at least 64MB.');
  return bytes;
};

/** Six tenths of the machine, or of the container when that is smaller: the engine needs room beside its own limit. */
function defaultMemory(): bigint {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return (BigInt(total) * 6n) / 10n;
}

const ledgerOption = new Option('--ledger <folder>', 'the folder that holds trueup.yaml').default('.');
const asOfOption = new Option('--as-of <day>', 'the UTC date of the run (default: today)').argParser(day);

function build(finish: (code: number) => void): Command {
  const program = new Command('trueup')
    .description('Reconciles LLM API spend, exactly, from a ledger kept in a git repository.')
    .version(toolVersion)
    .exitOverride()
    .showHelpAfterError('(--help shows what is possible)');

  program
    .command('validate')
    .description('check every file of the ledger; no engine, no evidence, no network')
    .addOption(ledgerOption)
    .addOption(asOfOption)
    .action(async (options: { ledger: string; asOf?: string }) => {
      const { findings } = await validateLedger(resolve(options.ledger), options.asOf ?? today());
      print(renderFindings(findings, colour));
      finish(exitCodes[worstVerdict(findings.map(({ severity }) => verdictOf[severity]))]);
    });

  program
    .command('reconcile')
    .description('reconcile periods and write result.json, report.md, manifest.json and the lines')
    .argument('[period...]', 'ids of periods (default: every period that is not closed)')
    .addOption(ledgerOption)
    .option('--out <folder>', 'where to write <period>/', '.trueup')
    .addOption(asOfOption)
    .option('--through <day>', 'judge up to and including this UTC day, as stage usage', day)
    .option('--evidence-root <folder>', 'folder that holds <period>/ with the evidence, when it is not in the ledger')
    .addOption(new Option('--lines <format>', 'write the lines as this as well').choices(['csv']))
    .option('--memory <size>', 'memory limit of the engine, such as 1GB (default: 60% of the machine)', memory)
    .addOption(new Option('--render <view>', 'what to print: the terminal view, or the report as Markdown').choices(['terminal', 'report']).default('terminal'))
    .addOption(new Option('--fail-on <verdict>', 'exit 1 on this verdict; inconclusive always exits 2').choices(['fail', 'warn', 'never']).default('fail'))
    .action(async (periods: string[], options: ReconcileFlags) => finish(await reconcile(periods, options)));

  program
    .command('explain')
    .description('show one request in every layer: rows, price, formula, rounding, step and why')
    .argument('<period>', 'id of the period')
    .argument('<request_id>', 'id of the request')
    .addOption(ledgerOption)
    .addOption(asOfOption)
    .option('--evidence-root <folder>', 'folder that holds <period>/ with the evidence, when it is not in the ledger')
    .option('--memory <size>', 'memory limit of the engine, such as 1GB (default: 60% of the machine)', memory)
    .action(async (period: string, requestId: string, options: ReconcileFlags) => {
      const explanation = await explainRequest({ ...runOptions([period], options), periods: [period] }, requestId);
      print(renderExplanation(explanation, colour));
      finish(explanation.trace === null || explanation.trace.rows.length === 0 ? 2 : 0);
    });

  program
    .command('import')
    .description("turn the runbook's JSON into a ledger")
    .argument('<file>', 'JSON with reconciliation_period, pricing_snapshot, usage_rows and controls')
    .option('--out <folder>', 'a folder that does not exist yet or is empty', 'ledger')
    .action(async (file: string, options: { out: string }) => {
      const { written, findings } = await importRunbook(resolve(file), resolve(options.out));
      print(
        `${written.length === 0 ? 'Nothing was written.' : `Wrote to ${options.out}:\n${written.map((name) => `  ${name}`).join('\n')}`}\n\n${renderFindings(findings, colour)}`,
      );
      finish(exitCodes[worstVerdict(findings.map(({ severity }) => verdictOf[severity]))]);
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

interface ReconcileFlags {
  readonly ledger: string;
  readonly out: string;
  readonly asOf?: string;
  readonly through?: string;
  readonly evidenceRoot?: string;
  readonly lines?: 'csv';
  readonly memory?: bigint;
  readonly render: 'terminal' | 'report';
  readonly failOn: 'fail' | 'warn' | 'never';
}

function runOptions(periods: readonly string[], flags: ReconcileFlags) {
  return {
    ledgerRoot: resolve(flags.ledger),
    evidenceRoot: flags.evidenceRoot === undefined ? null : resolve(flags.evidenceRoot),
    out: flags.out,
    periods,
    asOf: flags.asOf ?? today(),
    through: flags.through ?? null,
    lineFiles: flags.lines === 'csv' ? (['lines.parquet', 'lines.csv'] as const) : (['lines.parquet'] as const),
    toolVersion,
    temporaryRoot: tmpdir(),
    memoryBytes: flags.memory ?? defaultMemory(),
    onProgress: process.stderr.isTTY ? progressLine() : () => undefined,
    onPlan: null,
  };
}

async function reconcile(periods: readonly string[], flags: ReconcileFlags): Promise<number> {
  const run = await reconcileLedger(runOptions(periods, flags));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (run.periods.length === 0) print(renderFindings(run.findings, colour));
  for (const { result, judgement, report, folder } of run.periods) {
    print(flags.render === 'report' ? report : `${renderTerminal(result, judgement.findings, colour)}\nWrote ${folder}\n`);
  }
  if (run.verdict === 'inconclusive') return 2;
  if (flags.failOn === 'never') return 0;
  return flags.failOn === 'warn' && run.verdict === 'warn' ? 1 : exitCodes[run.verdict];
}

/** One line on a terminal that says what is going on and how fast; nothing in a pipe. */
function progressLine(): (period: string, progress: Progress) => void {
  const started = performance.now();
  return (period, { stage, rows }) => {
    const seconds = (performance.now() - started) / 1000;
    const rate = seconds > 0.2 ? `, ${Math.round(rows / seconds).toLocaleString('en')} rows/s` : '';
    process.stderr.write(`\r\u001b[K${period}: ${stage}, ${rows.toLocaleString('en')} rows${rate}`);
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function print(text: string): void {
  process.stdout.write(text);
}

async function main(): Promise<number> {
  let code = 0;
  try {
    await build((next) => (code = next)).parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    if (error instanceof UserError) {
      process.stderr.write(`trueup: ${error.message}\n  ${error.remedy}\n`);
      return 2;
    }
    process.stderr.write(`trueup: a bug, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 70;
  }
}

process.exitCode = await main();
