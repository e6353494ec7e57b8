/** The file of a guessed format: its lines as YAML, the ground of each as a comment behind it; and what can be read through it meanwhile. */
import { Document } from 'yaml';
import { checkShape } from '../file-reader.ts';
import { formatSchema, parseFormat } from '../kinds/format.ts';
import { readYaml } from '../yaml-document.ts';
import type { Format } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import type { DraftLine, FormatDraft } from '../../model/format-draft.ts';
import { ledgerPath } from '../../model/layout.ts';

const opening = ` Guessed by trueup format guess; behind each line stands its ground.
 VERIFY is what the file does not say: until somebody has replaced it, the ledger is inconclusive.`;
/** Whatever does not show, and what ends a line: a comment must stay one. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function formatText(name: string, { lines }: FormatDraft): string {
  const document = new Document({ name });
  document.commentBefore = opening;
  for (const { key, value, ground } of lines) {
    const node = document.createNode(value, { flow: true });
    node.comment = ` ${ground.replaceAll(invisible, '\ufffd')}`;
    document.setIn(key, node);
  }
  return document.toString({ lineWidth: 0 });
}

/** The draft with a reading in the place of each placeholder; null, with what is wrong, where no such reading is a format. */
export function meanwhileFormat(name: string, draft: FormatDraft): { readonly format: Format | null; readonly findings: readonly Finding[] } {
  const lines = draft.lines.flatMap((line): DraftLine[] => {
    if (line.open === undefined) return [line];
    return line.open.meanwhile === null ? [] : [{ ...line, value: line.open.meanwhile }];
  });
  const { document, findings } = readYaml(ledgerPath('format', name), formatText(name, { ...draft, lines }));
  if (document === null) return { format: null, findings };
  const shape = checkShape(formatSchema, document);
  return { format: shape.value === null ? null : parseFormat(shape.value), findings: shape.findings };
}
