import { describe, expect, test } from 'vitest';
import { type TokenClass, tokenClasses } from '../../../src/model/evidence.ts';
import { formatMoney, Money, zero } from '../../../src/model/money.ts';
import { bookOf, type UnitPrices } from '../../../src/model/price-book.ts';
import { readThroughFormat } from './read-through-format.ts';
import { loadUsageBodies, type UsageBody, usageLine } from './usage-bodies.ts';
import { usageFormats } from './usage-formats.ts';
import { oracleInstant, type PricedReading, pricedReadings, publicSnapshot, unknownForUs, unreproducible } from './usage-prices.ts';

const bodies = loadUsageBodies();

if (bodies === null) {
  test('the public usage bodies are not beside this checkout, so nothing is held against them', () => {
    expect(bodies).toBeNull();
  });
} else {
  describe('real usage bodies', () => againstOracle(bodies));
}

function againstOracle(all: readonly UsageBody[]): void {
  test('there are 789 of them, in every family', () => {
    expect(all).toHaveLength(789);
    expect(new Set(all.map((body) => body.family))).toEqual(new Set(Object.keys(usageFormats)));
  });

  test('read through our formats, every token is in the class that the oracle puts it in', () => {
    const differences = all.flatMap((body) => {
      const tokens = countsOf(body);
      return tokenClasses.filter((name) => (tokens[name] ?? 0n) !== body.oracle.tokens[name]).map((name) => `${body.index} ${name}`);
    });
    expect(differences).toEqual([]);
  });

  test('input and output counts are unknown to us exactly where the body has none', () => {
    const unknown = all.filter((body) => countsOf(body).input === null || countsOf(body).output === null);
    expect(unknown.map((body) => body.index)).toEqual(Object.keys(unknownForUs).map(Number));
  });

  test('priced by the public rows of that day, every body costs what the oracle says, but for modality prices', () => {
    const readings = pricedReadings(all, oracleInstant);
    const wrong = readings.filter((reading) => !costsWhatOracleSays(reading));
    expect(new Set(wrong.map(({ body }) => body.index))).toEqual(new Set(Object.keys(unreproducible).map(Number)));
    expect(readings.length - wrong.length).toBe(631);
    for (const { reading } of wrong) expect(Object.keys(reading.special).join()).toMatch(/input_audio|output_image/);
  });

  test.each([
    ['2026-09-01T12:00:00Z', ['claude-sonnet-5']],
    ['2026-08-20T20:00:00Z', ['deepseek-r1-distill-llama-70b', 'deepseek-reasoner']],
  ])('prices of another moment, %s, only move the models whose prices moved: %j', (at, moved) => {
    const wrong = pricedReadings(all, at).filter((reading) => !(reading.body.index in unreproducible) && !costsWhatOracleSays(reading));
    expect([...new Set(wrong.map(({ body }) => body.model))].sort()).toEqual(moved);
  });
}

function countsOf(body: UsageBody): Readonly<Record<TokenClass, bigint | null>> {
  return readThroughFormat(usageFormats[body.family], JSON.parse(usageLine(body, oracleInstant)) as Record<string, unknown>).tokens;
}

function costsWhatOracleSays(priced: PricedReading): boolean {
  const tokens = countsOf(priced.body);
  const unit = unitsFor(tokens, bookOf(publicSnapshot(priced.provider, [priced])).rows);
  const input = cost(tokens, unit, ['input', 'cached_input', 'cache_write', 'cache_write_1h']);
  const output = cost(tokens, unit, ['output', 'reasoning']);
  const { inputPrice, outputPrice } = priced.reading;
  return input === formatMoney(new Money(inputPrice ?? NaN)) && output === formatMoney(new Money(outputPrice ?? NaN));
}

type Counts = Readonly<Record<TokenClass, bigint | null>>;

function unitsFor(tokens: Counts, rows: readonly UnitPrices[]): UnitPrices['unit'] {
  const whole = (tokens.input ?? 0n) + (tokens.cached_input ?? 0n) + (tokens.cache_write ?? 0n) + (tokens.cache_write_1h ?? 0n);
  return rows.findLast((row) => row.above === null || whole > row.above)?.unit ?? {};
}

/** `unpriced` when a class with tokens has no price. */
function cost(tokens: Counts, unit: UnitPrices['unit'], classes: readonly TokenClass[]): string {
  let sum = zero;
  for (const name of classes) {
    const count = tokens[name] ?? 0n;
    const price = unit[name];
    if (count !== 0n && price === undefined) return 'unpriced';
    if (price !== undefined) sum = sum.plus(price.times(count.toString()));
  }
  return formatMoney(sum);
}
