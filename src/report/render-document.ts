/** A document of a command as the bytes that `--json` prints, and findings as every document has them. */
import { type CommandDocument, documentSchema, type FindingDocument } from '../model/command-document.ts';
import type { Finding } from '../model/finding.ts';
import { presentable } from './scrub-secrets.ts';
import { remedyOf, sentenceOf } from './wording.ts';

/** Keys in the order of the schema. Names and quotes may hold secrets: none leaves. */
export function renderDocument(document: CommandDocument): string {
  return `${JSON.stringify(presentable(documentSchema.parse(document)), null, 2)}\n`;
}

/** JSON escapes what could harm, so that sentences quote as it stands. */
export function findingDocuments(findings: readonly Finding[]): FindingDocument[] {
  const asIs = (text: string): string => text;
  return findings.map((found) => {
    const { code, severity, count, amount, args, source, samples } = found;
    return { code, severity, count, amount, args, source, samples, message: sentenceOf(found, asIs), remedy: remedyOf(found, asIs) };
  });
}
