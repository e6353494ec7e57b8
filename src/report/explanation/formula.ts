/** A cost as its formula with numbers: price row, token counts, products, sum. */
import { type CanonicalColumn, type TokenClass, tokenClasses } from '../../model/evidence.ts';
import type { Cost, Missing, Tokens } from '../../model/cost.ts';
import { rateOf, type UnitPrices } from '../../model/price-book.ts';
import { alignColumns, type Colour, showInTerminal } from '../terminal-style.ts';
import { Money } from '../../model/money.ts';
import { amountText, type Case, fact, placeOf, selectionText, shown } from './case.ts';
import type { TraceLine } from '../../model/line.ts';
import type { OriginalRow, TraceRow } from '../../model/trace.ts';

/** The price row with its place, and the formula; for a cost that there is not, why. */
export function costFacts(given: Case, cost: Cost, at: string, colour: Colour): string[] {
  if (cost.state === 'ok') return [fact('price', priceText(given, cost.price, at), colour), fact('formula', formulaText(given, cost), colour)];
  const price = cost.price === null ? [] : [fact('price', priceText(given, cost.price, at), colour)];
  return [...price, fact('formula', `none: ${noCostReason(cost)}`, colour)];
}

export function noCostReason(cost: Exclude<Cost, { state: 'ok' }>): string {
  if (cost.state === 'no-counts') return `the ${missingWords(cost.missing, 'count')} is missing`;
  const snapshot = `the snapshot ${shown(cost.snapshot)}, which is in force then,`;
  if (cost.missing === 'variant') return `${snapshot} has no price of this model for the service tier and region that the row names`;
  return cost.missing === null
    ? `${snapshot} has no price of this model`
    : `${snapshot} has no price for the ${missingWords(cost.missing, 'tokens')} of this model`;
}

function missingWords(missing: Missing, noun: string): string {
  return typeof missing === 'string' ? `${classWords[missing]} ${noun}` : `quantity of ${shown(missing.meter)}`;
}

function priceText(given: Case, price: UnitPrices, at: string): string {
  const tier = price.above === null ? (price.upTo === null ? '' : `, base tier up to ${price.upTo} input tokens`) : `, tier above ${price.above} input tokens`;
  return `${placeOf(price.row.source)}: ${shown(price.billableModel)}${tier}${variantText(price)}, ratio ${amountText(price.row.ratio)}, per ${perText(divisorOf(given, price))}\nsnapshot ${shown(price.snapshot)}, in force at ${at}`;
}

/** Whom the price is for, and the variants that make it. */
function variantText({ under, holding }: UnitPrices): string {
  const whom = under === null ? '' : selectionText(under);
  const places = holding.map(
    ({ source, prices, factor }) => `${prices === null ? `× ${amountText(factor ?? new Money(1))}` : 'prices of its own'} (${placeOf(source)})`,
  );
  return [whom === '' ? '' : `, ${whom}`, places.length === 0 ? '' : `: ${places.join(', ')}`].join('');
}

function perText(divisor: string): string {
  return divisor === '1' ? 'token' : `${divisor} tokens`;
}

function divisorOf({ ledger }: Case, { snapshot }: UnitPrices): string {
  return String(ledger.snapshots.find(({ id }) => id === snapshot)?.unitDivisor ?? '?');
}

function formulaText(given: Case, { price, parts, metered, total }: Extract<Cost, { state: 'ok' }>): string {
  const factor = price.factor.equals(1) ? '' : `${amountText(price.factor)} × `;
  const ratio = amountText(price.row.ratio);
  const counted = parts.filter(({ quantity }) => quantity > 0n);
  const products = counted.map(({ tokenClass, quantity, product }) => [
    String(quantity),
    `${classWords[tokenClass]} × (${amountText(writtenRate(price, tokenClass))} × ${factor}${ratio} ÷ ${divisorOf(given, price)})`,
    `= ${amountText(product)}`,
  ]);
  const others = metered.map(({ meter, quantity, product }) => [
    amountText(quantity),
    `${shown(meter)} × ${amountText(price.meters.get(meter) ?? new Money(0))}`,
    `= ${amountText(product)}`,
  ]);
  const request = price.request.isZero() ? [] : [['1', `request × (${amountText(price.row.requestPrice)} × ${ratio})`, `= ${amountText(price.request)}`]];
  const zeros = parts.filter(({ quantity }) => quantity === 0n).map(({ tokenClass }) => classWords[tokenClass]);
  const silent = tokenClasses.filter((name) => !parts.some(({ tokenClass }) => tokenClass === name)).map((name) => classWords[name]);
  const notes = [
    ...(zeros.length > 0 ? [`0 tokens: ${zeros.join(', ')}`] : []),
    ...(silent.length > 0 ? [`not reported, so valued at 0: ${silent.join(', ')}`] : []),
  ];
  const table = alignColumns([...products, ...others, ...request, ['', 'sum', `= ${amountText(total)} ${shown(given.period.currency)}`]], [0]);
  return [table, ...(notes.length > 0 ? [notes.join('; ')] : [])].join('\n');
}

