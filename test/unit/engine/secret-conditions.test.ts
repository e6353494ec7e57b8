/** The loose pattern that is asked before the patterns of secrets finds each of them, alone. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { holdsSecret, holdsUnbrokenRun, mayHoldSecret, mayHoldUnbrokenRun } from '../../../src/engine/secret-values.ts';
import { joinSql, literal, sql, type Sql } from '../../../src/engine/sql.ts';
import { planted, plantedBeside } from '../report/planted-secrets.ts';

const secrets = [...Object.values(planted), ...Object.values(plantedBeside).map(({ text }) => text)];
const names = [
  'chat',
  'acct_redacted',
  'production',
  'req-0001 chatcmpl-0001',
  'periods/2026-05/evidence/application.csv',
  'gpt-4.1-nano-2025-04-14',
  'key-a',
  'production key-fade eu',
  '',
];

/** The texts for which the condition on `text` is true. */
async function held(condition: Sql, texts: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(sql`select text from (select unnest([${joinSql(texts.map(literal))}]) as text) where ${condition}`);
  connection.closeSync();
  instance.closeSync();
  return rows.getRowsJson().map(([text]) => String(text));
}

it('every kind of secret', async () => {
  expect(await held(holdsSecret(sql`text`), secrets)).toEqual(secrets);
  expect(await held(mayHoldSecret(sql`text`), secrets)).toEqual(secrets);
});

it('hardly anything else', async () => {
  expect(await held(mayHoldSecret(sql`text`), names)).toEqual([]);
});

it('every run of characters that no name is', async () => {
  const run = 'Zk3Cd4Ef5Gh6Ij7Kl8Mn9Op0QrTuVwXyZa1b2';
  expect(await held(holdsUnbrokenRun(sql`text`), [...names, run])).toEqual([run]);
  expect(await held(mayHoldUnbrokenRun(sql`text`), [run])).toEqual([run]);
});
