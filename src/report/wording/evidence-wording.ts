/** Sentences about evidence files and their rows as such. */
import type { Wording } from './template.ts';

export const evidenceWording = {
  'meter-unreported': {
    title: 'Quantities that the provider does not state',
    sentence: '{count}[ {layer}] {count:row states|rows state} no {meter}, which {count:its|their} price counts: ours stands for it[, {amount} in all]',
    remedy: 'Ask the provider for an export that states it, or map the column in a file under formats/: until then nobody but us says how much it was.',
  },
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
    sentence: 'The[ {layer}] file {file} is a Git LFS pointer, not the file itself[: {problem}]',
    remedy: 'Fetch the file with git lfs pull; in a workflow set `lfs: true` on the checkout step.',
  },
  'evidence-encoding': {
    title: 'An evidence file in an unknown encoding',
    sentence: 'The {layer} file[ {file}] cannot be read as text[: {problem}][, byte {byte}][, {encoding}]',
    remedy: 'Export it as UTF-8, or name its encoding in its format: file.encoding.',
    when: {
      'other-encoding': {
        sentence: 'The {layer} file[ {file}] is not in the encoding {encoding}, which its format says',
        remedy: 'Correct file.encoding of the format, or leave it out if the file is UTF-8.',
      },
    },
  },
  'evidence-corrupt': {
    title: 'A damaged evidence file',
    sentence: 'The {layer} file[ {file}] is damaged[: {problem}][ ({kind})][: {reason}][; by its name it is {expected}][, by its content {found}]',
    remedy: 'Download or export it again.',
  },
  'evidence-header': {
    title: 'Columns that the format does not find',
    sentence: 'The columns of the {layer} file[ {file}] do not fit its format[ {format}][: {problem}][, {rows}]',
    remedy: 'Name the right format in period.yaml, or describe the columns in a file under formats/.',
    when: {
      'no-header': {
        sentence:
          'The first line of the {layer} file {file} holds none of the columns of the format {format}; it holds {found}[, which looks as if {delimiter} stood between the columns][; it looks like the format {alike}]',
        remedy:
          'Name the right format in period.yaml, or describe the columns in a file under formats/; a character between them that is no comma is its file.delimiter.',
      },
      'unread-keys': {
        sentence: 'The {layer} file[ {file}] holds values around its rows that nothing reads: {columns}',
        remedy: 'Nothing to do if they say nothing about money; records.with of the format gives rows a value that stands beside them.',
      },
      'misspelt-column': {
        sentence: 'The {layer} file[ {file}] has the column {found} where the format[ {format}] reads {expected}[, {rows}]',
        remedy: 'Spell the column as the format does, or describe the columns in a file under formats/.',
      },
      'look-alike-column': {
        sentence:
          'The {layer} file[ {file}] has a column {found} that only looks like {expected}, which is read[: it holds {characters}][, column {position}][, {rows}]',
        remedy: 'Export it again with plain letters in the name; whoever wrote them is worth a question.',
      },
      'duplicate-column': {
        sentence: 'The {layer} file[ {file}] has a column twice:[ {column}][ {columns}]',
        remedy: 'Export it again with each column once.',
      },
      'unknown-meter': {
        sentence: 'The {layer} file[ {file}] counts what no price snapshot of the ledger speaks of: {columns}[, {rows}]',
        remedy: 'Name it under meters in the price snapshot, with what it costs, or leave the column out of the export.',
      },
      'unknown-column': {
        sentence: 'The {layer} file[ {file}] has columns that its format does not read: {columns}[, {rows}]',
        remedy: 'Nothing to do if they say nothing about money; otherwise map them in a file under formats/.',
      },
      'missing-column': {
        sentence:
          'The {layer} file[ {file}] lacks a column that the format[ {format}] needs for {column}[; it is read from {sources}][; it looks like the format {alike}][, {rows}]',
      },
      'unmapped-column': {
        sentence: 'The format[ {format}] of the {layer} file[ {file}] says no column for {column}, which is needed',
        remedy:
          'If it is the same for all rows, write constants into the layer in period.yaml, such as { account_ref: …, service: … }; if it is a column, describe the columns in a file under formats/.',
      },
      'missing-condition-column': {
        sentence: 'The {layer} file[ {file}] lacks the column {column}, which a condition of the format[ {format}] needs[; it looks like the format {alike}]',
      },
      'rounded-amounts': {
        sentence: 'The {layer} file[ {file}] is a CSV of {format}, whose costs are rounded and cannot be compared',
        remedy: 'Export JSON with the same tool, or better the raw log; their formats are cometapi-cli and cometapi.',
      },
      'float-column': {
        sentence: 'The {layer} file[ {file}] has binary fractions in the column {column}, which cannot hold money exactly',
        remedy: 'Export the amounts as decimals, or write money: { source: float, decimals: 12, mode: half-even } into the format.',
      },
    },
  },
  'evidence-limit': {
    title: 'Evidence beyond a safety limit',
    sentence: 'The evidence[ {file}][ of the layer {layer}] goes beyond the limit for {problem}[: {found}][, at most {limit}]',
    remedy: 'Split the export into smaller files.',
    when: {
      'two-layers': {
        sentence: 'The file {file} is named as evidence of the layer {layer} and of the layer {other}',
        remedy: 'Name each file for one layer only, in period.yaml.',
      },
      'two-formats': {
        sentence: 'The file {file} of the layer {layer} is named for two formats: {other}',
        remedy: 'Name each file for one format only, in period.yaml.',
      },
      files: { remedy: 'Join the files, or name fewer of them in period.yaml.' },
    },
  },
  'evidence-syntax': {
    title: 'Evidence that cannot be parsed',
    sentence: 'The {layer} file[ {file}] cannot be parsed[ at line {line}][: {problem}][, byte {byte}][, in {rows}][; it looks like the format {alike}]',
    remedy: 'Export it again without editing it; a spreadsheet may have changed it.',
    when: {
      'json-array': { remedy: 'Name the file .json in the ledger and on the disk, or export one object per line.' },
      'json-object': {
        remedy: 'Name the file .jsonl if it holds one object per line; otherwise say in its format where its rows are (rows, docs/formats.md).',
      },
      'no-rows-place': {
        sentence: 'In {rows} of the {layer} file[ {file}] no rows are at {place}[; found instead: {found}][; it looks like the format {alike}]',
        remedy: 'Name the right format in period.yaml, correct rows of the format, or export again.',
      },
      'error-answer': {
        sentence: 'In {rows} the {layer} file[ {file}] is the refusal of an API, not an answer: {place} says so',
        remedy: 'Ask again; what it refused is not in the file.',
      },
      'cut-document': { remedy: 'Download or export it again: its end is missing.' },
    },
  },
  'evidence-row': {
    title: 'Rows with a value that cannot be read',
    sentence: 'In {rows} of the {layer} file[ the column {column}] {problem}[: {value}]',
    remedy: 'Correct the format or export again; no row is left out silently.',
    when: {
      'row-too-many-decimals': {
        sentence: 'In {rows} of the {layer} file the column {column} {problem}: {value}',
        remedy:
          'Write money: { source: float, decimals: 12, mode: half-even } into the format if programs print the amounts so; otherwise export exact amounts.',
      },
      'row-unknown-class': {
        sentence: 'In {rows} of the {layer} file {problem}',
        remedy: 'Add the name of the class to rows_are.class_map of the format; if its rows are no tokens, leave them out with a filter.',
      },
      'row-broken-part': {
        sentence: 'In {rows} of the {layer} file {problem}',
        remedy: 'Let explode of the format name a list of objects, each with counts and, where it is another, the name of its model.',
      },
      'row-foreign-part': {
        sentence: 'In {rows} of the {layer} file {problem}',
        remedy: 'Take explode out of the format of our log, or of sums; what the other model costs is charged in the rows of the provider.',
      },
      'row-unread-quantity': { sentence: 'In {rows} of the {layer} file {problem}' },
      'parts-differ': {
        sentence: '{count} {count:call|calls} of the {layer} file {count:has|have} rows for token classes that disagree, first in {rows}',
        remedy: 'Take columns that differ by class out of the format; all others must be the same in every row of a call.',
      },
      'row-control-character': { sentence: 'In {rows} of the {layer} file {problem}' },
    },
  },
  'evidence-half-read': {
    title: 'Evidence of which only a part would be read',
    sentence: 'In {rows} of the {layer} file[ {file}] {problem}[: {place}][ is {found}][, of which the format reads {read}]',
    remedy: 'Export it again, every page of it, one row for each entry and one value for each key.',
    when: {
      'total-differs': {
        sentence: 'In {rows} of the {layer} file the total of {place} is {found}, and the rows above add up to {read}',
        remedy: 'Export it again: rows are missing, or stand there twice.',
      },
      'no-total-row': {
        sentence: 'The {layer} file lacks the total row behind {rows} that its format knows by total_row',
        remedy: 'Export it again: its end is missing. If such exports have no total row, take total_row out of the format.',
      },
      'more-pages': {
        remedy: 'Export all pages; those of one listing stand in one file, one after the other.',
      },
    },
  },
  'evidence-changed': {
    title: 'Evidence that changed since it was frozen, or while it was read',
    sentence: 'The {layer} file[ {file}] is not what it was[: {problem}][; first written by {written}]',
    remedy: 'Restore the frozen file, or freeze again in a reviewed change.',
    when: {
      'while-reading': {
        sentence: 'The {layer} file[ {file}] changed while it was read',
        remedy: 'Run again when nothing writes to it any more.',
      },
      'since-freeze-extra': { remedy: 'Take the file away, or freeze again in a reviewed change.' },
      'since-pull-changed': {
        sentence: 'The {layer} file {file} is not what was proved whole',
        remedy: 'Restore it; or take it away, and `trueup usage pull` asks for that day again.',
      },
      'since-pull-missing': { sentence: 'The {layer} file {file} is gone', remedy: 'Restore it, or let `trueup usage pull` ask for that day again.' },
      'pull-record': {
        sentence: 'What the {layer} files are cannot be told: {file} is no record of a pull',
        remedy: 'Restore it as `trueup usage pull` wrote it; it is never edited.',
      },
    },
  },
  'evidence-unread': {
    title: 'A file under evidence/ that nobody reads',
    sentence: 'Under evidence/ {count} {count:file|files} cannot be accounted for[: {files}]',
    remedy: 'Add it to the files of its layer in period.yaml, or name it under ignored_files there with the reason.',
    when: {
      'no-reader': { sentence: 'Nothing reads {count} {count:file|files} under evidence/, and ignored_files does not name {count:it|them}: {files}' },
      'ignored-and-read': {
        sentence: 'ignored_files names {files}, and a layer reads it',
        remedy: 'Take it away from ignored_files, or from the files of the layer, in period.yaml.',
      },
      'ignored-and-absent': {
        sentence: 'ignored_files names {files}, and there is no such file under evidence/',
        remedy: 'Correct the name under ignored_files in period.yaml, or take the entry away.',
      },
    },
  },
  'evidence-ignored': {
    title: 'A file under evidence/ that is set aside',
    sentence: 'The file {ignored} is set aside by ignored_files: {because}',
    remedy: 'Nothing to do if the reason holds: no row of this file is in any sum.',
  },
  'rows-filtered': {
    title: 'Rows that the format leaves out',
    sentence: 'The format[ {format}] leaves out {count} {layer} {count:row|rows}',
    remedy: 'Nothing to do if its filter, total row and repeated headers are meant; otherwise correct them in the format.',
  },
  'float-shift': {
    title: 'Amounts printed from binary floating point, and rounded',
    sentence:
      '{count} {count:amount|amounts} of the provider[ in {currency}] {count:is|are} rounded as the format says; that moves the sum by {amount}, or by {gross} if signs are left out',
    remedy: 'Nothing to do while it is noise. If it is money, say more decimals under money of the format, or export exact amounts.',
  },
  'token-data-error': {
    title: 'Token counts that contradict themselves',
    sentence: '{count}[ {layer}] {count:row has|rows have} token counts that contradict each other[: {problem}]; they count as missing',
    remedy: 'State in the format what input and output counts include in this export (input_includes, output_includes).',
  },
} as const satisfies Readonly<Record<string, Wording>>;
