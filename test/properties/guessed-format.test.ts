/** Random calls written as a random export: what is read through the guessed format is what was written, or rests on a placeholder. */
import { describe, expect, it } from 'vitest';
import type { CanonicalColumn } from '../../src/model/evidence.ts';
import { formatInstant } from '../../src/model/instant.ts';
import { meanwhileFormat } from '../../src/ledger/new/format-text.ts';
import { guessExport } from '../unit/evidence/guess/guess-export.ts';
import { readExport } from '../unit/engine/read-export.ts';
import { seedCount } from './drawn-seeds.ts';
import { type Random, seededRandom } from './random.ts';

type Cells = Readonly<Record<string, string>>;
type Canonical = Readonly<Partial<Record<CanonicalColumn, string>>>;

/** One call as it was, and as the export writes it: name → text. */
interface WrittenRow {
  readonly is: Canonical;
  readonly cells: Cells;
  /** Millionths of what is charged. */
  readonly micros: number;
}

interface Export {
  readonly name: string;
  readonly content: Uint8Array;
  readonly rows: readonly Canonical[];
  readonly hasTotal: boolean;
}

const names = {
  id: ['id', 'Request ID', 'requestId', 'call_id'],
  time: ['time', 'created_at', 'Timestamp', 'startTime', 'ts'],
  model: ['model', 'Model Name', 'modelId'],
  input: ['prompt_tokens', 'Input Tokens', 'tokensIn', 'in'],
  cached: ['cached_tokens', 'cacheReadTokens', 'Cached'],
  output: ['completion_tokens', 'Output Tokens', 'out'],
  reasoning: ['reasoning_tokens', 'thoughtsTokenCount'],
  noise: ['note', 'user', 'latency_ms', '# comment: x'],
} as const;

const amounts = [
  { name: 'cost', scale: 0, currency: undefined },
  { name: 'Cost (USD)', scale: 0, currency: 'USD' },
  { name: 'amount_cents_eur', scale: 2, currency: 'EUR' },
  { name: 'cost_micro_usd', scale: 6, currency: 'USD' },
  { name: 'quota', scale: 0, currency: undefined },
] as const;

const clocks: readonly ((at: bigint, random: Random) => string)[] = [
  (at) => formatInstant(at),
  (at) => `${formatInstant(at).slice(0, 19).replace('T', ' ')} UTC`,
  (at) => formatInstant(at).slice(0, 19).replace('T', ' '),
  (at) => `${at / 1_000_000n}`,
  (at) => `${at / 1000n}`,
  (at) => `${at}`,
  (at) => formatInstant(at).replace(/^(\d+)-(\d+)-(\d+)T(.{5}).*$/, '$3.$2.$1 $4'),
  (at) => formatInstant(at).replace(/^(\d+)-(\d+)-(\d+)T(.{8}).*$/, '$2/$3/$1 $4'),
  (at) => formatInstant(at).slice(0, 10),
];

/** Decimal and thousands sign, and the sign of a currency. */
const styles = [
  { decimal: '.', group: '', sign: '' },
  { decimal: ',', group: '', sign: '' },
  { decimal: ',', group: '.', sign: '' },
  { decimal: '.', group: ',', sign: '' },
  { decimal: ',', group: ' ', sign: ' €' },
  { decimal: '.', group: '', sign: '$' },
] as const;
type Style = (typeof styles)[number];

function grouped(whole: string, group: string): string {
  return group === '' ? whole : whole.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, group);
}

/** An amount of millionths, shifted by the decimals of its unit. */
function amountText(micros: number, scale: number, style: Style): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const point = digits.length - 6 + scale;
  const whole = digits
    .padEnd(point, '0')
    .slice(0, point)
    .replace(/^0+(?=\d)/, '');
  const fraction = digits.slice(point).replace(/0+$/, '');
  const plain = `${grouped(whole, style.group)}${fraction === '' ? '' : style.decimal + fraction}`;
  const signed = style.sign === '$' ? `$${plain}` : `${plain}${style.sign}`;
  return micros < 0 ? `-${signed}` : signed;
}

const plain: Style = styles[0];

