/** `trueup prices`: captures a price list as a new snapshot, and says what differs between two snapshots. */
import { resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type Clock, defaultPatience } from '../capture/ask-host.ts';
import { type PriceSourceName, priceSourceNames } from '../capture/prices/price-source.ts';
import { diffPrices } from '../period/diff-prices.ts';
import { captureDocument, renderCapture } from '../report/render-capture.ts';
import { priceDiffDocument, priceDiffHeadline, renderPriceDiff, renderPriceDiffMarkdown } from '../report/render-price-diff.ts';
import {
  asOfOption,
  type CommandContext,
  evidenceRootOption,
  ledgerOption,
  memoryOption,
  type ProgressLine,
  type RunFlags,
  type SayFlags,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

interface CaptureFlags extends SayFlags {
  readonly ledger: string;
  readonly from?: string;
  readonly baseUrl?: string;
  readonly provider?: string;
  readonly group: string;
  readonly name: ReadonlyMap<string, string>;
  readonly by: string;
  readonly asOf?: string;
  readonly all?: true;
  readonly ifChanged?: true;
}

interface PricesCaller {
  readonly clock: Clock;
  readonly progress: ProgressLine;
}

interface DiffFlags extends RunFlags {
  readonly render: 'text' | 'json' | 'markdown';
}

export function addPricesCommand(program: Command, context: CommandContext, { clock, progress }: PricesCaller): void {
  const prices = program.command('prices').description('capture and compare price snapshots');
  addCaptureCommand(prices, context, clock);
  addDiffCommand(prices, context, progress);
}

function addCaptureCommand(prices: Command, context: CommandContext, clock: Clock): void {
  reporting(
    prices
      .command('capture')
      .description('write a new dated snapshot from a price list, with its bytes beside it; exit 1 when a human has to look something up')
      .addArgument(new Argument('<source>', 'where the prices come from; docs/prices.md says what each can say').choices(priceSourceNames))
      .addOption(ledgerOption())
      .option('--from <file>', 'read a saved answer or page; no host is asked')
      .option('--base-url <url>', 'the host to ask (new-api), or the address of the page; another host for the other sources')
      .option('--provider <name>', 'the folder below prices/ (default: the source)', providerName)
      .option('--group <name>', 'new-api: the group of the account, whose ratio holds', 'default')
      .addOption(
        new Option('--name <pair>', '<billable model>=<name in the source>, where they differ; may be repeated')
          .argParser(addName)
          .default(new Map<string, string>(), 'none'),
      )
      .option('--by <who>', 'captured_by of the snapshot', person, 'trueup prices capture')
      .addOption(asOfOption())
      .option('--all', 'write every model of the source, not only those that models.yaml names')
      .option('--if-changed', 'write nothing when the source says what the latest snapshot was read from'),
  ).action(async (source: PriceSourceName, flags: CaptureFlags) => {
    const request = {
      source,
      provider: flags.provider ?? null,
      from: flags.from === undefined ? null : resolve(flags.from),
      baseUrl: flags.baseUrl ?? null,
      group: flags.group,
      capturedBy: flags.by,
      asOf: flags.asOf ?? context.today(),
      names: flags.name,
      others: flags.all ? 'all' : 'none',
      write: flags.ifChanged ? 'changed' : 'always',
    } as const;
    // Readers of HTML cost every other command some of its start.
    const { capturePrices } = await import('../period/capture-prices.ts');
    const capture = await capturePrices(resolve(flags.ledger), request, defaultPatience(clock));
    const isWhole = capture.missing.length === 0 && capture.rows.every(({ problems }) => problems.length === 0);
    say(context, flags, {
      document: () => captureDocument(capture),
      text: (all) => renderCapture(capture, all ? Infinity : undefined),
      brief: () => (isWhole || capture.id === null ? '' : 'a human has to look something up'),
    });
    context.finish(isWhole || capture.id === null ? 0 : 1);
  });
}

function addDiffCommand(prices: Command, context: CommandContext, progress: ProgressLine): void {
  reporting(
    prices
      .command('diff')
      .description('say what differs between two snapshots, and what the open periods should have cost by the one and by the other')
      .argument('<before>', 'id of a snapshot, such as cometapi/2026-05-10')
      .argument('<after>', 'id of another, of the same source or of a second one')
      .addOption(ledgerOption())
      .addOption(asOfOption())
      .addOption(evidenceRootOption())
      .addOption(memoryOption())
      .addOption(new Option('--render <view>', 'what to print').choices(['text', 'json', 'markdown']).default('text')),
  ).action(async (before: string, after: string, flags: DiffFlags) => {
    const comparison = await diffPrices(resolve(flags.ledger), { before, after }, runSettings(flags, context, progress.show));
    progress.clear();
    say(context, flags.render === 'json' ? { json: true } : flags, {
      document: () => priceDiffDocument(comparison),
      text: (all) => (flags.render === 'markdown' ? renderPriceDiffMarkdown(comparison) : renderPriceDiff(comparison, all ? Infinity : undefined)),
      brief: () => priceDiffHeadline(comparison),
    });
    context.finish(0);
  });
}

function providerName(text: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(text)) throw new InvalidArgumentError('It must be a name of small letters, digits, "_" and "-".');
  return text;
}

function person(text: string): string {
  if (!/^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(text)) throw new InvalidArgumentError('It must be a name on one line.');
  return text;
}

/** Names hold no equals sign before that of the option. */
function addName(text: string, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('It must be <billable model>=<name in the source>.');
  return new Map([...names, [text.slice(0, at), text.slice(at + 1)]]);
}
