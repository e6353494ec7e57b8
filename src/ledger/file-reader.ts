/** Reads ledger files one by one and keeps what was read, what could not be, and every finding. */
import type { z } from 'zod';
import { checkShape } from './check-shape.ts';
import type { Part } from './draft.ts';
import { maxFileBytes, openFile } from './ledger-files.ts';
import { findPlaceholders } from './placeholder.ts';
import { type LedgerDocument, readYaml } from './yaml-document.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { LedgerFile } from '../model/ledger.ts';
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
