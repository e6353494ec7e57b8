/** Quotes that stand where RFC 4180 has them are read as it says; all others are found, however the text is cut. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../src/engine/database.ts';
import { literal, sql, type Sql } from '../../../src/engine/sql.ts';
import { QuoteCheck } from '../../../src/evidence/quote-check.ts';
import { seededRandom } from '../../properties/random.ts';

/** `problem@byte`, the same for every cut of the text; null when nothing is wrong. */
function check(text: string): string | null {
  const bytes = Buffer.from(text);
  const said = new Set([1, 2, 3, 7, bytes.length + 1].map((size) => checkInPieces(bytes, size)));
  if (said.size !== 1) throw new Error(`${JSON.stringify(text)}: ${[...said].join(' or ')}`);
  return [...said][0] ?? null;
}

function checkInPieces(bytes: Buffer, size: number): string | null {
  const quotes = new QuoteCheck(',');
  for (let at = 0; at < bytes.length; at += size) quotes.accept(bytes.subarray(at, at + size));
  const found = quotes.finish();
  return found === null ? null : `${found.problem}@${found.args['byte']}`;
}

describe('QuoteCheck', () => {
  it.each(['', 'a,b\n1,2\n', '"a","b"\r\n"1","2"', '"a ""b"" c",\n,""\n', '"x\ny","\n"\n', '\u{FEFF}"a",b\n', '"""",""""""\n', 'a\r"b"\rc'])(
    'accepts %j',
    (text) => {
      expect(check(text)).toBeNull();
    },
  );

  it.each([
    ['a\n"b', 'unpaired-quote@2'],
    ['a\n"b""', 'unpaired-quote@2'],
    ['a,"b,c\n1,2\n', 'unpaired-quote@2'],
    ['a,b"c\n', 'stray-quote@3'],
    ['a,"b"c\n', 'stray-quote@4'],
    ['a, "b"\n', 'stray-quote@3'],
    ['a,"b" ,c\n', 'stray-quote@4'],
    // Two wrongs make an even number.
    ['a"b\n"c,d\n', 'stray-quote@1'],
    ['"a\n"b\n', 'stray-quote@3'],
    ['\u{FEFF}x"', 'stray-quote@4'],
    ['é"', 'stray-quote@2'],
  ])('finds what is wrong with %j', (text, problem) => {
    expect(check(text)).toBe(problem);
  });
});

describe('what the check accepts, the engine reads whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-quotes-'));
  const path = join(folder, 'rows.csv');
  let database: Database | null = null;
  beforeAll(async () => {
    const limits = { memoryLimit: null, maxTemporaryBytes: 0n, threads: 1, onPlan: null };
    database = await openDatabase({ file: ':memory:', temporaryFolder: folder, readable: [path], folders: [], ...limits });
  });
  afterAll(() => {
    database?.close();
    rmSync(folder, { recursive: true });
  });

  it('in random texts, each in the parallel and the serial reading', async () => {
    const random = seededRandom(1);
    let read = 0;
    for (let round = 0; round < 1500; round += 1) {
      const pieces = ['a', '"', '""', ',', ',', '\n', ' ', '"a"', '"a\n"', '"",'];
      const text = `x,y\n1,2\n${Array.from({ length: 1 + random.below(8) }, () => random.pick(pieces)).join('')}\n8,9\n`;
      if (check(text) !== null) continue;
      writeFileSync(path, text);
      for (const reading of ['true', 'false'] as const) {
        const rows = await rowsOf(
          sql`read_csv(${literal(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {x: 'VARCHAR', y: 'VARCHAR'}, strict_mode = true, parallel = ${reading})`,
        );
        if (rows === null) continue;
        expect(rows, JSON.stringify(text)).toEqual(recordsOf(text));
        read += 1;
      }
    }
    expect(read).toBeGreaterThan(300);
  });

  async function rowsOf(scan: Sql): Promise<unknown[][] | null> {
    try {
      return (await database?.rows(sql`select x, y from ${scan}`))?.map((row) => [row['x'], row['y']]) ?? null;
    } catch {
      // Said aloud: a row that is too short or too long.
      return null;
    }
  }
});

/** The records after the header, blank lines left out, empty values null; empty values too many at the end are none. */
function recordsOf(text: string): (string | null)[][] {
  const records: (string | null)[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (plain === '' && end === '' && records.at(-1)?.length === 0) break;
    records.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain ?? '') || null);
    if (end === '\n') records.push([]);
  }
  const filled = records.slice(1).filter((record) => record.length > 1);
  return filled.map((record) => (record.slice(2).every((value) => value === null) ? record.slice(0, 2) : record));
}
