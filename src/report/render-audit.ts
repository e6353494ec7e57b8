/** The audit for a terminal, as Markdown and as JSON; names, addresses and messages are of strangers. */
import { type Audit, type AuditClose, type AuditCommit, type AuditFile, type AuditPeriod, type AuditRemark } from '../model/audit.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import type { Person } from '../model/approval.ts';
import { left, markdownTable, showInMarkdown } from './escape-markdown.ts';
import { alignColumns, type Colour, showInTerminal, tint } from './terminal-style.ts';
import { fillTemplate, type Show } from './wording/template.ts';

const auditWords: Readonly<Record<AuditRemark['code'], string>> = {
  'policy-with-close': 'The change that added {close} also edited {file} (commit {commit} by {author})',
  'preparer-approves': '{login} approved {close} and wrote its {part} (commit {commit})',
  'approval-older': '{login} approved {close} at commit {commit}; what was merged is {head}',
  'approval-missing': 'No review and no line of a commit shows that {login} approved {close}',
  'approval-refused': 'The last review of {close} by {login} is: {state}',
  'close-changed': '{close} was touched by {commits} more commits after it was added',
  'close-not-committed': '{close} is in no commit that was read',
};

/** Rows of one table, unless all of them are asked for; a JSON has all of them. */
const mostRows = 200;

export function renderAuditText(audit: Audit, colour: Colour, most = mostRows): string {
  const tableText = (title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string => {
    if (rows.length === 0) return '';
    const shown = rows.slice(0, most).map((row) => row.map(showInTerminal));
    return [tint(title, 'bold', colour), alignColumns([columns, ...shown], []), leftOut(rows, most)].filter((line) => line !== '').join('\n');
  };
  const parts = audit.periods.flatMap((period) => [
    tint(`${showInTerminal(period.id)}: ${period.state}`, 'bold', colour),
    ...period.closes.map((close) => closeText(close, colour)),
    tableText('Commits', ['commit', 'date', 'author', 'committer', 'reviewed by', 'pull', 'subject'], period.commits.map(commitCells)),
    tableText('Files', ['file', 'commits', 'last', 'people'], filesOf(period)),
  ]);
  const notes = audit.notes.map((note) => `Note: ${showInTerminal(note)}.`);
  return `${[headline(audit, showInTerminal), ...parts, ...notes].filter((part) => part !== '').join('\n\n')}\n`;
}

export function renderAuditMarkdown(audit: Audit): string {
  const parts = audit.periods.flatMap((period) => [
    `## ${showInMarkdown(period.id)}: ${period.state}`,
    ...period.closes.map(closeMarkdown),
    tableMarkdown('Commits', ['Commit', 'Date', 'Author', 'Committer', 'Reviewed by', 'Pull', 'Subject'], period.commits.map(commitCells)),
    tableMarkdown('Files', ['File', 'Commits', 'Last', 'People'], filesOf(period)),
  ]);
  const notes = audit.notes.map((note) => `- ${showInMarkdown(note)}`).join('\n');
  return `${['# Audit', headline(audit, showInMarkdown), ...parts, notes === '' ? '' : `## Not read\n\n${notes}`].filter((part) => part !== '').join('\n\n')}\n`;
}

/** How much about the closes a reviewer should look at, in one line. */
export function auditHeadline(audit: Audit): string {
  const count = audit.periods.flatMap(({ closes }) => closes.flatMap(({ remarks }) => remarks)).length;
  return `${headline(audit, showInTerminal)} ${count === 0 ? 'Nothing' : count} to look at.`;
}

function headline({ ledger, head, source }: Audit, show: Show): string {
  return `Ledger ${show(ledger)} at commit ${head?.slice(0, 12) ?? 'none'}, read from ${source}.`;
}

function remarksOf({ remarks }: AuditClose, show: Show): string[] {
  return remarks.map(({ code, words }) => `${fillTemplate(auditWords[code], { args: words, count: 1, amount: null }, show)}.`);
}

function closeLine(close: AuditClose, show: Show): string {
  const state = close.in_force ? 'in force' : 'taken back';
  const place = close.commit === null ? '' : `, added by ${close.commit.slice(0, 12)}${close.pull === null ? '' : ` in pull request ${close.pull}`}`;
  return `${show(close.name)}: ${state}, ${show(close.verdict)}, approved by ${show(close.approved_by)}${place}, ${show(close.result_digest)}`;
}

function closeText(close: AuditClose, colour: Colour): string {
  const remarks = remarksOf(close, showInTerminal).map((sentence) => `  ${tint('!', 'yellow', colour)} ${sentence}`);
  return [closeLine(close, showInTerminal), ...remarks].join('\n');
}

function closeMarkdown(close: AuditClose): string {
  return [closeLine(close, showInMarkdown), ...remarksOf(close, showInMarkdown).map((sentence) => `- ⚠️ ${sentence}`)].join('\n\n');
}

function commitCells({ commit, authored, author, committer, reviewers, pull, subject }: AuditCommit): string[] {
  return [
    commit.slice(0, 12),
    authored.slice(0, 10),
    nameOf(author),
    nameOf(committer),
    [...new Set(reviewers.map(nameOf))].join(', '),
    pull === null ? '' : String(pull),
    subject,
  ];
}

function nameOf({ login, name, email }: Person): string {
  return login ?? `${name} <${email}>`;
}

function filesOf({ files, commits }: AuditPeriod): string[][] {
  const authors = new Map(commits.map((each) => [each.commit, nameOf(each.author)]));
  const people = ({ touches }: AuditFile): string[] => [...new Set(touches.map(({ commit }) => authors.get(commit) ?? ''))].sort(compareCodePoints);
  return files.map((each) => {
    const [last] = each.touches;
    return [each.file, String(each.touches.length), last === undefined ? '' : `${last.how} by ${last.commit.slice(0, 12)}`, people(each).join(', ')];
  });
}

function tableMarkdown(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, mostRows).map((row) => row.map((cell) => (cell === '' ? '' : showInMarkdown(cell))));
  return [`### ${title}`, markdownTable(columns.map(left), shown), leftOut(rows, mostRows)].filter((part) => part !== '').join('\n\n');
}

function leftOut(rows: readonly unknown[], most: number): string {
  return rows.length > most ? `${rows.length - most} more are left out here; --json has them.` : '';
}
