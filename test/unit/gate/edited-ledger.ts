/** The ledger of the scenarios with a few texts of it replaced, read from a real folder: what a change is made of. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { scenarios } from '../../scenarios/expected.ts';

/** A text that occurs exactly once in the file becomes another. */
export type Edit = readonly [path: string, find: string, put: string];

/** A format of the ledger's own, which keeps every row. */
export const ownFormat = `name: own
columns: { request_id: id, timestamp_utc: at, model_billed: model, charged_amount: amount }
input_includes: []
output_includes: []
`;

const workspace = mkdtempSync(join(tmpdir(), 'trueup-compare-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

let count = 0;

/** Files are written before the edits are made. */
export async function ledgerWith(edits: readonly Edit[], files: Readonly<Record<string, string>> = {}): Promise<Ledger> {
  const root = join(workspace, String(count++));
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  for (const [name, text] of Object.entries({ 'formats/own.yaml': ownFormat, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const [path, find, put] of edits) {
    const parts = readFileSync(join(root, path), 'utf8').split(find);
    if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times`);
    writeFileSync(join(root, path), parts.join(put));
  }
  const { ledger } = await readLedger(root, { asOf: '2026-06-15', builtInFormats });
  if (ledger === null) throw new Error('the ledger cannot be read');
  return ledger;
}
