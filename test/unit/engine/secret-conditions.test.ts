/** The loose pattern that is asked before the patterns of secrets finds each of them, alone. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { literal } from '../../../src/engine/database.ts';
import { holdsSecret, holdsUnbrokenRun, mayHoldSecret, mayHoldUnbrokenRun } from '../../../src/engine/secret-conditions.ts';
import { planted, plantedBeside } from '../report/planted-secrets.ts';

const secrets = [...Object.values(planted), ...Object.values(plantedBeside).map(({ text }) => text)];
const names = ['chat', 'acct_redacted', 'production', 'req-0001 chatcmpl-0001', 'periods/2026-05/evidence/application.csv', 'gpt-4.1-nano-2025-04-14', ''];

/** The texts for which the condition on `text` is true. */
async function held(condition: string, texts: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(`select text from (select unnest([${texts.map(literal).join(', ')}]) as text) where ${condition}`);
  connection.closeSync();
  instance.closeSync();
  return rows.getRowsJson().map(([text]) => String(text));
}

it('every kind of secret', async () => {
  expect(await held(holdsSecret('text'), secrets)).toEqual(secrets);
  expect(await held(mayHoldSecret('text'), secrets)).toEqual(secrets);
});

it('hardly anything else', async () => {
  expect(await held(mayHoldSecret('text'), names)).toEqual([]);
});

it('every run of characters that no name is', async () => {
  const run = 'Zk3Cd4Ef5Gh6Ij7Kl8Mn9Op0QrTuVwXyZa1b2';
  expect(await held(holdsUnbrokenRun('text'), [...names, run])).toEqual([run]);
  expect(await held(mayHoldUnbrokenRun('text'), [run])).toEqual([run]);
});
