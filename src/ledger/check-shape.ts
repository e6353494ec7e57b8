/** Holds a file against its schema; every departure becomes a finding with its place. */
import type { z } from 'zod';
import { isPlaceholder } from '../model/placeholder.ts';
import { type LedgerDocument, placeOf, placeOfKey, valueAt, type YamlPath } from './yaml-document.ts';
import type { FindingCode } from '../model/finding-code.ts';
import { finding, type Finding } from '../model/finding.ts';

/** Custom issues name the finding they become in `params.finding`. */
type ShapeCode = Extract<FindingCode, 'missing-key' | 'invalid-value' | 'path-escape'>;

/** `value` is null when the file has a finding. A placeholder is reported elsewhere and only makes the value null. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, document: LedgerDocument): { value: z.output<Schema> | null; findings: Finding[] } {
  const parsed = schema.safeParse(document.value);
  if (parsed.success) return { value: parsed.data, findings: [] };
  return { value: null, findings: parsed.error.issues.flatMap((issue) => findingsOf(issue, document)) };
}

function findingsOf(issue: z.core.$ZodIssue, document: LedgerDocument): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(document, [...path, key]));
  const value = valueAt(document, path);
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
