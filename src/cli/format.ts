/** `trueup format guess`: a format file from an export, each line with its ground, and what is read through it. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { layers, type Layer } from '../model/evidence.ts';
import type { DraftLine } from '../model/format-draft.ts';
import { type FormatGuess, guessFormatOf, isRead } from '../period/guess-format.ts';
import { renderFindings } from '../report/render-findings.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { alignColumns, showInTerminal } from '../report/terminal-style.ts';
import { type CommandContext, type LedgerFlags, ledgerOption, runSettings } from './run-flags.ts';

interface FormatFlags extends LedgerFlags {
  readonly name?: string;
  readonly layer?: Layer;
  readonly json?: true;
}

export function addFormatCommand(program: Command, context: CommandContext): void {
  const format = program.command('format').description('describe an export');
  format
    .command('guess')
    .description('look at an export and write formats/<name>.yaml, with placeholders for what it does not say; nothing is overwritten')
    .argument('<file>', 'the export: CSV of any delimiter, JSON, JSON lines or Parquet, packed or not')
    .addOption(ledgerOption())
    .option('--name <name>', 'name of the format (default: that of the file)')
    .addOption(new Option('--layer <layer>', 'whose rows they are (default: those of the provider)').choices(layers))
    .option('--json', 'what was found as JSON')
    .action(async (file: string, flags: FormatFlags) => {
      const request = { file: resolve(file), ledger: resolve(flags.ledger), name: flags.name ?? null, layer: flags.layer ?? null };
      const guess = await guessFormatOf(request, runSettings(flags, context));
      context.print(flags.json === true ? `${scrubSecrets(JSON.stringify(documentOf(guess), null, 2))}\n` : textOf(guess, context.screen));
      context.finish(isRead(guess.preview) ? 0 : 1);
    });
}

const isOpen = ({ open }: DraftLine): boolean => open !== undefined;
const placeOf = ({ key }: DraftLine): string => key.join('.');

function textOf(guess: FormatGuess, screen: CommandContext['screen']): string {
  const { fits, draft, written, preview } = guess;
  if (fits !== null) {
    return `The file fits the format ${showInTerminal(fits.format)} as rows of the layer ${fits.layer}; nothing was written.\n\n${previewOf(guess)}`;
  }
  const open = draft.lines.filter(isOpen).map((line) => `  ${showInTerminal(placeOf(line))}: ${showInTerminal(line.ground)}`);
  const parts = [
    `Wrote ${showInTerminal(written ?? '')}, a guess for the layer ${guess.layer}.`,
    open.length === 0 ? '' : `What the file does not say stands as VERIFY; until each is replaced, the ledger is inconclusive:\n${open.join('\n')}`,
    draft.notes.map(showInTerminal).join('\n'),
    previewOf(guess),
    preview.findings.length === 0 ? '' : renderFindings(preview.findings, screen).trimEnd(),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Columns that rest on a placeholder show a question mark. */
function previewOf({ draft, preview }: FormatGuess): string {
  const { columns, rows, count } = preview;
  if (rows.length === 0) return 'No row could be read yet.';
  const unknown = new Set(draft.lines.flatMap(({ open }) => open?.columns ?? []));
  const cells = rows.map((row) => row.map((value, index) => (unknown.has(columns[index] ?? 'request_id') ? '?' : showInTerminal(value ?? ''))));
  return `${rows.length} of ${count} rows as a run reads them${unknown.size === 0 ? '' : '; ? waits for a VERIFY'}:\n${alignColumns([columns, ...cells], [])}`;
}

function documentOf({ fits, written, layer, draft, preview }: FormatGuess) {
  return {
    fits,
    written,
    layer,
    lines: draft.lines.map((line) => ({ key: line.key, value: line.value, ground: line.ground, open: isOpen(line) })),
    notes: draft.notes,
    preview: { columns: preview.columns, rows: preview.rows, count: preview.count },
    findings: preview.findings.map(({ code, severity, args, source }) => ({ code, severity, args, source })),
  };
}
