/** Reads ledger files one by one, holds each against its schema, and keeps what was read, what could not be, and every finding. */
import type { z } from 'zod';
import type { Part } from './draft.ts';
import { maxFileBytes, openFile } from './ledger-files.ts';
import { saidByBranch } from './kinds/scalars.ts';
import { findPlaceholders } from './placeholder.ts';
import { type LedgerDocument, placeOf, placeOfKey, readYaml, valueAt, type YamlPath } from './yaml-document.ts';
import { finding, type Finding, type FindingCode } from '../model/finding.ts';
import type { LedgerFile } from '../model/ledger.ts';
import { isPlaceholder } from '../model/placeholder.ts';
import { sha256Of } from '../model/sha256.ts';

/** How one kind of file becomes model. */
export interface FileKind<Schema extends z.ZodType, Value> {
  readonly schema: Schema;
  readonly parse: (file: z.output<Schema>, document: LedgerDocument) => Value;
}

export class FileReader {
  readonly findings: Finding[] = [];
  readonly files: LedgerFile[] = [];
  readonly unread = new Set<string>();
  readonly documents = new Map<string, LedgerDocument>();
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Reads a file that must be there; null when it could not be read (its findings say why). */
  async require<Schema extends z.ZodType, Value>(name: string, kind: FileKind<Schema, Value>): Promise<Part<Value> | null> {
    return await this.read(name, kind, () => this.refuse(name, finding('file-missing', 'inconclusive', at(name))));
  }

  /** Reads a file that may be absent. */
  async readIfThere<Schema extends z.ZodType, Value>(name: string, kind: FileKind<Schema, Value>): Promise<Part<Value> | null> {
    return await this.read(name, kind, () => undefined);
  }

  private async read<Schema extends z.ZodType, Value>(name: string, kind: FileKind<Schema, Value>, onMissing: () => void): Promise<Part<Value> | null> {
    const document = await this.open(name, onMissing);
    if (document === null) return null;
    const placeholders = findPlaceholders(document);
    const { value, findings } = checkShape(kind.schema, document);
    this.findings.push(...placeholders, ...findings);
    if (value === null) {
      this.unread.add(name);
      return null;
    }
    return { value: kind.parse(value, document), document };
  }

  private async open(name: string, onMissing: () => void): Promise<LedgerDocument | null> {
    const opened = await openFile(this.root, name);
    if (opened.state !== 'read') {
      if (opened.state === 'missing') onMissing();
      else this.refuse(name, refusalOf(name, opened.state));
      return null;
    }
    const text = decode(opened.content);
    if (text === null) {
      this.refuse(name, finding('yaml-syntax', 'inconclusive', { ...at(name), args: { problem: 'the file is not UTF-8 text' } }));
      return null;
    }
    const { document, findings } = readYaml(name, text);
    this.findings.push(...findings);
    if (document === null) this.unread.add(name);
    else this.keep(document, opened.content);
    return document;
  }

  private keep(document: LedgerDocument, content: Buffer): void {
    const sha256 = sha256Of(content);
    this.documents.set(document.name, document);
    this.files.push({ name: document.name, bytes: content.length, sha256, document: document.value });
  }

  private refuse(name: string, problem: Finding): void {
    this.unread.add(name);
    this.findings.push(problem);
  }
}

function refusalOf(name: string, state: 'escape' | 'too-large' | 'not-a-file'): Finding {
  if (state === 'escape') return finding('path-escape', 'inconclusive', at(name));
  if (state === 'too-large') {
    return finding('file-too-large', 'inconclusive', { ...at(name), args: { file: name, limit: String(maxFileBytes) } });
  }
  return finding('file-missing', 'inconclusive', at(name));
}

function at(file: string) {
  return { args: { file }, source: { file, line: 1, column: 1 } };
}

function decode(content: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

/** Custom issues name the finding they become in `params.finding`. */
type ShapeCode = Extract<FindingCode, 'missing-key' | 'invalid-value' | 'path-escape'>;

/** `value` is null when the file has a finding. A placeholder is reported elsewhere and only makes the value null. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, document: LedgerDocument): { value: z.output<Schema> | null; findings: Finding[] } {
  // A few small documents are read by each shape: what zod would compile for it costs more than it saves.
  const parsed = schema.safeParse(document.value, { jitless: true });
  if (parsed.success) return { value: parsed.data, findings: [] };
  return { value: null, findings: parsed.error.issues.flatMap((issue) => findingsOf(issue, document)) };
}

function findingsOf(issue: z.core.$ZodIssue, document: LedgerDocument): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(document, [...path, key]));
  const value = valueAt(document, path);
  if (issue.code === 'invalid_union' && issue.message === saidByBranch) {
    const [one = [], more = []] = issue.errors;
    return (Array.isArray(value) ? more : one).flatMap((inner) => findingsOf({ ...inner, path: [...issue.path, ...inner.path] }, document));
  }
  if (isPlaceholder(value)) return [];
  const code = value === undefined ? 'missing-key' : codeOf(issue);
  const args = { key: path.join('.'), expected: issue.message, ...(typeof value === 'string' ? { value: value.slice(0, 200) } : {}) };
  return [finding(code, 'inconclusive', { args, source: placeOf(document, path) })];
}

function unknownKey(document: LedgerDocument, path: YamlPath): Finding {
  return finding('unknown-key', 'inconclusive', { args: { key: path.join('.') }, source: placeOfKey(document, path) });
}

function codeOf(issue: z.core.$ZodIssue): ShapeCode {
  const named: unknown = issue.code === 'custom' ? issue.params?.['finding'] : undefined;
  return named === 'missing-key' || named === 'path-escape' ? named : 'invalid-value';
}

/** The content of a file that is not in the ledger any more; null when it cannot be read. */
export function readContent<Schema extends z.ZodType, Value>(name: string, kind: FileKind<Schema, Value>, content: Buffer): Value | null {
  const { document } = readYaml(name, content.toString('utf8'));
  const value = document === null ? null : checkShape(kind.schema, document).value;
  return document === null || value === null ? null : kind.parse(value, document);
}
