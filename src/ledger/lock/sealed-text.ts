/** Writes locks, closes and reopenings as sealed YAML: every scalar is text, one entry of a list on one line, so that a diff shows what changed. */
import type { CloseBody, FileReference, ReopenBody } from '../../model/close.ts';
import { compareCodePoints } from '../../model/order-findings.ts';
import { formatInstant } from '../../model/instant.ts';
import type { FrozenFile, Lock } from '../../model/lock.ts';
import { sha256Of } from '../../model/sha256.ts';

type YamlNode = string | readonly YamlNode[] | { readonly [key: string]: YamlNode | null };

/** Words that other readers of YAML would not take for text. */
const ambiguous = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n']);

/** A document whose keys stand one to a line; keys that are null are left out. Ends with a newline. */
export function yamlText(comment: readonly string[], document: Readonly<Record<string, YamlNode | null>>): string {
  const lines = comment.map((line) => `# ${line}\n`);
  for (const [key, value] of entriesOf(document)) {
    if (!Array.isArray(value)) lines.push(`${key}: ${flow(value)}\n`);
    else lines.push(value.length === 0 ? `${key}: []\n` : `${key}:\n${value.map((item) => `  - ${flow(item as YamlNode)}\n`).join('')}`);
  }
  return lines.join('');
}

function flow(node: YamlNode): string {
  if (typeof node === 'string') return scalar(node);
  if (Array.isArray(node)) return `[${node.map((item) => flow(item as YamlNode)).join(', ')}]`;
  const members = entriesOf(node as Readonly<Record<string, YamlNode | null>>).map(([key, value]) => `${scalar(key)}: ${flow(value)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function entriesOf(document: Readonly<Record<string, YamlNode | null>>): [string, YamlNode][] {
  return Object.entries(document).filter((entry): entry is [string, YamlNode] => entry[1] !== null);
}

function scalar(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !/^[0-9a-f]{40,64}$/.test(text) && !ambiguous.has(text.toLowerCase())) return text;
  return JSON.stringify(text);
}

const lastLine = /^seal: "?([0-9a-f]{64})"?\n$/;

/** `text`, which ends with a newline, and its seal. */
export function sealed(text: string): string {
  return `${text}seal: "${sha256Of(text)}"\n`;
}

/** True when the last line is the seal of everything above it: `head -n -1 <file> | sha256sum` says the same. */
export function sealHolds(text: string): boolean {
  const start = text.lastIndexOf('\n', text.length - 2) + 1;
  return lastLine.exec(text.slice(start))?.[1] === sha256Of(text.slice(0, start));
}

const comment = [
  'Written by `trueup freeze`. Never edit it: reopen the period and freeze again.',
  'In this folder, set_sha256 is what this says: sha256sum <every file below> | LC_ALL=C sort | sha256sum',
  'The last line is the SHA-256 of every byte above it: head -n -1 evidence.lock | sha256sum',
];

/** What `sha256sum <files> | LC_ALL=C sort | sha256sum` says of the files. */
export function setChecksum(files: readonly Pick<FrozenFile, 'file' | 'sha256'>[]): string {
  const lines = files.map(({ file, sha256 }) => Buffer.from(`${sha256}  ${file}\n`)).sort(Buffer.compare);
  return sha256Of(Buffer.concat(lines));
}

export function renderLock({ period, toolVersion, files }: { readonly files: readonly FrozenFile[] } & Pick<Lock, 'period' | 'toolVersion'>): string {
  const sorted = [...files].sort((a, b) => compareCodePoints(a.file, b.file));
  const document = { version: '1', period, tool_version: toolVersion, set_sha256: setChecksum(sorted), files: sorted.map(entryOf) };
  return sealed(yamlText(comment, document));
}

function entryOf({ file, role, sha256, bytes, sums }: FrozenFile): YamlNode {
  const known = { file, role, sha256, bytes: bytes.toString() };
  if (sums === null) return known;
  return {
    ...known,
    rows: sums.rows,
    filtered: sums.filtered === '0' ? null : sums.filtered,
    first_utc: sums.first === null ? null : formatInstant(sums.first),
    last_utc: sums.last === null ? null : formatInstant(sums.last),
    tokens: Object.keys(sums.tokens).length === 0 ? null : sums.tokens,
    amounts: sums.amounts.length === 0 ? null : sums.amounts.map(({ currency, sum }) => ({ currency, sum })),
  };
}

const sealComment = 'The last line is the SHA-256 of every byte above it: head -n -1 <this file> | sha256sum';

export function renderClose(close: CloseBody): string {
  const { openItems, closingBalance: left } = close;
  const document: Readonly<Record<string, YamlNode | null>> = {
    version: '1',
    period: close.period,
    number: close.number.toString(),
    account_ref: close.accountRef,
    environment: close.environment,
    approved_by: close.approvedBy,
    note: close.note,
    verdict: close.verdict,
    stage: close.stage,
    assurance: close.assurance,
    as_of: close.asOf,
    judged_end_utc: formatInstant(close.judgedEnd),
    tool_version: close.toolVersion,
    program_sha256: close.programSha256,
    inputs_digest: close.digests.inputs,
    result_digest: close.digests.result,
    totals: { ...close.totals },
    closing_balance: left === null ? null : { at_utc: formatInstant(left.at), balance: left.balance },
    previous: referenceOf(close.previous),
    reopened: referenceOf(close.reopened),
    carried_from: referenceOf(close.carriedFrom),
    open_items: openItems === null ? null : { name: openItems.name, sha256: openItems.sha256, count: openItems.count.toString(), amount: openItems.amount },
    results: close.results.length === 0 ? null : close.results.map(({ name, sha256 }) => ({ name, sha256 })),
    files: close.files.map(({ name, role, blob, sha256, bytes }) => ({ name, role, blob, sha256, bytes: bytes.toString() })),
  };
  return sealed(yamlText(['Written by `trueup close`. Never edit it: reopen the period and close again.', sealComment], document));
}

export function renderReopen({ period, number, reason, close, lock }: ReopenBody): string {
  const document = { version: '1', period, number: number.toString(), reason, close: referenceOf(close), lock: referenceOf(lock) };
  return sealed(yamlText(['Written by `trueup reopen`. Never edit it; what it takes back stays beside it.', sealComment], document));
}

function referenceOf(reference: FileReference | null): YamlNode | null {
  return reference === null ? null : { name: reference.name, sha256: reference.sha256 };
}
