/** Guesses the format of an export that a test writes, as the command does, without a ledger around it. */
import { join } from 'node:path';
import { kindByName } from '../../../../src/evidence/file-kind.ts';
import { guessFormat } from '../../../../src/evidence/guess/guess-format.ts';
import { textTable } from '../../../../src/evidence/guess/text-table.ts';
import type { Layer } from '../../../../src/model/evidence.ts';
import type { FormatDraft } from '../../../../src/model/format-draft.ts';
import { evidenceFolder } from '../evidence-folder.ts';

export async function guessExport(name: string, content: string | Uint8Array, layer: Layer = 'provider'): Promise<FormatDraft> {
  const kind = kindByName(name);
  if (kind === null || kind.container === 'parquet') throw new Error(`${name} is no text`);
  const folder = evidenceFolder({ [name]: content });
  return guessFormat(await textTable(join(folder, name), { ...kind, container: kind.container }), layer);
}

/** Key → value of every line; `VERIFY` is what is left open. */
export function valuesOf({ lines }: FormatDraft): Readonly<Record<string, unknown>> {
  return Object.fromEntries(lines.map(({ key, value }) => [key.join('.'), value]));
}

export function groundOf({ lines }: FormatDraft, key: string): string {
  return lines.find((line) => line.key.join('.') === key)?.ground ?? '';
}