/** Millionths of an amount: of any size, thousands that are whole, and thousandths, which look like each other. */
const sizes: readonly ((random: Random) => number)[] = [
  (random) => random.below(random.pick([900, 90_000_000])) * random.pick([1, 1000]),
  (random) => (1001 + random.below(990_000)) * 1_000_000,
  (random) => (1_001 + random.below(900_000)) * 1000,
];

function drawnExport(random: Random): Export {
  const container = random.pick(['csv', 'csv', 'csv', 'jsonl', 'json', 'page'] as const);
  const style = container === 'csv' ? random.pick(styles) : plain;
  const draw = {
    named: Object.fromEntries(Object.entries(names).map(([key, list]) => [key, random.pick<string>(list)])) as Record<keyof typeof names, string>,
  };
  const amount = random.pick(amounts);
  const clock = random.pick(clocks);
  const shape = {
    cached: random.pick(['none', 'inside', 'apart'] as const),
    reasoning: random.pick(['none', 'inside', 'apart'] as const),
    noise: random.chance(50),
  };
  const size = random.pick(sizes);
  const kinds = random.pick(['none', 'canonical', 'foreign'] as const);
  const count = 1 + random.below(12);
  const rows = Array.from({ length: count }, (_, index): WrittenRow => {
    const at = BigInt(1_777_600_000 + random.below(2_000_000)) * 1_000_000n;
    const minute = at - (at % 60_000_000n);
    const instant = clock === clocks[6] ? minute : clock === clocks[8] ? at - (at % 86_400_000_000n) : at;
    const [input, cached, output, reasoning] = [random.below(random.pick([50, 5_000_000])), random.below(2000), random.below(90_000), random.below(500)];
    const negative = random.chance(10);
    const micros = (negative ? -1 : 1) * size(random);
    const total = shape.cached === 'inside' ? Math.max(input, cached) : input + cached;
    const all = shape.reasoning === 'inside' ? Math.max(output, reasoning) : output + reasoning;
    const counted = (value: number): string => grouped(String(value), style.group);
    const { named } = draw;
    return {
      micros,
      is: {
        provider_request_id: `p-${index}`,
        timestamp_utc: formatInstant(instant),
        model_billed: 'gpt-4o',
        input_tokens: String(shape.cached === 'none' ? input : total),
        output_tokens: String(shape.reasoning === 'none' ? output : all),
        ...(shape.cached === 'none' ? {} : { cached_input_tokens: String(cached) }),
        ...(shape.reasoning === 'none' ? {} : { reasoning_tokens: String(reasoning) }),
        charged_amount: amountText(micros, 0, plain).replace(/^-0$/, '0'),
        ...(amount.currency === undefined ? {} : { charged_currency: amount.currency }),
      },
      cells: {
        [named.id]: `p-${index}`,
        [named.time]: clock(instant, random),
        [named.model]: 'gpt-4o',
        [named.input]: counted(shape.cached === 'inside' ? total : input),
        ...(shape.cached === 'none' ? {} : { [named.cached]: counted(cached) }),
        [named.output]: counted(shape.reasoning === 'inside' ? all : output),
        ...(shape.reasoning === 'none' ? {} : { [named.reasoning]: counted(reasoning) }),
        [amount.name]: amountText(micros, amount.scale, style),
        ...(kinds === 'none' ? {} : { type: kinds === 'canonical' ? 'charge' : 'Usage' }),
        ...(shape.noise ? { [named.noise]: random.pick(['', 'x', 'a;b', '1,5']) } : {}),
      },
    };
  });
  const written = rows.map(({ cells }) => cells);
  const sums = container === 'csv' && count > 1 && random.chance(20) ? totalOf(rows, { amount, named: draw.named, style }) : [];
  const expected = rows.map(({ is }) => is);
  if (container !== 'csv') return { ...jsonOf(container, written), rows: expected, hasTotal: false };
  return { name: 'a.csv', content: csvOf([...written, ...sums], random), rows: expected, hasTotal: sums.length > 0 };
}

