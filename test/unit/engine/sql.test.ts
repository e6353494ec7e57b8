/** What gets into a statement: by its type, and what the engine reads of a literal and of a quoted name. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { Database } from '../../../src/engine/database.ts';
import { identifier, indentSql, joinSql, literal, sql, type Sql } from '../../../src/engine/sql.ts';
import type { CanonicalColumn, TokenClass } from '../../../src/model/evidence.ts';
import type { Amount } from '../../../src/model/money.ts';

/** Whether such values may stand in the braces of a template, or in a list. */
type Braces<P extends readonly unknown[]> = typeof sql extends (texts: TemplateStringsArray, ...parts: P) => Sql ? 'taken' : 'refused';
type Listed<P> = typeof joinSql extends (parts: readonly P[]) => Sql ? 'taken' : 'refused';
type Between<B> = typeof joinSql extends (parts: readonly Sql[], between: B) => Sql ? 'taken' : 'refused';

describe('the types', () => {
  it('take SQL, whole numbers and words that the program knows', () => {
    expectTypeOf<Braces<[]>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Braces<[Sql]>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Braces<[number, bigint]>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Braces<[CanonicalColumn, `${TokenClass}_price`, Sql | 'null']>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Listed<Sql | CanonicalColumn | number>>().toEqualTypeOf<'taken'>();
    expectTypeOf<Between<' or '>>().toEqualTypeOf<'taken'>();
  });

  it('refuse any other text, in whatever place and company', () => {
    expectTypeOf<Braces<[string]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[Sql, CanonicalColumn, string]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[`${string}_rows`]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[Amount]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[Sql | null]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[boolean]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[Sql[]]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Braces<[unknown]>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Listed<string>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Listed<Sql | Amount>>().toEqualTypeOf<'refused'>();
    expectTypeOf<Between<string>>().toEqualTypeOf<'refused'>();
  });

  it('keep a bare string from the database', () => {
    expectTypeOf<string>().not.toExtend<Sql>();
    expectTypeOf<'select 1'>().not.toExtend<Sql>();
    expectTypeOf<Parameters<Database['run']>[0]>().toEqualTypeOf<Sql>();
    expectTypeOf<Parameters<Database['rows']>[0]>().toEqualTypeOf<Sql>();
    expectTypeOf<Parameters<Database['rawBytes']>[0]>().toEqualTypeOf<Sql>();
  });
});

describe('the text', () => {
  it('is that of the template, its escapes read', () => {
    const column: CanonicalColumn = 'status';
    expect(sql`select ${column}, ${1}, ${2n ** 70n}\nfrom ${sql`rows`} where x = '\\s\`'`).toBe(
      "select status, 1, 1180591620717411303424\nfrom rows where x = '\\s`'",
    );
    expect(sql``).toBe('');
  });

  it('is joined by commas, or by what is said', () => {
    expect(joinSql([sql`a`, 'b', 3])).toBe('a, b, 3');
    expect(joinSql([sql`a`, sql`b`], ' or ')).toBe('a or b');
    expect(joinSql([sql`a`, sql`b`], '')).toBe('ab');
    expect(joinSql([])).toBe('');
  });

  it('is set further in line by line', () => {
    expect(indentSql(sql`a\n  b\nc`)).toBe('a\n    b\n  c');
  });
});

describe('in the engine', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });
  const ask = async (query: Sql) => {
    const reader = await connection.runAndReadAll(query);
    return { names: reader.columnNames(), value: reader.getRowsJson()[0]?.[0] };
  };

  const marks = fc.constantFrom("'", '"', '\\', '`', '$', '{', ';', '--', '/*', '\n', '%', '?', "'';", '$$', 'x', '’', '🧾');
  const texts = fc
    .array(fc.oneof(marks, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 12 })
    .map((pieces) => pieces.join('').replaceAll('\0', ''));

  it('a literal is the text, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect((await ask(sql`select ${literal(text)}`)).value).toBe(text);
      }),
      { numRuns: 500, seed: 9 },
    );
  });

  it('an identifier is the name, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts.filter((name) => name !== ''),
        async (name) => {
          expect((await ask(sql`select 1 as ${identifier(name)}`)).names).toEqual([name]);
        },
      ),
      { numRuns: 500, seed: 10 },
    );
  });

  it('what the engine cannot hold, a NUL, is refused and cuts nothing short', async () => {
    await expect(ask(sql`select ${literal('a\0b')}`)).rejects.toThrow('unterminated quoted string');
    await expect(ask(sql`select 1 as ${identifier('a\0b')}`)).rejects.toThrow('unterminated quoted identifier');
  });
});
