/** What the page rests on: findings, what decided, every file that went in with its hash, and the digests. */
import type { Finding, Severity } from '../../../model/finding.ts';
import type { ManifestFile, Result } from '../../../model/result.ts';
import { changeOf, factOf, placeOf, scopeWords } from '../../headline-words.ts';
import { grouped, plainMoney } from '../../show-money.ts';
import { placeText } from '../../sections/findings.ts';
import { remedyOf, sentenceOf, wording } from '../../wording.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { dataTable, folded, hashColumn, longColumn, longTable, numberColumn, row, textColumn } from '../page-parts.ts';

const plain = (text: string): string => text;
const mostFindings = 15;
const mostAtAll = 500;
const severityWords: Readonly<Record<Severity, string>> = { inconclusive: 'Inconclusive', fail: 'Fail', quarantine: 'Quarantine', warn: 'Warn', info: 'Info' };

/** In their order; what is only to be known is folded away. */
export function findingLists(findings: readonly Finding[], currency: string): Html {
  const findingList = (some: readonly Finding[]): Html => listOf(some, currency);
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const info = findings.filter(({ severity }) => severity === 'info');
  const rest = grave.length > mostFindings ? folded(`${grave.length - mostFindings} more`, findingList(grave.slice(mostFindings, mostAtAll))) : nothing;
  const first = grave.length === 0 ? markup`<p>Nothing to act on.</p>\n` : findingList(grave.slice(0, mostFindings));
  return markup`${first}${rest}${info.length === 0 ? nothing : folded(`${info.length} for information`, findingList(info.slice(0, mostAtAll)))}`;
}

function listOf(findings: readonly Finding[], currency: string): Html {
  return markup`<ul class="causes">
    ${findings.map((found) => findingItem(found, currency))}
  </ul>\n`;
}

function findingItem(found: Finding, currency: string): Html {
  const { code, severity, amount, samples, source } = found;
  const money = amount === null ? '' : ` · ${plainMoney(amount, currency)}`;
  const ids = samples.map((sample, index) => markup`${index === 0 ? '' : ', '}<code>${sample}</code>`);
  return markup`<li class="${severity}">
    <p><span class="money">${severityWords[severity]}${money}</span> · <strong>${wording[code].title}</strong></p>
    <p>${sentenceOf(found, plain)}.</p>
    <p class="note">Next: ${remedyOf(found, plain)}</p>
    ${samples.length === 0 ? nothing : markup`<p class="note">Samples: ${ids}</p>`}
    ${source === null ? nothing : markup`<p class="note">Where: <code>${placeText(source)}</code></p>`}
  </li>\n`;
}

const mostDecisions = 8;

export function decisionTable({ decision }: Result): Html {
  const columns = [textColumn('What was judged'), textColumn('Outcome'), longColumn('Fact'), textColumn('Smallest change'), textColumn('Threshold from')];
  const rows = decision.map((one) => {
    const outcome = one.outcome === 'pass' ? `pass (${one.level} threshold)` : one.outcome;
    return row(scopeWords(one.scope, plain), outcome, factOf(one, plain), changeOf(one, plain), markup`<code>${placeOf(one)}</code>`);
  });
  return longTable('Thresholds, breached ones first', columns, rows, mostDecisions);
}

const mostFiles = 12;

export function evidenceTable(inputs: readonly ManifestFile[]): Html {
  const evidence = inputs.filter(({ role }) => role !== 'ledger');
  const ledger = inputs.filter(({ role }) => role === 'ledger');
  return markup`${fileTable('Evidence', evidence)}${folded(`${ledger.length} files of the ledger`, fileTable('Files of the ledger', ledger))}`;
}

function fileTable(caption: string, files: readonly ManifestFile[]): Html {
  const columns = [textColumn('File'), textColumn('Role'), numberColumn('Bytes'), numberColumn('Rows'), hashColumn('SHA-256')];
  const rows = files.map(({ name, role, bytes, rows: count, sha256 }) => row(name, role, grouped(bytes), count === null ? '' : grouped(count), sha256));
  return longTable(caption, columns, rows, mostFiles);
}

export function digestTable({ digests, tool_version: version }: Result): Html {
  return dataTable(
    'Digests',
    [textColumn('Of'), hashColumn('Digest')],
    [row('Inputs', digests.inputs), row('Result', digests.result), row('Program', `trueup ${version}`)],
  );
}