/** A last row with the sum of the amounts. */
function totalOf(
  rows: readonly WrittenRow[],
  { amount, named, style }: { amount: (typeof amounts)[number]; named: Readonly<Record<'id', string>>; style: Style },
): Cells[] {
  const micros = rows.reduce((sum, { micros: own }) => sum + own, 0);
  return [{ [named.id]: 'Total', [amount.name]: amountText(micros, amount.scale, style) }];
}

function csvOf(rows: readonly Cells[], random: Random): Uint8Array {
  const delimiter = random.pick([',', ';', '\t', '|']);
  const quote = (cell: string): string => (/["\n,;\t|]/.test(cell) || random.chance(10) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const header = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => header.map((name) => quote(row[name] ?? '')).join(delimiter));
  const top = header.map(quote).join(delimiter);
  if (random.chance(20)) lines.splice(random.below(lines.length + 1), 0, header.join(delimiter));
  const preamble = random.chance(20) ? ['Usage report', ''] : [];
  const end = random.pick(['\n', '\r\n']);
  const text = [...preamble, top, ...lines, ''].join(end);
  const encoding = random.pick(['utf8', 'mark', 'utf16le', 'latin1'] as const);
  if (encoding === 'utf16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'latin1' && !text.includes('€')) return Buffer.from(text, 'latin1');
  return Buffer.from(encoding === 'mark' ? `\ufeff${text}` : text);
}

/** Numbers as numbers. */
function jsonOf(container: 'jsonl' | 'json' | 'page', rows: readonly Cells[]): Pick<Export, 'name' | 'content'> {
  const value = (text: string): string => (/^-?(?:0|[1-9]\d{0,15})(?:\.\d+)?$/.test(text) ? text : JSON.stringify(text));
  const objects = rows.map(
    (row) =>
      `{${Object.entries(row)
        .map(([key, text]) => `${JSON.stringify(key)}:${value(text)}`)
        .join(',')}}`,
  );
  const text = container === 'jsonl' ? objects.join('\n') : `[${objects.join(',')}]`;
  return { name: container === 'jsonl' ? 'a.jsonl' : 'a.json', content: Buffer.from(container === 'page' ? `{"object":"list","data":${text}}` : text) };
}

describe('guessed formats', () => {
  const compared = new Map<string, number>();
  const seeds = Array.from({ length: seedCount * 4 }, (_, seed) => seed);

  it.each(seeds)('read what was written, or leave it open (seed %d)', async (seed) => {
    const { name, content, rows, hasTotal } = drawnExport(seededRandom(seed));
    const draft = await guessExport(name, content);
    const open = new Set(draft.lines.flatMap((line) => line.open?.columns ?? []));
    const { format, findings } = meanwhileFormat('own', draft);
    expect(findings).toEqual([]);
    if (format === null) throw new Error('no format');
    const read = await readExport({ [name]: content }, format);
    const refused = read.findings.filter(({ severity, args }) => severity === 'inconclusive' && !open.has(args['column'] as CanonicalColumn));
    // What a run refuses is not silent; only what it reads has to be right.
    if (refused.length > 0) {
      expect(refused.map(({ code, args }) => [code, args['problem'], args['column']])).toEqual([]);
      return;
    }
    // A total that is not told from a row has no time, which a run refuses as soon as the times can be read.
    const isOver = hasTotal && open.has('timestamp_utc') && draft.lines.every(({ key }) => key[0] !== 'total_row');
    expect(read.rows.length).toBe(rows.length + (isOver ? 1 : 0));
    for (const [index, row] of rows.entries()) {
      const own = read.rows[index] ?? {};
      for (const [column, value] of Object.entries(row) as [CanonicalColumn, string][]) {
        if (open.has(column)) continue;
        expect([index, column, own[column]]).toEqual([index, column, value]);
        compared.set(column, (compared.get(column) ?? 0) + 1);
      }
    }
  });

  it('leave no column open every time', () => {
    const columns = [
      'provider_request_id',
      'timestamp_utc',
      'model_billed',
      'input_tokens',
      'output_tokens',
      'cached_input_tokens',
      'reasoning_tokens',
      'charged_amount',
      'charged_currency',
    ];
    expect(columns.filter((column) => !compared.has(column))).toEqual([]);
  });
});
