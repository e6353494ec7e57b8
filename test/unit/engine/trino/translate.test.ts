import { describe, expect, it } from 'vitest';
import { translate } from '../../../../src/engine/trino/translate.ts';

describe('a statement in the SQL of a cluster', () => {
  it.each([
    [
      'a cast, wherever its operand ends',
      "select a.b::bigint, 'x'::varchar, (1 + 2)::integer",
      "select cast(a.b as bigint), cast('x' as varchar), cast((1 + 2) as integer)",
    ],
    [
      'a cast of a case',
      'select case when a then case when b then 1 end else 0 end::hugeint',
      'select cast(case when a then case when b then 1 end else 0 end as decimal(38, 0))',
    ],
    [
      'a cast of a call with its filter and its window',
      'select count(*) filter (a <> 0)::bigint, max(a) over (partition by b)::integer',
      'select cast(count(*) filter (where a <> 0) as bigint), cast(max(a) over (partition by b) as integer)',
    ],
    ['types that are none there', "select null::usmallint, 'ok'::cost_state", "select cast(null as integer), cast('ok' as varchar)"],
    ['a column that is named like a type', 'select cost_state from x', 'select cost_state from x'],
    ['the columns of a table', 'create table x (a usmallint, b hugeint)', 'create table x(a integer, b decimal(38, 0))'],
    ['a sum that cannot be too wide', 'select sum(a)::hugeint from x', 'select cast(sum(cast(0 as decimal(38, 0)) + (a)) as decimal(38, 0)) from x'],
    ['a whole quotient, toward zero', 'select a * 3 // 100 + b from x', 'select (((a * 3) - (a * 3) % (100)) / (100)) + b from x'],
    ['a whole number that would be a float', 'select 170141183460469231731687303715884105727', "select decimal '170141183460469231731687303715884105727'"],
    ['such a number within a cast', 'select (100000000000000000000::hugeint)', "select (cast(decimal '100000000000000000000' as decimal(38, 0)))"],
    ['a pair in a list of pairs', 'select (a, b) in (select (c, d) from x)', 'select (a, b) in (select c, d from x)'],
    [
      'columns that are the same or both null, by which rows are joined',
      'select 1 from a join b on a.x is not distinct from b.x and a.y = b.y',
      "select 1 from a join b on (coalesce(json_format(cast(a.x as json)), '') = coalesce(json_format(cast(b.x as json)), '') and (a.x is null) = (b.x is null)) and a.y = b.y",
    ],
    ['what may be null and is a part of more', 'select 1 + a.x is not distinct from b.x', 'select 1 + a.x is not distinct from b.x'],
    ['what may be null and is no column', 'select a.x is not distinct from b.x::integer', 'select a.x is not distinct from cast(b.x as integer)'],
    ['a list', "select ['a', null] as b", "select array['a', null] as b"],
    ['the start of a text', 'select a.b[1:64]', 'select substr(a.b, 1, 64)'],
    [
      'the first ones of a list, and the first one',
      'select (list(a order by b) filter (c))[1:5] as d, (list(a order by b))[1] as e from x',
      'select slice((array_agg(a order by b) filter (where c)), 1, 5) as d, element_at((array_agg(a order by b)), 1) as e from x',
    ],
    [
      'texts put together in an order',
      "select string_agg(a, '; ' order by b desc, c) as d from x group by e",
      "select listagg(a, '; ') within group (order by b desc, c) as d from x group by e",
    ],
    ['a list as a text', 'select to_json([a::varchar, b])::varchar', 'select cast(json_format(cast(array[cast(a as varchar), b] as json)) as varchar)'],
    ['a day as a text', "select strftime(date '1970-01-01' + day, '%Y-%m-%d')", "select date_format(date_add('day', day, date '1970-01-01'), '%Y-%m-%d')"],
    [
      'a time as a text, of which seconds are not rounded',
      "select strftime(make_timestamp(x.a), '%Y-%m-%dT%H:%M:%SZ')",
      "select date_format(date_add('second', ((x.a) - (((x.a) % 1000000 + 1000000) % 1000000)) / 1000000, timestamp '1970-01-01 00:00:00'), '%Y-%m-%dT%H:%i:%SZ')",
    ],
    ['a day after another', "select date '1970-01-01' + facts.day", "select date_add('day', facts.day, date '1970-01-01')"],
    ['a pattern over the whole text', "select regexp_full_match(a, '[1-9]|0')", "select regexp_like(a, '\\A(?:[1-9]|0)\\z')"],
    ['the larger of what is known', 'select greatest(a, 0)', 'select coalesce(greatest(a, 0), a, 0)'],
    [
      'a semi join, whose key may be null',
      'select a.* from a semi join (select k from b) as c using (k) where a.x',
      'select a.* from a where (a.x) and a.k in (select k from (select k from b) as c where k is not null)',
    ],
    [
      'an anti join keeps what has no key',
      'select a.* from a anti join b using (k)',
      'select a.* from a where not coalesce(a.k in (select k from b where k is not null), false)',
    ],
    ['an anti join on a condition', 'select x from a anti join b on b.y = a.x', 'select x from a where not exists (select 1 from b where b.y = a.x)'],
    [
      'a join by a shared column, which each relation keeps',
      'select b.*, k as key from a left join b using (k) order by k',
      'select b.*, a.k as key from a left join b on a.k = b.k order by a.k',
    ],
    ['a join of which everything is laid out', 'select * from a join b using (k) where b.k > 1', 'select * from a join b using (k) where k > 1'],
    ['a group by the name of an expression', 'select a // 2 as b, c from x group by b, c', 'select (((a) - (a) % (2)) / (2)) as b, c from x group by 1, c'],
    ['a group by a column', 'select x.a as a from x group by x.a', 'select x.a as a from x group by x.a'],
    [
      'a list laid out as rows',
      "select unnest([case when bool_or(a) then 'b' end]) as c from x",
      "select c from (select array[case when bool_or(a) then 'b' end] as values_ from x) as lists cross join unnest(values_) as laid(c)",
    ],
  ])('%s', (_, here, there) => {
    expect(translate(here as never)).toBe(there);
  });

  it('leaves texts and quoted names alone, whatever they look like', () => {
    expect(translate(`select 'a::b // [c]', "x::y" from t where z = 'it''s'`)).toBe(`select 'a::b // [c]', "x::y" from t where z = 'it''s'`);
  });

  it.each([
    ['the middle of a list', 'select (list(a))[2:5] from x'],
    ['a join with the latest row', 'select 1 from a asof join b on a.x >= b.starts'],
    ['a time with parts of seconds', "select strftime(make_timestamp(a), '%S.%f')"],
    ['a time in words', "select strftime(make_timestamp(a), '%B')"],
  ])('asks a cluster for nothing else than was said: %s', (_, statement) => {
    expect(() => translate(statement)).toThrow(Error);
  });

  it.each(["select 'a", 'select (a', 'select a)', 'select a ~ b'])('refuses what it cannot read: %s', (statement) => {
    expect(() => translate(statement)).toThrow(Error);
  });
});
