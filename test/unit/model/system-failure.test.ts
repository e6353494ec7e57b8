/** Failures as the machine and the engine really give them, and what only looks like one. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { systemFailure } from '../../../src/model/system-failure.ts';
import { UserError } from '../../../src/model/user-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-failure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}

async function ofEngine(statement: string, settings: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  try {
    await connection.run(statement);
    return null;
  } catch (error) {
    return error;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

it('a disk that is full', () => {
  const full = openSync('/dev/full', 'w');
  expect(systemFailure(caught(() => writeFileSync(full, 'x')))?.message).toBe('The disk is full (ENOSPC).');
  closeSync(full);
});

it('a place that nobody may write names it', () => {
  const error = caught(() => writeFileSync('/proc/version', 'x'));
  expect(systemFailure(error)?.message).toMatch(
    /^A file or folder may not be read or written(?:: \/proc\/version)? \(E[A-Z]+\)\.$|^The disk does not answer as it should/,
  );
});

it('the memory of the engine', async () => {
  const error = await ofEngine('select list(i order by hash(i)) from range(2000000) r(i)', { memory_limit: '20MB', max_temp_directory_size: '0KB' });
  expect(systemFailure(error)?.message).toMatch(/^The memory is used up \(Out of Memory Error: .+\)\.$/);
  expect(systemFailure(error)?.remedy).toContain('--memory');
});

it('the disk of the engine', async () => {
  const error = await ofEngine("copy (select * from range(100000)) to '/dev/full' (format csv, use_tmp_file false)");
  expect(systemFailure(error)?.message).toMatch(/^The disk is full \(IO Error: /);
});

it('a text that is too long for the language', () => {
  expect(systemFailure(caught(() => 'x'.repeat(2 ** 30)))?.message).toMatch(/^The memory is used up \(Invalid string length\)\.$/);
});

it('a cause inside another error counts', () => {
  expect(systemFailure(new Error('outer', { cause: Object.assign(new Error(''), { code: 'EMFILE' }) }))?.message).toMatch(/^Too many files are open/);
  expect(systemFailure(new Error('outer', { cause: Object.assign(new Error(''), { code: 'ENOENT' }) }))).toBeNull();
});

it('what a row of evidence says is no failure of the machine', async () => {
  writeFileSync(join(folder, 'a.csv'), 'a,b\n1,2\nNo space left on device,Permission denied,Too many open files\n');
  const options = "auto_detect = false, header = true, columns = {'a': 'VARCHAR', 'b': 'VARCHAR'}";
  const error = await ofEngine(`select * from read_csv('${join(folder, 'a.csv')}', ${options})`);
  expect(String(error)).toContain('Permission denied');
  expect(systemFailure(error)).toBeNull();
});

it.each([new UserError('a', 'b'), new Error('x'), new TypeError('y is not a function'), Object.assign(new Error('gone'), { code: 'ENOENT' }), 'text', null])(
  '%s is none',
  (error) => expect(systemFailure(error)).toBeNull(),
);
