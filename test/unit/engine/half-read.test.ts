/** What the engine says of JSON that would be read in half: beyond the first rows, inside columns of CSV and Parquet, in spellings of every kind. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../src/engine/database.ts';
import { createTypes } from '../../../src/engine/reading/column-types.ts';
import { loadLayer } from '../../../src/engine/reading/load-layer.ts';
import { literal, sql } from '../../../src/engine/sql.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { namesChecked } from '../../../src/evidence/check-names.ts';
import type { Container, EvidenceFile, Format } from '../../../src/model/evidence.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidenceFolder } from '../evidence/evidence-folder.ts';

const trueup = builtInFormats.find(({ name }) => name === 'trueup') as Format;
const time = '2026-05-01T00:00:00Z';
const row = (more = ''): string => `{"timestamp_utc":"${time}","model_billed":"m"${more}}`;

function formatWith(columns: Format['columns']): Format {
  return { ...trueup, name: 'own', columns: { timestamp_utc: [{ column: 'timestamp_utc', path: null }], ...columns } };
}
const paged = formatWith({
  model_billed: [{ column: 'data', path: '$[0].model' }],
  charged_amount: [{ column: 'data', path: '$[0].results[0].amount' }],
});

interface Source {
  readonly container: Container;
  readonly format: Format;
  readonly header?: readonly string[];
}

async function withEngine<T>(folder: string, use: (database: Database) => Promise<T>): Promise<T> {
  const options = { file: ':memory:', temporaryFolder: folder, readable: [], folders: [folder], memoryLimit: null, maxTemporaryBytes: 1_000_000n };
  const database = await openDatabase({ ...options, threads: 1, onPlan: null });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

async function read(text: string, { container, format, header = [] }: Source): Promise<string[]> {
  const folder = evidenceFolder({ [`a.${container}`]: text });
  const path = join(folder, `a.${container}`);
  const file: EvidenceFile = { layer: 'provider', path, name: 'a', bytes: text.length, sha256: '', container, compression: 'none', format, copy: null, header };
  return withEngine(folder, async (database) => {
    for (const statement of createTypes) await database.run(statement);
    const { findings } = await loadLayer(database, 'provider', [file], { checkNames: namesChecked, onRows: () => undefined });
    return findings.map(wordsOf);
  });
}

function wordsOf({ code, args, count, source }: Finding): string {
  return [code, args['problem'], args['place'] ?? args['found'], `${count} from ${source?.line}`].join(' ');
}

const lines = { container: 'jsonl', format: trueup } as const;

describe('a key that stands twice', () => {
  it.each([
    ['as it is', '"status":"error"'],
    ['with an escape', '"st\\u0061tus":"error"'],
    ['with a surrogate pair and a slash', '"a\\/\\ud83d\\ude00":1,"a/\u{1f600}":2'],
    ['and is not read', '"note":1,"note":1'],
  ])('%s, in a row after many', async (_, twice) => {
    const text = [...Array.from({ length: 5000 }, () => row(',"status":"success"')), row(`,"status":"success",${twice}`), row()].join('\n');
    const found = await read(text, lines);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^evidence-half-read doubled-key \$\.(status|note|"a\/😀") 1 from 5001$/);
  });

  it('is none where two objects have it, or two spellings differ', async () => {
    expect(await read(row(',"a":{"status":1},"b":{"status":2},"c":[{"d":1},{"d":1}],"Note":1,"note":2'), lines)).toEqual([]);
  });

  it('counts where it is read, not in objects beside', async () => {
    const format = formatWith({ model_billed: [{ column: 'model_billed', path: null }], input_tokens: [{ column: 'usage', path: '$.in' }] });
    const text = `${row(',"usage":{"in":1,"other":{"x":1,"x":2}},"side":{"x":1,"x":2}')}\n${row(',"usage":{"in":1,"in":2}')}`;
    expect(await read(text, { container: 'jsonl', format })).toEqual(['evidence-half-read doubled-key usage:$.in 1 from 2']);
    const wrapped = `${row(`,"usage":${JSON.stringify('{"in":1,"in":2}')}`)}\n`;
    expect(await read(wrapped, { container: 'jsonl', format })).toEqual(['evidence-half-read doubled-key usage:$.in 1 from 1']);
    const csv = `timestamp_utc,model_billed,usage\n${time},m,"{""in"":1,\n""\\u0069n"":2}"\n`;
    expect(await read(csv, { container: 'csv', format, header: ['timestamp_utc', 'model_billed', 'usage'] })).toEqual([
      'evidence-half-read doubled-key usage:$.in 1 from 1',
    ]);
  });
});

describe('pages and lists', () => {
  const page = (results: string, more = ''): string => `{"timestamp_utc":"${time}","data":[{"model":"m","results":[${results}]}]${more}}`;
  const source = { container: 'jsonl', format: paged } as const;

  it('of which every element is read are read', async () => {
    expect(await read(page('{"amount":1}', ',"has_more":false,"next_page":null,"total":1,"next":""'), source)).toEqual([]);
  });

  it.each([
    ['two amounts', page('{"amount":0.0004},{"amount":149}'), 'more-elements data:$[0].results'],
    ['another entry', page('{"amount":1}').replace('}]}]', '}]},{"model":"x"}]'), 'more-elements data:$'],
    ['has_more', page('{"amount":1}', ',"has_more":true'), 'more-pages $.has_more'],
    ['next_page', page('{"amount":1}', ',"next_page":"page_2"'), 'more-pages $.next_page'],
    ['next', page('{"amount":1}', ',"next":"https://api/x?page=2"'), 'more-pages $.next'],
    ['total', page('{"amount":1}', ',"total":"7"'), 'more-pages $.total'],
    ['a page before the last', page('{"amount":1}', ',"page":1,"totalPages":3'), 'more-pages $.totalPages'],
  ])('%s', async (_, text, expected) => {
    expect(await read(`${page('{"amount":1}')}\n${text}`, source)).toEqual([`evidence-half-read ${expected} 1 from 2`]);
  });

  it('a list where a value is read by its key is not read at all', async () => {
    const format = formatWith({ model_billed: [{ column: 'model_billed', path: null }], charged_amount: [{ column: 'cost', path: '$.amount' }] });
    const text = `${row(',"cost":{"amount":1}')}\n${row(',"cost":[]')}\n${row(',"cost":[{"amount":149}]')}`;
    expect(await read(text, { container: 'jsonl', format })).toEqual(['evidence-half-read more-elements cost:$ 1 from 3']);
  });

  it('columns of a plain log are no page: next and total mean something of their own there', async () => {
    expect(await read(row(',"next":"req-2","total":120'), lines)).toEqual([]);
  });
});

describe('names', () => {
  it('that only look like a key that is read are found in any row', async () => {
    const text = [...Array.from({ length: 200 }, () => row(',"charged_amount":1')), row(',"charged_\u0430mount":1'), row(',"Charged Amount":1')].join('\n');
    expect(await read(text, lines)).toEqual([
      'evidence-header misspelt-column Charged Amount 1 from 202',
      'evidence-header look-alike-column charged_\u0430mount 1 from 201',
    ]);
  });

  it('of Parquet columns that stand twice', async () => {
    const folder = evidenceFolder({});
    const path = join(folder, 'a.parquet');
    const file: EvidenceFile = {
      layer: 'provider',
      path,
      name: 'a',
      bytes: 1,
      sha256: '',
      container: 'parquet',
      format: trueup,
      copy: null,
      compression: 'none',
      header: [],
    };
    await withEngine(folder, async (database) => {
      await database.run(
        sql`copy (select ${literal(time)} as timestamp_utc, 'm' as model_billed, {a: 1, b: [2]} as nested, '1' as charged_amount, '9' as charged_amounX) to ${literal(path)} (format parquet)`,
      );
      // The writer would not do it; the names are of one length.
      writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll('charged_amounX', 'charged_amount'), 'latin1'));
      for (const statement of createTypes) await database.run(statement);
      const { findings } = await loadLayer(database, 'provider', [file], { checkNames: namesChecked, onRows: () => undefined });
      expect(findings.map(({ code, severity, args }) => [code, severity, args['problem'], args['column'] ?? args['columns']])).toEqual([
        ['evidence-header', 'inconclusive', 'duplicate-column', 'charged_amount'],
        ['evidence-header', 'warn', 'unknown-column', 'nested'],
      ]);
    });
  });
});
