import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../../../src/engine/trino/stages.ts';
import { parseTokens, printTokens } from '../../../../src/engine/trino/tokens.ts';

function staged(statement: string): readonly string[] {
  const { tables, rest } = stagesOf(parseTokens(statement), (name) => `${name}_1`);
  return [...tables.map(({ name, query }) => `${name}: ${printTokens(query)}`), printTokens(rest)];
}

describe('what a statement computes once', () => {
  it('is a table, with what it rests on, and is read by its name', () => {
    expect(
      staged(
        'create table x as with a as (select 1 as k), b as materialized (select a.k from a), c as (select b.k from b) select b.k, c.k from b join c using (k)',
      ),
    ).toEqual([
      'b_1: with a as (select 1 as k) select a.k from a',
      'create table x as with a as (select 1 as k), c as (select b_1.k from b_1) select b_1.k, c.k from b_1 join c using (k)',
    ]);
  });

  it('rests on the ones before it', () => {
    expect(staged('with a as materialized (select 1 as k), b as materialized (select k from a) select * from b')).toEqual([
      'a_1: select 1 as k',
      'b_1: select k from a_1',
      'select * from b_1',
    ]);
  });

  it('stays where it has rows for columns, which no file holds', () => {
    const statement = 'with a as materialized (select row(1, 2) as k) select * from a';
    expect(staged(statement)).toEqual([statement]);
  });

  it('is nothing where nothing is computed once', () => {
    expect(staged('with a as (select 1 as k) select * from a')).toEqual(['with a as (select 1 as k) select * from a']);
  });
});
