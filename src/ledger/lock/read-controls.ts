/** Reads the lock, closes and reopenings of a period; what is not exactly as it was written is a finding and is not followed. */
import { posix } from 'node:path';
import type { z } from 'zod';
import { fileKinds } from '../file-kinds.ts';
import { checkShape, type FileKind, type FileReader } from '../file-reader.ts';
import { openFile } from '../ledger-files.ts';
import { sealHolds } from './sealed-text.ts';
import { type LedgerDocument, readYaml } from '../yaml-document.ts';
import type { Close, Controls, Reopen } from '../../model/close.ts';
import { finding, type Finding, type Source } from '../../model/finding.ts';
import { periodFile, periodFolder, periodPath } from '../../model/layout.ts';
import type { Lock } from '../../model/lock.ts';
import { sha256Of } from '../../model/sha256.ts';

const numbered = /^(close|reopen)-([1-9]\d{0,5})\.yaml$/;
/** Names that a person could take for a close or a reopening, and that nobody would read. */
const lookalike = /^(?:close|reopen)-.*\.ya?ml$|^evidence\.lock.+/;

type ControlCode = 'lock-broken' | 'close-broken';

/** `names`: everything in the folder. Findings and documents go to the reader, as those of every other file. */
export async function readControls(reader: FileReader, folder: string, names: readonly string[]): Promise<Controls> {
  const closes: Close[] = [];
  const reopens: Reopen[] = [];
  const broken: string[] = [];
  const lock = names.includes(periodFile('lock')) ? await readSealed(reader, periodPath({ folder }, 'lock'), fileKinds.lock, 'lock-broken') : null;
  if (lock === null && names.includes(periodFile('lock'))) broken.push(periodPath({ folder }, 'lock'));
  for (const name of inOrder(names)) {
    const path = `${folder}/${name}`;
    const read = name.startsWith('close-')
      ? keep(closes, await readSealed(reader, path, fileKinds.close, 'close-broken'))
      : keep(reopens, await readSealed(reader, path, fileKinds.reopen, 'close-broken'));
    if (!read) broken.push(path);
  }
  for (const name of names.filter((candidate) => lookalike.test(candidate) && !numbered.test(candidate))) {
    broken.push(`${folder}/${name}`);
    reader.findings.push(brokenAt(`${folder}/${name}`, name.startsWith('evidence') ? 'lock-broken' : 'close-broken', { problem: 'misnamed' }));
  }
  return { lock, closes, reopens, broken };
}

function inOrder(names: readonly string[]): string[] {
  const numberOf = (name: string): number => Number(numbered.exec(name)?.[2] ?? 0);
  return names.filter((name) => numbered.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

function keep<Item>(list: Item[], item: Item | null): boolean {
  if (item !== null) list.push(item);
  return item !== null;
}

async function readSealed<Schema extends z.ZodType, Value extends Omit<Lock | Close | Reopen, 'sha256'>>(
  reader: FileReader,
  name: string,
  kind: FileKind<Schema, Value>,
  code: ControlCode,
): Promise<(Value & { readonly sha256: string }) | null> {
  const opened = await openFile(reader.root, name);
  if (opened.state !== 'read') {
    reader.findings.push(brokenAt(name, code, { problem: opened.state }));
    return null;
  }
  const text = opened.content.toString('utf8');
  const { document, findings } = readYaml(name, text);
  if (document === null) {
    reader.findings.push(...findings.map((found) => asBroken(found, code, name)));
    return null;
  }
  const sha256 = sha256Of(opened.content);
  reader.documents.set(name, document);
  reader.files.push({ name, bytes: opened.content.length, sha256, document: document.value });
  const shape = checkShape(kind.schema, document);
  const value = shape.value === null ? null : kind.parse(shape.value, document);
  const problems = [...shape.findings.map((found) => asBroken(found, code, name)), ...departures(text, document, value, code)];
  reader.findings.push(...problems);
  return value === null || problems.length > 0 ? null : { ...value, sha256 };
}

/** What a file of the right shape may still be: edited, of another period, or under another's name. */
function departures(text: string, document: LedgerDocument, value: Omit<Lock | Close | Reopen, 'sha256'> | null, code: ControlCode): Finding[] {
  // A file that is not UTF-8 reads otherwise than it is, and its seal does not hold either.
  const lines = text.split('\n').length - 1;
  const seal = sealHolds(text) ? [] : [brokenAt(document.name, code, { problem: 'edited' }, { file: document.name, line: Math.max(lines, 1), column: 1 })];
  if (value === null) return seal;
  const [folder, file] = [posix.dirname(document.name), posix.basename(document.name)];
  const number = numbered.exec(file)?.[2];
  const misplaced = periodFolder(value.period) !== folder || (number !== undefined && 'number' in value && value.number !== Number(number));
  return misplaced ? [...seal, brokenAt(document.name, code, { problem: 'misplaced' }, value.source)] : seal;
}

function asBroken(found: Finding, code: ControlCode, name: string): Finding {
  const { problem, ...words } = found.args;
  return finding(code, 'inconclusive', {
    args: { file: name, problem: found.code, ...words, ...(problem === undefined ? {} : { detail: problem }) },
    source: found.source,
  });
}

function brokenAt(
  file: string,
  code: ControlCode,
  words: Readonly<Record<string, string> & { problem: string }>,
  source: Source = { file, line: 1, column: 1 },
): Finding {
  return finding(code, 'inconclusive', { args: { file, ...words }, source });
}
