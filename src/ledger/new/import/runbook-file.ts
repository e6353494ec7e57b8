/** The runbook's JSON as a file with places: every finding of the import points into it. */
import { basename } from 'node:path';
import { excerptOf, lineStartsOf } from '../../yaml-document.ts';
import { type JsonNode, type JsonObject, readJson } from './read-json.ts';
import { isPlaceholder } from '../../../model/placeholder.ts';
import { finding, type Finding, type FindingCode, type Severity, type Source } from '../../../model/finding.ts';
import { formatMoney, Money } from '../../../model/money.ts';

/** Repairs beyond this many lines are counted in the last finding. */
const maxQuoteFindings = 100;

export class RunbookFile {
  readonly root: JsonNode | null;
  private readonly reported: Finding[] = [];
  private readonly name: string;
  private readonly text: string;
  private readonly lineStarts: readonly number[];

  constructor(path: string, text: string) {
    this.name = basename(path);
    this.text = text;
    this.lineStarts = lineStartsOf(text);
    const { root, problem, repairs } = readJson(text);
    this.root = root;
    if (problem !== null) this.report('yaml-syntax', 'inconclusive', problem.offset, { problem: problem.text });
    this.reportRepairs(repairs);
    if (root !== null) this.reportPlaceholders(root, []);
  }

  /** In the order of the file. */
  findings(): Finding[] {
    const place = ({ source }: Finding) => [source?.line ?? 0, source?.column ?? 0] as const;
    return [...this.reported].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
  }

  report(code: FindingCode, severity: Severity, offset: number, args: Readonly<Record<string, string>>, count = 1): void {
    const source = this.placeOf(offset);
    this.reported.push(finding(code, severity, { args, count, source, excerpt: excerptOf(this.text, this.lineStarts, source) }));
  }

  /** What the import does not take over. */
  reportUnknown(key: string, offset: number, count = 1): void {
    this.report('unknown-key', 'warn', offset, { key }, count);
  }

  private reportRepairs(repairs: readonly number[]): void {
    const perLine = new Map<number, { offset: number; count: number }>();
    for (const offset of repairs) {
      const { line } = this.placeOf(offset);
      const known = perLine.get(line);
      perLine.set(line, { offset: known?.offset ?? offset, count: (known?.count ?? 0) + 1 });
    }
    const lines = [...perLine.values()];
    const shown = lines.slice(0, maxQuoteFindings);
    for (const { offset, count } of shown) this.report('import-quotes', 'warn', offset, {}, count);
    const rest = lines.slice(maxQuoteFindings);
    const first = rest[0];
    if (first !== undefined)
      this.report(
        'import-quotes',
        'warn',
        first.offset,
        { more_lines: String(rest.length) },
        rest.reduce((sum, { count }) => sum + count, 0),
      );
  }

  private reportPlaceholders(node: JsonNode, path: readonly string[]): void {
    if (node.kind === 'text') {
      if (isPlaceholder(node.value)) this.report('placeholder', 'fail', node.offset, { key: path.join('.'), value: node.value?.trim() ?? '' });
    } else if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) this.reportPlaceholders(item, [...path, String(index)]);
    } else {
      for (const { key, value } of node.members) this.reportPlaceholders(value, [...path, key]);
    }
  }

  private placeOf(offset: number): Source {
    let [low, high] = [0, this.lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.name, line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }
}

/** The members of one object, each to be taken once; what nobody takes is reported. */
export class Fields {
  private readonly left: Map<string, { readonly keyOffset: number; readonly value: JsonNode }>;
  private readonly file: RunbookFile;
  private readonly path: string;

  constructor(file: RunbookFile, node: JsonObject, path: string) {
    this.file = file;
    this.path = path;
    this.left = new Map(node.members.map(({ key, keyOffset, value }) => [key, { keyOffset, value }]));
  }

  /** The first of `keys` that is there, whatever it holds; null when none is. */
  take(...keys: readonly string[]): { readonly key: string; readonly keyOffset: number; readonly value: JsonNode } | null {
    for (const key of keys) {
      const found = this.left.get(key);
      if (found === undefined) continue;
      this.left.delete(key);
      return { key, ...found };
    }
    return null;
  }

  /** A scalar as text; null when it is absent, null or empty. Lists and objects are reported. */
  text(...keys: readonly string[]): string | null {
    const found = this.take(...keys);
    if (found === null) return null;
    if (found.value.kind === 'text') return found.value.value === '' ? null : found.value.value;
    this.refuse(found, 'a text or number');
    return null;
  }

  /** The scalars of a list; a lone scalar is a list of one; null when absent. */
  texts(...keys: readonly string[]): string[] | null {
    const found = this.take(...keys);
    if (found === null) return null;
    const items = found.value.kind === 'list' ? found.value.items : [found.value];
    const values = items.flatMap((item) => (item.kind === 'text' && item.value !== null ? [item.value] : []));
    if (values.length !== items.length) this.refuse(found, 'a list of texts');
    return values;
  }

  object(...keys: readonly string[]): Fields | null {
    const found = this.take(...keys);
    if (found === null || isNull(found.value)) return null;
    if (found.value.kind === 'object') return new Fields(this.file, found.value, this.pathTo(found.key));
    this.refuse(found, 'an object');
    return null;
  }

  /** The objects of a list. */
  objects(...keys: readonly string[]): Fields[] {
    const found = this.take(...keys);
    if (found === null || isNull(found.value)) return [];
    if (found.value.kind !== 'list') {
      this.refuse(found, 'a list of objects');
      return [];
    }
    return found.value.items.flatMap((item, index) => {
      const path = `${this.pathTo(found.key)}.${index}`;
      if (item.kind === 'object') return [new Fields(this.file, item, path)];
      this.file.report('invalid-value', 'inconclusive', item.offset, { key: path, expected: 'an object' });
      return [];
    });
  }

  refuse(found: { readonly key: string; readonly value: JsonNode }, expected: string): void {
    const value = found.value.kind === 'text' && found.value.value !== null ? { value: found.value.value } : {};
    this.file.report('invalid-value', 'inconclusive', found.value.offset, { key: this.pathTo(found.key), expected, ...value });
  }

  pathTo(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** The keys that nobody took, with their places. */
  leftovers(): { readonly key: string; readonly keyOffset: number }[] {
    return [...this.left].map(([key, { keyOffset }]) => ({ key, keyOffset }));
  }

  /** Reports the keys that nobody took. */
  finish(): void {
    for (const { key, keyOffset } of this.leftovers()) this.file.reportUnknown(this.pathTo(key), keyOffset);
    this.left.clear();
  }
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'text' && node.value === null;
}

const maxExponent = 38;

/** `1e-7` → `0.0000001`, exactly; every other text is left as it is, for validation to judge. */
export function plainDecimal(text: string): string {
  const match = /^-?\d{1,38}(?:\.\d{1,38})?[eE]([+-]?\d{1,3})$/.exec(text);
  if (match === null || Math.abs(Number(match[1])) > maxExponent) return text;
  return formatMoney(new Money(text));
}
