/** Which models of a source a ledger gets, what is said about those that are not there, and what hostile lists cannot do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reading, shifted, texts, wantedOf } from './read-prices.ts';
import { chooseRows } from '../../../../src/capture/prices/choose-rows.ts';
import { knownOddities, odditiesOf } from '../../../../src/capture/prices/known-oddities.ts';
import { exactDecimal } from '../../../../src/capture/prices/price-fields.ts';
import { priceSourceNames } from '../../../../src/capture/prices/price-source.ts';
import { isDay } from '../../../../src/model/instant.ts';
import { formatMoney } from '../../../../src/model/money.ts';

const feedOf = (...ids: string[]) => ({ data: ids.map((id) => ({ id, pricing: { prompt: '0.000001', completion: '0.000002' } })) });

describe('a model of the ledger', () => {
  it('is found by its exact name alone; what is not there is a placeholder with the nearest names', () => {
    const chosen = chooseRows(reading('openrouter', feedOf('acme/mini-2026', 'acme/mini', 'zeta')), wantedOf('acme-mini', 'acme/mini'));
    expect(chosen.missing).toEqual([{ model: 'acme-mini', reason: 'not-there', nearest: ['acme/mini', 'acme/mini-2026'] }]);
    expect(chosen.rows.map(({ billableModel, prices }) => [billableModel, texts(prices)])).toEqual([
      ['acme-mini', { input: 'VERIFY', output: 'VERIFY' }],
      ['acme/mini', { input: '1', output: '2' }],
    ]);
  });

  it('may have another name in the source, if somebody says so', () => {
    const wanted = { ...wantedOf('acme-mini'), names: new Map([['acme-mini', 'acme/mini']]) };
    const chosen = chooseRows(reading('openrouter', feedOf('acme/mini')), wanted);
    expect([chosen.missing, chosen.rows[0]?.billableModel, texts(chosen.rows[0]?.prices ?? {})]).toEqual([[], 'acme-mini', { input: '1', output: '2' }]);
  });

  it('that is retired is missed by nobody', () => {
    const chosen = chooseRows(reading('openrouter', feedOf('a')), { ...wantedOf('a'), retired: ['old'] });
    expect([chosen.rows.length, chosen.missing, chosen.gone]).toEqual([1, [], ['old']]);
  });

  it('that stands twice is taken where both say the same, and by nobody where they do not', () => {
    expect(chooseRows(reading('openrouter', feedOf('a', 'a')), wantedOf('a')).missing).toEqual([]);
    const twice = { data: [...feedOf('a').data, { id: 'a', pricing: { prompt: '0.000003', completion: '0.000002' } }] };
    const chosen = chooseRows(reading('openrouter', twice), wantedOf('a'));
    expect([chosen.missing, texts(chosen.rows[0]?.prices ?? {})]).toEqual([
      [{ model: 'a', reason: 'several', nearest: ['a', 'a'] }],
      { input: 'VERIFY', output: 'VERIFY' },
    ]);
  });

  it('asks for the ratio too where the source has such', () => {
    const feed = { data: [{ id: 'a', pricing: { input: 1, output: 2, ratio: 0.8 } }] };
    expect(chooseRows(reading('cometapi', feed), wantedOf('b')).rows).toMatchObject([{ billableModel: 'b', ratio: 'VERIFY' }]);
  });
});

describe('all models of a source', () => {
  it('are those whose names a ledger file can hold', () => {
    const hostile = ['ok', '', 'a\u0000b', 'x\u202ey', 'VERIFY', ' blank', 'y'.repeat(300), '__proto__', 'constructor', '- { a: b }', '| `x` | <img>'];
    const chosen = chooseRows(reading('openrouter', feedOf(...hostile)), { ...wantedOf(), others: 'all' });
    expect(chosen.rows.map(({ billableModel }) => billableModel)).toEqual(['- { a: b }', '__proto__', 'constructor', 'ok', '| `x` | <img>']);
    expect(chosen.refused).toHaveLength(6);
  });
});

describe('an answer', () => {
  it('that nobody would send is refused, and not read to its end', () => {
    expect(() => reading('openrouter', `{"data":${'['.repeat(40)}${']'.repeat(40)}}`)).toThrow('it is nested deeper than 32 levels');
    expect(() => reading('openrouter', `${'['.repeat(200_000)}`)).toThrow('it is nested deeper than 32 levels');
    expect(() => reading('openrouter', Buffer.from([0x7b, 0xff]).toString('latin1'))).toThrow('it is no whole JSON');
    expect(() => reading('openrouter', '{"data":[{"id":"a","id":"b"}]}')).toThrow('it has the key "id" twice');
    expect(() => reading('openrouter', '{"data":[{"id":1.5,"pricing":{}}]}')).not.toThrow();
    expect(() => reading('openrouter', { data: [{ id: null }] })).toThrow('it holds a model without an id');
  });

  it.each(['1e999', '1e-99', '"NaN"', '"Infinity"', '"0x10"', '"1,5"', '"$1"', '" 1"', '-1e-06', 'true', '{}', '[]', '"1e+1e"', `"${'9'.repeat(60)}"`])(
    'with the price %s leaves it to a human',
    (written) => {
      const text = `{"data":[{"id":"a","pricing":{"prompt":${written},"completion":"0.000002"}}]}`;
      const [row] = chooseRows(reading('openrouter', text), wantedOf('a')).rows;
      expect(texts(row?.prices ?? {})).toEqual({ input: 'VERIFY', output: '2' });
      expect(row?.problems).toHaveLength(1);
      expect(row?.problems[0]?.length).toBeLessThan(120);
    },
  );
});

it('reads every decimal to the digit, whatever its exponent', () => {
  const numbers = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.integer({ min: -12, max: 4 }), fc.constantFrom('e', 'E'));
  fc.assert(
    fc.property(numbers, ([digits, exponent, letter]) => {
      const written = `${digits}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
      const amount = exactDecimal(written);
      expect(amount === null ? null : formatMoney(amount)).toBe(shifted(written, 0));
    }),
  );
});

describe('known oddities', () => {
  it('name a source, a time and where to look', () => {
    const sources: readonly string[] = priceSourceNames;
    expect(knownOddities.filter(({ source, since, until }) => !sources.includes(source) || [since, until].some((day) => day !== null && !isDay(day)))).toEqual(
      [],
    );
    expect(knownOddities.filter(({ says, reference }) => says.length < 20 || reference.length < 10)).toEqual([]);
  });

  it('hold for their days and their models', () => {
    const on = (day: string, model = 'claude-3-5-haiku-20241022') => odditiesOf('litellm', model, day).length;
    expect([on('2025-02-28'), on('2025-03-01'), on('2025-05-07'), on('2025-05-08'), on('2025-04-01', 'claude-3-haiku')]).toEqual([0, 1, 1, 0, 0]);
    expect(odditiesOf('openrouter', 'claude-3-5-haiku-20241022', '2025-04-01')).toEqual([]);
  });
});
