/** What formats can say of how exports are written: each dialect read to the last digit, and each text that it does not allow refused. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { type ReadExport, readExport } from './read-export.ts';

const base = `name: own
columns: { provider_request_id: id, timestamp_utc: at, model_billed: model, input_tokens: in, output_tokens: out, charged_amount: cost }
input_includes: []
output_includes: [reasoning]
`;
const header = 'id,at,model,in,out,cost';
const time = '2026-05-04T12:00:00Z';

function said({ findings }: ReadExport): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, args }) => [code, args['problem'], args['column'] ?? args['place'] ?? ''].join(' ').trim());
}

function csv(cells: Readonly<Partial<Record<'id' | 'at' | 'model' | 'in' | 'out' | 'cost', string>>>): string {
  const { id = 'p-1', at = time, model = 'm', in: input = '1', out = '1', cost = '1' } = cells;
  return `${header}\n${[id, at, model, input, out, cost].map((cell) => `"${cell}"`).join(',')}\n`;
}

describe('numbers', () => {
  const european = 'numbers: { decimal: ",", thousands: "." }';
  it.each([
    [european, '1,3559', '1.3559'],
    [european, '1.234.567,89', '1234567.89'],
    [european, '-0,00003', '-0.00003'],
    [european, '400', '400'],
    [european, '1.5', null],
    [european, '12.34,5', null],
    [european, '1.2345', null],
    [european, '1,234.5', null],
    ['numbers: { decimal: "," }', '1234,5', '1234.5'],
    ['numbers: { decimal: "," }', '1.5', null],
    ['numbers: { decimal: "," }', '1,5e-05', '0.000015'],
    ['numbers: { thousands: "," }', '1,234,567.5', '1234567.5'],
    ['numbers: { thousands: "," }', '1,23', null],
    ['numbers: { thousands: " " }', '12 345.5', '12345.5'],
    ['numbers: { thousands: "\'" }', "12'345.5", '12345.5'],
    ['numbers: { thousands: "\u202f", decimal: "," }', '12\u202f345,5', '12345.5'],
    ['numbers: { signs: [$] }', '$1234.5', '1234.5'],
    ['numbers: { signs: [$] }', '-$0.0084', '-0.0084'],
    ['numbers: { signs: [$] }', '$-0.0084', '-0.0084'],
    ['numbers: { signs: [$] }', '12', '12'],
    ['numbers: { signs: ["€", EUR], decimal: ",", thousands: "." }', '1.234,50 €', '1234.5'],
    ['numbers: { signs: ["€", EUR], decimal: ",", thousands: "." }', 'EUR 1.234,50', '1234.5'],
    ['numbers: { signs: [$] }', '£5', null],
    ['numbers: { signs: [$] }', '$$5', null],
    ['numbers: { percent: divided }', '12.5%', '0.125'],
    ['numbers: { percent: divided }', '3', '3'],
    ['money: { divisor: "500000", multiplier: "7.3" }', '225000', '3.285'],
    ['money: { multiplier: "0.1" }', '3', '0.3'],
    ['money: { divisor: "1000000000" }', '92051100', '0.0920511'],
  ])('%s reads %s as %s', async (more, cost, expected) => {
    const read = await readExport({ 'a.csv': csv({ cost }) }, `${base}${more}\n`);
    if (expected === null) expect(said(read)).toEqual(['evidence-row row-unreadable charged_amount']);
    else expect([said(read), read.rows[0]?.charged_amount]).toEqual([[], expected]);
  });

  test('counts are grouped like amounts', async () => {
    const read = await readExport({ 'a.csv': csv({ in: '1.400.000', out: '35.590' }) }, `${base}${european}\n`);
    expect(read.rows[0]).toMatchObject({ input_tokens: '1400000', output_tokens: '35590' });
  });

  test('a count with a fraction is flawed, never cut', async () => {
    const read = await readExport({ 'a.csv': csv({ in: '1,5' }) }, `${base}${european}\n`);
    expect(read.rows[0]?.input_tokens).toBeUndefined();
  });
});

describe('times', () => {
  const zoned = (kind: string, zone = 'UTC'): string => `timestamp: { kind: ${kind}, zone: "${zone}" }`;
  it.each([
    ['', '2026-05-04 12:00:00 UTC', '2026-05-04T12:00:00Z'],
    ['', '2026-05-04 12:00:00.123456 UTC', '2026-05-04T12:00:00.123456Z'],
    ['', '2026-05-04 12:00:00.1+00', '2026-05-04T12:00:00.1Z'],
    ['', '2026-05-04T12:00:00+0000', '2026-05-04T12:00:00Z'],
    ['', '2026-05-04T12:00Z', '2026-05-04T12:00:00Z'],
    ['', '2026-05-04T12:00+02:00', '2026-05-04T10:00:00Z'],
    ['', '2026-05-04 12:00:00 -0330', '2026-05-04T15:30:00Z'],
    ['', '2026-05-04 12:00:00.5 +0000 UTC', '2026-05-04T12:00:00.5Z'],
    ['', '2026-05-04T12:00:00', null],
    ['', '2026-05-04 12:00:00 CET', null],
    ['', '2026-05-04T12:00:00+15:00', null],
    [zoned('naive', '+08:00'), '2026-05-04 12:00', '2026-05-04T04:00:00Z'],
    [zoned('naive', '-03:30'), '2026-05-04 12:00:00.25', '2026-05-04T15:30:00.25Z'],
    [zoned('naive', 'Europe/Berlin'), '2026-10-25 02:30:00', null],
    [zoned('naive', 'Europe/Berlin'), '2026-03-29 02:30:00', null],
    [zoned('naive', 'Europe/Berlin'), '2026-05-04 12:00:00', '2026-05-04T10:00:00Z'],
    [zoned('day', '+08:00'), '2026-05-04', '2026-05-03T16:00:00Z'],
    [zoned('day', 'America/New_York'), '20260504', '2026-05-04T04:00:00Z'],
    [zoned('day'), '2026-05-04T00:00:00Z', null],
    [zoned('day'), '2026-02-30', null],
    [zoned('excel'), '46146.5', '2026-05-04T12:00:00Z'],
    [zoned('excel', '+08:00'), '46146.500011574', '2026-05-04T04:00:01Z'],
    [zoned('excel'), '46146', '2026-05-04T00:00:00Z'],
    [zoned('excel'), '4.6146e4', null],
    ['timestamp: { kind: pattern, pattern: "%d.%m.%Y %H:%M", zone: UTC }', '04.05.2026 12:00', '2026-05-04T12:00:00Z'],
    ['timestamp: { kind: pattern, pattern: "%m/%d/%y %I:%M %p", zone: "+08:00" }', '05/04/26 12:00 PM', '2026-05-04T04:00:00Z'],
    ['timestamp: { kind: pattern, pattern: "%d.%m.%Y", zone: UTC }', '2026-05-04', null],
    ['timestamp: { kind: unix-s }', '1777896000', '2026-05-04T12:00:00Z'],
    ['timestamp: { kind: unix-s }', '1777896000.25', '2026-05-04T12:00:00.25Z'],
    ['timestamp: { kind: unix-s }', '1777896000.1234567', '2026-05-04T12:00:00.123456Z'],
    ['timestamp: { kind: unix-s }', '1777896000000', null],
    ['timestamp: { kind: unix-ms }', '1777896000250', '2026-05-04T12:00:00.25Z'],
    ['timestamp: { kind: unix-ms }', '1777896000250.5', '2026-05-04T12:00:00.2505Z'],
    ['timestamp: { kind: unix-us }', '1777896000250001', '2026-05-04T12:00:00.250001Z'],
    ['timestamp: { kind: unix-ns }', '1777896000250001999', '2026-05-04T12:00:00.250001Z'],
  ])('%s reads %s as %s', async (more, at, expected) => {
    const read = await readExport({ 'a.csv': csv({ at }) }, `${base}${more}\n`);
    if (expected === null) expect(said(read)).toEqual(['evidence-row row-unreadable timestamp_utc']);
    else expect([said(read), read.rows[0]?.timestamp_utc]).toEqual([[], expected]);
  });
});

describe('the text of a file', () => {
  const rows = `${header}\np-1,${time},Modèle,1,1,0.5\n`;
  const utf16 = (text: string, order: 'le' | 'be'): Uint8Array => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return order === 'le' ? bytes : bytes.swap16();
  };
  it.each([
    ['UTF-16, little end first', 'file: { encoding: utf-16 }', 'a.csv', utf16(rows, 'le')],
    ['UTF-16, big end first', 'file: { encoding: utf-16 }', 'a.csv', utf16(rows, 'be')],
    ['UTF-16 in gzip', 'file: { encoding: utf-16 }', 'a.csv.gz', gzipSync(utf16(rows, 'le'))],
    ['windows-1252', 'file: { encoding: windows-1252 }', 'a.csv', Buffer.from(rows, 'latin1')],
    ['semicolons', 'file: { delimiter: ";" }', 'a.csv', rows.replaceAll(',', ';')],
    ['tabs', 'file: { delimiter: tab }', 'a.csv', rows.replaceAll(',', '\t')],
    ['bars', 'file: { delimiter: "|" }', 'a.csv', rows.replaceAll(',', '|')],
    ['lines before the header', 'file: { skip_lines: 3 }', 'a.csv', `Account "x"; May\n\n"never closed\n${rows}`],
    ['lines before the header, CRLF, in UTF-16', 'file: { skip_lines: 1, encoding: utf-16 }', 'a.csv', utf16(`Bill\r\n${rows.replaceAll('\n', '\r\n')}`, 'le')],
  ])('%s', async (_, more, name, content) => {
    const read = await readExport({ [name]: content }, `${base}${more}\n`);
    expect([said(read), read.rows]).toEqual([
      [],
      [
        {
          provider_request_id: 'p-1',
          timestamp_utc: time,
          model_billed: 'Modèle',
          kind: undefined,
          input_tokens: '1',
          output_tokens: '1',
          charged_amount: '0.5',
        },
      ],
    ]);
  });

  it.each([
    ['UTF-8 where UTF-16 is declared', 'file: { encoding: utf-16 }', Buffer.from(rows), 'evidence-encoding other-encoding'],
    ['UTF-16 where windows-1252 is declared', 'file: { encoding: windows-1252 }', utf16(rows, 'le'), 'evidence-encoding other-encoding'],
    ['UTF-8 with a mark where windows-1252 is declared', 'file: { encoding: windows-1252 }', Buffer.from(`\ufeff${rows}`), 'evidence-encoding other-encoding'],
    ['half a character of UTF-16', 'file: { encoding: utf-16 }', utf16(rows, 'le').subarray(0, -1), 'evidence-encoding invalid-encoding'],
    ['commas where semicolons are declared', 'file: { delimiter: ";" }', Buffer.from(rows), 'evidence-header no-header'],
    ['more lines skipped than there are', 'file: { skip_lines: 9 }', Buffer.from(rows), 'evidence-empty no-content'],
  ])('%s is refused', async (_, more, content, expected) => {
    expect(said(await readExport({ 'a.csv': content }, `${base}${more}\n`))).toEqual([expected]);
  });

  test('quotes around the declared delimiter', async () => {
    const read = await readExport({ 'a.csv': `${header.replaceAll(',', ';')}\n"p;1";${time};"m ""x""";1;1;2\n` }, `${base}file: { delimiter: ";" }\n`);
    expect(read.rows[0]).toMatchObject({ provider_request_id: 'p;1', model_billed: 'm "x"' });
  });
});

describe('rows that are none', () => {
  const row = (id: string, input: number, cost: string): string => `${id},${time},m,${input},1,${cost}\n`;
  const total = (input: string, cost: string): string => `Total,,,${input},,${cost}\n`;
  const format = `${base}file: { repeated_header: skip }\ntotal_row: { source: id, in: [Total] }\n`;

  it.each([
    ['the sums', `${row('a', 2, '0.1')}${row('b', 3, '0.25')}${total('5', '0.35')}`, []],
    ['a sum rounded to the cent', `${row('a', 2, '0.1234')}${row('b', 3, '0.25')}${total('5', '0.37')}`, []],
    ['empty sums', `${row('a', 2, '0.1')}${total('', '')}`, []],
    ['a header again, and two totals', `${row('a', 2, '0.1')}${total('2', '0.1')}${header}\n${row('b', 3, '0.2')}${total('3', '0.2')}`, []],
    ['a cent too much', `${row('a', 2, '0.1')}${total('2', '0.11')}`, ['evidence-half-read total-differs charged_amount']],
    ['a sum rounded wrongly', `${row('a', 2, '0.1294')}${total('2', '0.12')}`, ['evidence-half-read total-differs charged_amount']],
    ['another count', `${row('a', 2, '0.1')}${total('3', '0.1')}`, ['evidence-half-read total-differs input_tokens']],
    [
      'a row twice',
      `${row('a', 2, '0.1')}${row('a', 2, '0.1')}${total('2', '0.1')}`,
      ['evidence-half-read total-differs input_tokens', 'evidence-half-read total-differs charged_amount'],
    ],
    ['no total', row('a', 2, '0.1'), ['evidence-half-read no-total-row']],
    ['rows behind the total', `${row('a', 2, '0.1')}${total('2', '0.1')}${row('b', 2, '0.1')}`, ['evidence-half-read no-total-row']],
  ])('%s', async (_, text, expected) => {
    expect(said(await readExport({ 'a.csv': `${header}\n${text}` }, format)).toSorted()).toEqual(expected.toSorted());
  });

  test('the total covers what the filter leaves out', async () => {
    const filtered = `${format}filter: [{ source: in, above: "2" }]\n`;
    const read = await readExport({ 'a.csv': `${header}\n${row('a', 2, '0.1')}${row('b', 3, '0.2')}${total('5', '0.3')}` }, filtered);
    expect([said(read), read.rows.map(({ provider_request_id: id }) => id), read.filtered]).toEqual([[], ['b'], 2]);
  });
});

describe('conditions', () => {
  const text = `${header}\np-1,${time},m,1,1,-1.5\np-2,${time},,2,1,0\np-3,${time},gpt-4o,3,1,2.5\n`;
  it.each([
    ['{ source: model, is: not-empty }', ['p-1', 'p-3']],
    ['{ source: model, is: empty }', ['p-2']],
    ['{ source: model, in: [m, gpt-4o] }', ['p-1', 'p-3']],
    ['{ source: model, not_in: [m] }', ['p-3']],
    ['{ source: cost, above: "0" }', ['p-3']],
    ['{ source: cost, below: "0.0" }', ['p-1']],
    ['{ source: model, matches: "^gpt-[0-9]o$" }', ['p-3']],
    ['{ source: { source: model, capture: "^(gpt)-" }, in: [gpt] }', ['p-3']],
  ])('%s keeps %s', async (condition, expected) => {
    const format = `${base}constants: { model_billed: none }\nfilter: [${condition}]\n`;
    const read = await readExport({ 'a.csv': text }, format);
    expect(read.rows.map(({ provider_request_id: id }) => id)).toEqual(expected);
  });

  test('a comparison keeps what is no number, so that its row is refused', async () => {
    const read = await readExport({ 'a.csv': csv({ cost: 'n/a' }) }, `${base}filter: [{ source: cost, above: "0" }]\n`);
    expect(said(read)).toEqual(['evidence-row row-unreadable charged_amount']);
  });
});

describe('parts of a text', () => {
  it.each([
    ['{ source: model, capture: "inference-profile/(.+)$" }', 'arn:aws:bedrock:eu:1:inference-profile/claude-4', 'claude-4'],
    ['{ source: model, split: { by: ", ", part: 1 } }', 'gpt-4o, input', 'gpt-4o'],
    ['{ source: model, split: { by: "/", part: -1 } }', 'azure/eu/gpt-4o', 'gpt-4o'],
    ['{ source: model, lookup: { prod-chat: gpt-4o } }', 'prod-chat', 'gpt-4o'],
    ['{ source: model, lookup: { prod-chat: gpt-4o } }', 'prod-embed', 'prod-embed'],
    ['{ source: model, capture: "^([^|]+)", split: { by: " ", part: 2 }, lookup: { four: gpt-4o } }', 'gpt four|eu', 'gpt-4o'],
    ['[{ source: model, capture: "^x-(.+)$" }, model]', 'gpt-4o', 'gpt-4o'],
  ])('%s of %s is %s', async (source, model, expected) => {
    const read = await readExport({ 'a.csv': csv({ model }) }, base.replace('model_billed: model', `model_billed: ${source}`));
    expect(read.rows[0]?.model_billed).toBe(expected);
  });

  test('no match is no value', async () => {
    const read = await readExport({ 'a.csv': csv({ model: 'm' }) }, base.replace('model_billed: model', 'model_billed: { source: model, capture: "(x)" }'));
    expect(said(read)).toEqual(['evidence-row row-empty model_billed']);
  });
});

test('a negative amount without a kind is a refund where the format says so', async () => {
  const text = `${header}\np-1,${time},m,1,1,-0.5\np-2,${time},m,1,1,0.5\np-3,${time},m,1,1,-0.0\n`;
  const read = await readExport({ 'a.csv': text }, `${base}negative_kind: refund\n`);
  expect(read.rows.map(({ kind, charged_amount: amount }) => [kind, amount])).toEqual(
    [
      ['refund', '-0.5'],
      ['charge', '0.5'],
      ['charge', '0'],
    ].map(([kind, amount]) => [kind === 'charge' ? undefined : kind, amount]),
  );
});

test('a negative charge is what the format calls it, and what is stated otherwise stays', async () => {
  const text = `${header},type\np-1,${time},m,1,1,-0.5,C\np-2,${time},m,1,1,0.5,C\np-3,${time},m,1,1,-0.5,E\np-4,${time},m,1,1,-0.5,\n`;
  const format = `${base.replace('charged_amount: cost', 'charged_amount: cost, kind: type')}kinds: { C: charge, E: error }\nnegative_kind: adjustment\n`;
  const read = await readExport({ 'a.csv': text }, format);
  expect(read.rows.map(({ kind }) => kind)).toEqual(['adjustment', 'charge', 'error', 'adjustment']);
});

describe('a row for each token class', () => {
  const classes = `name: own
columns: { provider_request_id: id, timestamp_utc: at, model_billed: model, charged_amount: cost }
rows_are: { class: meter/way, quantity: qty, class_map: { text/in: input, text/cached: cached_input, text/out: output, text/think: reasoning } }
`;
  const line = (id: string, way: string, quantity: string, cost: string, model = 'm'): string => `${id},${time},${model},text,${way},${quantity},${cost}\n`;
  const read = (text: string): Promise<ReadExport> => readExport({ 'a.csv': `id,at,model,meter,way,qty,cost\n${text}` }, classes);

  test('rows of one id are one charge, in the place of the first', async () => {
    const { rows, findings, filtered } = await read(
      [
        line('a', 'in', '10', '0.1'),
        line('b', 'in', '7', '1'),
        line('a', 'cached', '5', '0.025'),
        line('a', 'out', '3', '2'),
        line('a', 'think', '2', '0.0005'),
      ].join(''),
    );
    expect([findings, filtered]).toEqual([[], 0]);
    expect(rows).toEqual([
      {
        provider_request_id: 'a',
        timestamp_utc: time,
        model_billed: 'm',
        input_tokens: '15',
        cached_input_tokens: '5',
        output_tokens: '5',
        reasoning_tokens: '2',
        charged_amount: '2.1255',
      },
      { provider_request_id: 'b', timestamp_utc: time, model_billed: 'm', input_tokens: '7', output_tokens: '0', charged_amount: '1' },
    ]);
  });

  it.each([
    ['a class that nobody named', line('a', 'image', '1', '1'), 'evidence-row row-unknown-class'],
    ['a quantity that is none', line('a', 'in', '1.5', '1'), 'evidence-row row-unread-quantity'],
    ['an empty quantity', line('a', 'in', '', '1'), 'evidence-row row-unread-quantity'],
    ['two models in one call', `${line('a', 'in', '1', '1')}${line('a', 'out', '1', '1', 'n')}`, 'evidence-row parts-differ'],
  ])('%s is refused', async (_, text, expected) => {
    expect(said(await read(text))).toEqual([expected]);
  });

  test('rows without an id stay apart', async () => {
    const { rows } = await read(`${line('', 'in', '1', '1')}${line('', 'out', '1', '1')}`);
    expect(rows).toHaveLength(2);
  });
});
