/** Sentences about evidence files and their rows as such. */
import type { Wording } from './template.ts';

export const evidenceWording = {
  'evidence-missing': {
    title: 'No file of evidence where the period names one',
    sentence: 'There is no file[ {file}] to read[ for {pattern}][ of the layer {layer}][ in {folder}][: {problem}][ ({reason})]',
    remedy: 'Add the export, or correct the pattern under evidence.',
  },
  'evidence-empty': {
    title: 'An evidence file without rows',
    sentence: 'The {layer} file[ {file}] has no rows[: {problem}]',
    remedy: 'Export it again; a layer without traffic is declared, not shown by an empty file.',
  },
  'evidence-pointer': {
    title: 'A Git LFS pointer in place of evidence',
    sentence: 'The {layer} file[ {file}] is a Git LFS pointer, not the export itself',
    remedy: 'Fetch the file with git lfs pull; in a workflow set `lfs: true` on the checkout step.',
  },
  'evidence-encoding': {
    title: 'An evidence file in an unknown encoding',
    sentence: 'The {layer} file[ {file}] cannot be read as text[: {problem}][, byte {byte}][, {encoding}]',
    remedy: 'Export it as UTF-8.',
  },
  'evidence-corrupt': {
    title: 'A damaged evidence file',
    sentence: 'The {layer} file[ {file}] is damaged[: {problem}][ ({kind})][: {reason}][; by its name it is {expected}][, by its content {found}]',
    remedy: 'Download or export it again.',
  },
  'evidence-header': {
    title: 'Columns that the format does not find',
    sentence:
      'The columns of the {layer} file[ {file}] do not fit its format[ {format}][: {problem}][: {column}][: {columns}][, found {found}][, expected {expected}][, with {characters}][, column {position}][, {rows}][, from {sources}]',
    remedy: 'Name the right format, or describe the columns in a file under formats.',
  },
  'evidence-limit': {
    title: 'Evidence beyond a safety limit',
    sentence: 'The evidence[ {file}][ of the layer {layer}] goes beyond the limit for {problem}[: {found}][, at most {limit}]',
    remedy: 'Split the export, and name each file for one layer only.',
  },
  'evidence-syntax': {
    title: 'Evidence that cannot be parsed',
    sentence: 'The {layer} file[ {file}] cannot be parsed[ at line {line}][: {problem}]',
    remedy: 'Export it again without editing it; a spreadsheet may have changed it.',
  },
  'evidence-row': {
    title: 'Rows with a value that cannot be read',
    sentence: 'In {rows} of the {layer} file[ the column {column}] {problem}[: {value}]',
    remedy: 'Correct the format or export again; no row is left out silently.',
  },
  'evidence-half-read': {
    title: 'Evidence of which only a part would be read',
    sentence: 'In {rows} of the {layer} file {problem}[: {place}][ is {found}][, of which the format reads {read}]',
    remedy: 'Export it again, every page of it, one row for each entry and one value for each key.',
  },
  'evidence-changed': {
    title: 'Evidence that changed since it was frozen, or while it was read',
    sentence: 'The {layer} file[ {file}] is not what it was[: {problem}][; first written by {written}]',
    remedy: 'Restore the frozen file, or freeze again in a reviewed change.',
  },
  'evidence-unread': {
    title: 'A file under evidence/ that nobody reads',
    sentence: '{count} of the files under evidence/ cannot be accounted for[: {problem}][: {files}]',
    remedy: 'Add the file to the files of its layer, or name it under ignored_files of period.yaml with the reason; take entries away that say nothing.',
  },
  'evidence-ignored': {
    title: 'A file under evidence/ that is set aside',
    sentence: 'The file {ignored} is set aside by ignored_files: {because}',
    remedy: 'Nothing to do if the reason holds: no row of this file is in any sum.',
  },
  'rows-filtered': {
    title: 'Rows that the format leaves out',
    sentence: '{count} {layer} rows are left out by the filter of the format[ {format}]',
    remedy: 'Nothing to do if the filter is meant; its rows are counted here.',
  },
  'float-shift': {
    title: 'Amounts printed from binary floating point, and rounded',
    sentence:
      '{count} amounts of the provider[ in {currency}] are rounded as their format says; that moves their sum by {amount}, or by {gross} if signs are left out',
    remedy: 'Nothing to do while it is noise. If it is money, say more decimals under money of the format, or export exact amounts.',
  },
  'token-data-error': {
    title: 'Token counts that contradict themselves',
    sentence: '{count}[ {layer}] rows have token counts that cannot be[: {problem}]; they count as missing',
    remedy: 'Check what input and output counts include in this export (input_includes, output_includes).',
  },
} as const satisfies Readonly<Record<string, Wording>>;