/** The rate as the snapshot writes it, before factor, ratio and divisor. */
function writtenRate({ rates }: UnitPrices, name: TokenClass) {
  const rate = rateOf(rates, name);
  if (rate === undefined) throw new RangeError(`no rate for ${name}`);
  return rate;
}

export const classWords: Readonly<Record<TokenClass, string>> = {
  input: 'input',
  cached_input: 'cached input',
  cache_write: 'cache write',
  cache_write_1h: 'cache write 1h',
  output: 'output',
  reasoning: 'reasoning',
};

/** The disjoint classes of a row; none when its counts contradict each other. */
export function tokensOfRow({ values, roles }: TraceRow): Tokens {
  if (roles.includes('token-data-error')) return {};
  const count = (column: CanonicalColumn): bigint | null => (values[column] === null ? null : BigInt(values[column]));
  const cached = count('cached_input_tokens');
  const write = count('cache_write_tokens');
  const writeHour = count('cache_write_1h_tokens');
  const reasoning = count('reasoning_tokens');
  const input = count('input_tokens');
  const output = count('output_tokens');
  return present({
    input: input === null ? null : input - (cached ?? 0n) - (write ?? 0n) - (writeHour ?? 0n),
    cached_input: cached,
    cache_write: write,
    cache_write_1h: writeHour,
    output: output === null ? null : output - (reasoning ?? 0n),
    reasoning,
  });
}

/** The quantities of a line. */
export function tokensOfLine(line: TraceLine): Tokens {
  return present(
    Object.fromEntries(tokenClasses.map((name) => [name, line[`${name}_quantity`]]).map(([name, text]) => [name, text === null ? null : BigInt(text ?? '0')])),
  );
}

function present(counts: Readonly<Record<string, bigint | null>>): Tokens {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null));
}

/** `input 5346 (226 uncached + 5120 cached input), output 491`; what the file says otherwise stands behind. */
export function tokenText(row: TraceRow, original: OriginalRow): string {
  if (row.roles.includes('token-data-error')) return `they contradict each other and count as missing (in the file: ${originalCounts(original)})`;
  const tokens = tokensOfRow(row);
  const parts = (['cached_input', 'cache_write', 'cache_write_1h'] as const).filter((name) => tokens[name] !== undefined);
  const inside =
    parts.length === 0 ? '' : ` (${[`${tokens.input ?? 'unknown'} uncached`, ...parts.map((name) => `${tokens[name]} ${classWords[name]}`)].join(' + ')})`;
  const thought = tokens.reasoning === undefined ? '' : ` (${tokens.output ?? 'unknown'} + ${tokens.reasoning} reasoning)`;
  const { input_tokens: input, output_tokens: output } = row.values;
  return [
    `input ${input ?? 'not reported'}${inside}${otherwise(input, original.input_tokens)}`,
    `output ${output ?? 'not reported'}${thought}${otherwise(output, original.output_tokens)}`,
  ].join(', ');
}

/** What the file says where that is something else. */
export function otherwise(value: string | null, original: string | undefined): string {
  return original === undefined || original === value ? '' : ` (in the file: ${showInTerminal(original)})`;
}

function originalCounts(original: OriginalRow): string {
  const counts = Object.entries(original).filter(([column]) => column.endsWith('_tokens'));
  return counts.map(([column, text]) => `${column} ${showInTerminal(text)}`).join(', ') || 'nothing';
}
