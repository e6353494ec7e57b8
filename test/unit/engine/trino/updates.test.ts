import { describe, expect, it } from 'vitest';
import { parseTokens } from '../../../../src/engine/trino/tokens.ts';
import { parseUpdate, updated } from '../../../../src/engine/trino/updates.ts';

const anew = (statement: string, columns: readonly string[]): string | null => {
  const update = parseUpdate(parseTokens(statement));
  return update === null ? null : updated(update, columns);
};

describe('an update as a query of the rows afterwards', () => {
  it('takes values from a table where it has a row', () => {
    expect(anew('update x set a = y.a, b = y.b from y where y.k = x.k', ['k', 'a', 'b', 'c'])).toBe(
      'select x.k, case when y.is_met then y.a else x.a end as a, case when y.is_met then y.b else x.b end as b, x.c from x left join (select given.*, true as is_met from y as given) as y on y.k = x.k',
    );
  });

  it('takes them from a query', () => {
    expect(anew('update x set a = x.a - due.b from (select k, sum(b) as b from z group by k) as due where due.k = x.k and x.l is not null', ['a'])).toBe(
      'select case when due.is_met then x.a - due.b else x.a end as a from x left join (select given.*, true as is_met from (select k, sum(b) as b from z group by k) as given) as due on due.k = x.k and x.l is not null',
    );
  });

  it('is no other statement', () => {
    expect(anew('select a from x', ['a'])).toBe(null);
  });
});
