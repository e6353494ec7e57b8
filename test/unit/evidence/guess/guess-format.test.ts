/** Each guess from the sample that it needs, and beside it the sample that must not be guessed from. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { groundOf, guessExport, valuesOf } from './guess-export.ts';
import { zstdFrame } from '../zstd-frame.ts';

const time = '2026-05-04T12:00:00Z';

/** A CSV of columns: name → values. */
function csv(columns: Readonly<Record<string, readonly string[]>>, delimiter = ','): string {
  const names = Object.keys(columns);
  const rows = Math.max(...Object.values(columns).map(({ length }) => length));
  const cell = (text: string): string => (/["\n\r,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = Array.from({ length: rows }, (_, row) => names.map((name) => cell(columns[name]?.[row] ?? '')).join(delimiter));
  return `${[names.map(cell).join(delimiter), ...lines].join('\n')}\n`;
}
const usual = { id: ['a', 'b'], time: [time, time], model: ['m', 'm'] };
const guessed = async (columns: Readonly<Record<string, readonly string[]>>, layer: 'provider' | 'application' | 'gateway' = 'provider') =>
  valuesOf(await guessExport('a.csv', csv({ ...usual, ...columns }), layer));

describe('the text of a file', () => {
  const text = csv({ ...usual, cost_usd: ['0.5', '1.5'], Étage: ['é', 'è'] });
  const utf16 = (order: 'le' | 'be'): Uint8Array => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return order === 'le' ? bytes : bytes.swap16();
  };
  it.each([
    ['UTF-8', 'a.csv', Buffer.from(text), undefined],
    ['UTF-8 with a mark', 'a.csv', Buffer.from(`\ufeff${text}`), undefined],
    ['UTF-16, little end first', 'a.csv', utf16('le'), 'utf-16'],
    ['UTF-16, big end first', 'a.csv', utf16('be'), 'utf-16'],
    ['UTF-16 without a mark', 'a.csv', utf16('le').subarray(2), 'utf-16'],
    ['windows-1252', 'a.csv', Buffer.from(text, 'latin1'), 'windows-1252'],
    ['windows-1252 in gzip', 'a.csv.gz', gzipSync(Buffer.from(text, 'latin1')), 'windows-1252'],
    ['zstd', 'a.csv.zst', zstdFrame(text), undefined],
  ])('%s', async (_, name, content, encoding) => {
    const values = valuesOf(await guessExport(name, content));
    expect([values['file.encoding'], values['columns.provider_request_id'], values['columns.charged_amount']]).toEqual([encoding, 'id', 'cost_usd']);
  });

  it.each([
    [',', undefined],
    [';', ';'],
    ['\t', 'tab'],
    ['|', '|'],
  ])('the delimiter %j', async (delimiter, expected) => {
    const values = valuesOf(await guessExport('a.csv', csv({ ...usual, cost: ['0,5', '1,5'], note: ['a;b|c', 'd'] }, delimiter)));
    expect([values['file.delimiter'], values['columns.charged_amount']]).toEqual([expected, 'cost']);
  });

  test('commas inside of cells split no file', async () => {
    expect(valuesOf(await guessExport('a.csv', 'id;time;cost, total\na;x;1,5\nb;y;2,5\n'))['file.delimiter']).toBe(';');
  });

  it.each([
    ['an empty file', 'a.csv', '', 'The file is empty.'],
    ['blanks', 'a.csv', ' \n \n', 'The file holds nothing but blanks.'],
    ['numbers alone', 'a.csv', '1,2,3\n4,5,6\n', 'No header of two or more names was found.'],
    ['one column', 'a.csv', 'id\na\n', 'No header of two or more names was found.'],
    ['two delimiters that split alike', 'a.csv', 'x,x;y,y;z\nb,b;c,c;d\n', 'Both "," and ";" split the file evenly.'],
    ['a Parquet file named CSV', 'a.csv', 'PAR1 and so on', 'The name says csv, and the content is parquet.'],
    ['a pointer', 'a.csv', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', 'The file is a pointer of git LFS.'],
    ['a gzip file that is cut', 'a.csv.gz', gzipSync(csv(usual)).subarray(0, 30), 'The gzip file cannot be unpacked to its end.'],
    ['no JSON', 'a.json', 'id,time\n', 'The file holds no JSON that could be read.'],
    ['JSON without rows', 'a.json', '{"data":[{"x":1}]}', 'Nothing in the file is a list of rows with names that are known.'],
  ])('%s is refused', async (_, name, content, sentence) => {
    await expect(guessExport(name, content)).rejects.toThrow(sentence);
  });

  test('lines before the header, with quotes that nobody closes', async () => {
    const values = valuesOf(await guessExport('a.csv', `Account "x", May 2026\n\n"never closed\n${csv(usual)}`));
    expect(values['file.skip_lines']).toBe('3');
  });

  test('a first row that is the header is not skipped', async () => {
    expect(valuesOf(await guessExport('a.csv', csv(usual)))['file.skip_lines']).toBeUndefined();
  });

  test('the header again', async () => {
    expect(await guessed({ id: ['a', 'id'], time: [time, 'time'], model: ['m', 'model'] })).toMatchObject({ 'file.repeated_header': 'skip' });
    expect(await guessed({ id: ['a', 'id'], time: [time, 'time'], model: ['m', 'm'] })).not.toHaveProperty(['file.repeated_header']);
  });
});

describe('numbers', () => {
  const style = async (amounts: readonly string[], counts: readonly string[] = []) => {
    const values = await guessed({ cost_usd: amounts, ...(counts.length > 0 ? { tokens_in: counts } : {}) });
    return [values['numbers.decimal'], values['numbers.thousands']];
  };
  it.each([
    ['a point', ['0.5', '1.25'], [], [undefined, undefined]],
    ['whole amounts', ['5', '1200'], [], [undefined, undefined]],
    ['a comma', ['0,5', '1,25'], [], [',', undefined]],
    ['points between groups', ['1.234,5', '7'], [], [',', '.']],
    ['commas between groups', ['1,234.5', '7'], [], [undefined, ',']],
    ['two groups', ['1.234.567', '7'], [], [',', '.']],
    ['a point that could be either', ['1.234', '5.678'], [], ['VERIFY', undefined]],
    ['a comma that could be either', ['1,234', '7'], [], ['VERIFY', undefined]],
    ['a comma that could be either, and one that could not', ['1,234', '0,5'], [], [',', undefined]],
    ['both', ['1,5', '1.5'], [], ['VERIFY', undefined]],
    ['counts that are grouped', ['1,3559', '0,00003'], ['400.000', '8'], [',', '.']],
    ['counts that a program printed with a fraction', ['5', '7'], ['400.000', '8.000'], ['VERIFY', undefined]],
    ['blanks between groups', ['12 345,5', '7'], [], [',', ' ']],
    ['apostrophes between groups', ["12'345.5", '7'], [], [undefined, "'"]],
    ['an exponent', ['3e-05', '0.5'], [], [undefined, undefined]],
  ])('%s', async (_, amounts, counts, expected) => {
    expect(await style(amounts, counts)).toEqual(expected);
  });

  test('whole amounts between semicolons do not say what a fraction looks like', async () => {
    const values = valuesOf(await guessExport('a.csv', csv({ ...usual, cost_usd: ['5', '1200'] }, ';')));
    expect(values['numbers.decimal']).toBe('VERIFY');
  });

  test('numbers of JSON have a point', async () => {
    const values = valuesOf(await guessExport('a.jsonl', `{"id":"a","time":"${time}","model":"m","cost":1.234}\n`));
    expect(values).not.toHaveProperty(['numbers.decimal']);
  });

  test('percent', async () => {
    expect(await guessed({ cost_usd: ['12%', '3%'] })).toMatchObject({ 'numbers.percent': 'divided' });
  });
});

describe('money', () => {
  it.each([
    ['a header that names no unit', { cost: ['0.5', '1.5'] }, 'VERIFY', 'VERIFY'],
    ['whole numbers that may be cents', { Amount: ['50', '150'] }, 'VERIFY', 'VERIFY'],
    ['a currency in the header', { 'Cost (USD)': ['0.5', '1.5'] }, '1', 'USD'],
    ['cents in the header', { amount_cents: ['50', '150'] }, '100', 'VERIFY'],
    ['millionths of a currency', { costMicrosUSD: ['50', '150'] }, '1000000', 'USD'],
    ['quota', { quota: ['50', '150'] }, 'VERIFY', 'VERIFY'],
    ['a sign of one currency', { cost: ['€ 0.5', '1.5 €'] }, '1', 'EUR'],
    ['a code', { cost: ['EUR 0.5', 'EUR 1.5'] }, '1', 'EUR'],
    ['a sign of several currencies', { cost: ['$0.5', '$1.5'] }, '1', 'VERIFY'],
    ['two signs', { cost: ['€0.5', '£1.5'] }, '1', 'VERIFY'],
    ['a header against a sign', { cost_usd: ['€0.5', '€1.5'] }, '1', 'VERIFY'],
    ['a word that is no currency', { cost: ['0.5 cr', '1.5 cr'] }, 'VERIFY', 'VERIFY'],
    ['a column of currencies', { cost: ['0.5', '1.5'], currency: ['USD', 'USD'] }, 'VERIFY', undefined],
  ])('%s', async (_, columns, divisor, currency) => {
    const values = await guessed(columns);
    expect([values['money.divisor'], values['constants.charged_currency']]).toEqual([divisor, currency]);
  });

  test('what was printed from binary floating point', async () => {
    expect(await guessed({ cost_usd: ['0.30000000000000004441', '1'] })).toMatchObject({ 'money.source': 'float', 'money.decimals': '12' });
    expect(await guessed({ cost_usd: ['0.30000000000000004', '3e-05'] })).not.toHaveProperty(['money.source']);
  });

  test('negative amounts, where no column says what they are', async () => {
    expect(await guessed({ cost_usd: ['-0.5', '1'] })).toMatchObject({ negative_kind: 'refund' });
    expect(await guessed({ cost_usd: ['-0.5', '1'], kind: ['refund', 'charge'] })).not.toHaveProperty(['negative_kind']);
    expect(await guessed({ cost_usd: ['5e-05', '1'] })).not.toHaveProperty(['negative_kind']);
    expect(await guessed({ cost_usd: ['-0.5', '1'] }, 'application')).not.toHaveProperty(['negative_kind']);
  });
});

describe('times', () => {
  const times = async (values: readonly string[], name = 'time') => {
    const { [`timestamp.kind`]: kind, [`timestamp.zone`]: zone, [`timestamp.pattern`]: pattern } = await guessed({ time: [], [name]: values });
    return [kind, zone, pattern];
  };
  it.each([
    [
      ['2026-05-04T12:00:00Z', '2026-05-04 12:00:00.5+00', '2026-05-04 12:00:00 UTC'],
      ['iso', undefined, undefined],
    ],
    [
      ['2026-05-04 12:00:00', '2026-05-04T12:00'],
      ['naive', 'VERIFY', undefined],
    ],
    [
      ['2026-05-04 12:00:00', '2026-05-04T12:00Z'],
      ['VERIFY', undefined, undefined],
    ],
    [
      ['1777896000', '1777896001.5'],
      ['unix-s', undefined, undefined],
    ],
    [
      ['1777896000250', '1777896000251'],
      ['unix-ms', undefined, undefined],
    ],
    [
      ['1777896000250001', '1777896000250002'],
      ['unix-us', undefined, undefined],
    ],
    [
      ['1777896000250001999', '1777896000250001999'],
      ['unix-ns', undefined, undefined],
    ],
    [
      ['1777896000', '1777896000250'],
      ['VERIFY', undefined, undefined],
    ],
    [
      ['2026-05-04', '20260505'],
      ['day', 'VERIFY', undefined],
    ],
    [
      ['46146.5', '46147'],
      ['excel', 'VERIFY', undefined],
    ],
    [
      ['13.05.2026 12:00', '04.05.2026 12:00'],
      ['pattern', 'VERIFY', '%d.%m.%Y %H:%M'],
    ],
    [
      ['05/13/2026 01:00 PM', '05/04/2026 01:00 PM'],
      ['pattern', 'VERIFY', '%m/%d/%Y %I:%M %p'],
    ],
    [
      ['05/04/2026', '05/05/2026'],
      ['pattern', 'VERIFY', 'VERIFY'],
    ],
    [
      ['13/05/2026', '05/13/2026'],
      ['VERIFY', undefined, undefined],
    ],
    [
      ['13/05/26', '14/05/26'],
      ['pattern', 'VERIFY', 'VERIFY'],
    ],
    [
      ['2026/05/04 12:00:00', '2026/05/05 12:00:00'],
      ['pattern', 'VERIFY', '%Y/%m/%d %H:%M:%S'],
    ],
    [
      ['04 May 2026 12:00', '05 Jun 2026 12:00'],
      ['pattern', 'VERIFY', '%d %b %Y %H:%M'],
    ],
    [
      ['June 4, 2026', 'July 5, 2026'],
      ['pattern', 'VERIFY', '%B %d, %Y'],
    ],
    [
      ['June 4, 2026', '5 July 2026'],
      ['VERIFY', undefined, undefined],
    ],
  ])('%j', async (values, expected) => {
    expect(await times(values)).toEqual(expected);
  });

  test('a name that says UTC', async () => {
    expect(await guessed({ time: [], timestamp_utc: ['2026-05-04 12:00:00', '2026-05-04 13:00:00'] })).toMatchObject({ 'columns.timestamp_utc': 'VERIFY' });
    const values = valuesOf(await guessExport('a.csv', csv({ id: ['a'], model: ['m'], created_utc: ['x'], 'Time (UTC)': ['2026-05-04 12:00:00'] })));
    expect([values['columns.timestamp_utc'], values['timestamp.zone']]).toEqual(['Time (UTC)', 'UTC']);
  });

  test('the year is said', async () => {
    expect(groundOf(await guessExport('a.csv', csv({ ...usual, time: ['1777896000'] })), 'timestamp.kind')).toBe('looks like unix seconds of 2026');
  });
});

describe('columns', () => {
  it.each([
    ['promptTokens', 'input_tokens'],
    ['Completion Tokens', 'output_tokens'],
    ['cache_read_input_tokens', 'cached_input_tokens'],
    ['cacheReadInputTokens', 'cached_input_tokens'],
    ['cache_creation_input_tokens', 'cache_write_tokens'],
    ['thoughtsTokenCount', 'reasoning_tokens'],
  ])('%s is %s', async (name, column) => {
    expect(await guessed({ [name]: ['5', '7'] })).toMatchObject({ [`columns.${column}`]: name });
  });

  it.each([
    ['a flag is no count', { cached: ['true', 'false'] }, 'columns.cached_input_tokens'],
    ['a prompt is no count', { prompt: ['Say hello', 'Hi'] }, 'columns.input_tokens'],
    ['a text is no amount', { cost: ['high', 'low'] }, 'columns.charged_amount'],
    ['a raw key is no name of one', { api_key: ['x', 'y'] }, 'columns.key_ref'],
    ['a property of every object is no unit', { constructor_cost: ['1', '2'] }, 'columns.charged_amount'],
  ])('%s', async (_, columns, key) => {
    expect(await guessed(columns)).not.toHaveProperty([key]);
  });

  test('two that claim one are named, and neither is taken', async () => {
    const draft = await guessExport('a.csv', csv({ ...usual, prompt_tokens: ['5', '7'], input_tokens: ['0', '0'] }));
    expect(valuesOf(draft)['columns.input_tokens']).toBe('VERIFY');
    expect(groundOf(draft, 'columns.input_tokens')).toContain('prompt_tokens, input_tokens');
  });

  test('what a layer needs and no header says is left open', async () => {
    expect(await guessed({ model: [] }, 'provider')).toMatchObject({ 'columns.model_billed': 'model' });
    const application = await guessed({ request_id: [] }, 'application');
    expect(application).toMatchObject({
      'constants.account_ref': 'VERIFY',
      'constants.service': 'VERIFY',
      'constants.status': 'VERIFY',
      'columns.request_id': 'VERIFY',
    });
    const none = valuesOf(await guessExport('a.csv', 'foo,bar\nx,y\n'));
    expect(none).toMatchObject({ 'columns.timestamp_utc': 'VERIFY', 'constants.model_billed': 'VERIFY', 'timestamp.kind': 'VERIFY' });
  });

  test('what is not read is said', async () => {
    expect((await guessExport('a.csv', csv({ ...usual, Kosten: ['1', '2'] }))).notes).toEqual([
      'No column has a name that is known for an amount.',
      'Not read: Kosten.',
    ]);
  });

  test('words of status and kind: only the canonical ones', async () => {
    expect(await guessed({ status: ['success', 'OK'], kind: ['Charge', 'top-up'] })).toMatchObject({
      'statuses.OK': 'VERIFY',
      'kinds.Charge': 'charge',
      'kinds.top-up': 'VERIFY',
    });
    expect(await guessed({ status: ['success', 'error'] })).not.toHaveProperty(['statuses.success']);
  });

  test('rows without ids that count calls are buckets', async () => {
    const bucket = { time: ['2026-05-04', '2026-05-05'], model: ['m', 'm'], cost: ['1', '2'] };
    expect(valuesOf(await guessExport('a.csv', csv(bucket)))).toMatchObject({ grain: 'bucket' });
    expect(await guessed(bucket)).not.toHaveProperty(['grain']);
    const midnight = '2026-05-04T00:00:00Z';
    expect(valuesOf(await guessExport('a.csv', csv({ ...bucket, time: [midnight, midnight] })))).toMatchObject({ grain: 'bucket' });
    expect(valuesOf(await guessExport('a.csv', csv({ ...bucket, time: [midnight, time] })))).not.toHaveProperty(['grain']);
  });
});

describe('what counts include', () => {
  const counts = { tokens_in: ['10', '20'], tokens_out: ['5', '5'] };
  it.each([
    ['nothing is apart', {}, [], ['reasoning']],
    ['a part that may be inside', { cached: ['3', '0'] }, 'VERIFY', ['reasoning']],
    ['a part above the whole', { cached: ['30', '0'] }, [], ['reasoning']],
    ['two parts, one of them above the whole', { cached: ['30', '0'], cache_write: ['1', '1'] }, 'VERIFY', ['reasoning']],
    ['reasoning that may be inside', { reasoning: ['3', '0'] }, [], 'VERIFY'],
    ['reasoning above the output', { reasoning: ['30', '0'] }, [], []],
  ])('%s', async (_, parts, input, output) => {
    const values = await guessed({ ...counts, ...parts });
    expect([values['input_includes'], values['output_includes']]).toEqual([input, output]);
  });

  test('a header that says uncached', async () => {
    expect(await guessed({ uncached_input_tokens: ['10', '20'], cached: ['3', '0'] })).toMatchObject({ input_includes: [] });
  });

  test('two kinds of cache writes', async () => {
    expect(await guessed({ ...counts, cache_write: ['1', '1'], cache_write_1h: ['1', '0'] })).toMatchObject({ cache_write_includes: 'VERIFY' });
  });
});

describe('total rows', () => {
  const rows = (last: readonly [string, string, string, string]) => ({
    id: ['a', 'b', last[0]],
    time: [time, time, last[1]],
    model: ['m', 'm', ''],
    tokens_in: ['2', '3', last[2]],
    cost_usd: ['0.1', '0.25', last[3]],
  });
  it.each([
    ['a word and the sums', rows(['Total', '', '5', '0.35']), { source: 'id', in: ['Total'] }],
    ['no word and the sums', rows(['', '', '5', '0.35']), { source: 'time', is: 'empty' }],
    ['a word and another sum', rows(['Total', '', '5', '0.36']), undefined],
    ['a word and another count', rows(['Total', '', '6', '0.35']), undefined],
    ['a word without figures', rows(['Total', '', '', '']), undefined],
    ['a word inside a name', rows(['totally-7', time, '5', '0.35']), undefined],
    ['a row like any other that happens to be the sum', rows(['c', time, '5', '0.35']), undefined],
  ])('%s', async (_, columns, expected) => {
    expect(valuesOf(await guessExport('a.csv', csv(columns)))['total_row']).toEqual(expected);
  });

  test('a total that differs is said', async () => {
    expect((await guessExport('a.csv', csv(rows(['Total', '', '5', '0.36'])))).notes[0]).toContain('cost_usd is not the sum');
  });

  test('at the end of a file that is too long to sum, as a guess that a run holds', async () => {
    const many = Array.from({ length: 40_000 }, (_, index) => `id-${index},${time},m,1,0.1`);
    const draft = await guessExport('a.csv', `id,time,model,tokens_in,cost_usd\n${many.join('\n')}\nTotal,,,40000,4000\n`);
    expect(valuesOf(draft)['total_row']).toEqual({ source: 'id', in: ['Total'] });
    expect(groundOf(draft, 'total_row')).toContain('a guess');
  });
});

describe('a row for each token class', () => {
  const classes = {
    id: ['a', 'a', 'b'],
    time: [time, time, time],
    model: ['m', 'm', 'm'],
    meter: ['Input Tokens', 'Cache Read Input Tokens', 'Image'],
    qty: ['5', '7', '1'],
    cost_usd: ['1', '1', '1'],
  };
  test('an id that repeats with another class each time', async () => {
    expect(valuesOf(await guessExport('a.csv', csv(classes)))).toMatchObject({
      'rows_are.class': 'meter',
      'rows_are.quantity': 'qty',
      'rows_are.class_map.Input Tokens': 'input',
      'rows_are.class_map.Cache Read Input Tokens': 'cached_input',
      'rows_are.class_map.Image': 'VERIFY',
    });
  });

  it.each([
    ['ids that do not repeat', { id: ['a', 'b', 'c'] }],
    ['a class that repeats with its id', { meter: ['Input Tokens', 'Input Tokens', 'Image'] }],
    ['counts beside', { tokens_in: ['1', '1', '1'] }],
  ])('%s', async (_, more) => {
    expect(valuesOf(await guessExport('a.csv', csv({ ...classes, ...more })))).not.toHaveProperty(['rows_are.class']);
  });
});

describe('JSON', () => {
  const row = (id: string, more = ''): string => `{"id":"${id}","time":"${time}","model":"m","cost":0.1${more}}`;
  const pathIn = async (name: string, text: string) => valuesOf(await guessExport(name, text));
  it.each([
    ['an array', 'a.json', `[${row('a')},${row('b')}]`, undefined],
    ['lines', 'a.jsonl', `${row('a')}\n${row('b')}\n`, undefined],
    ['lines with lists in them', 'a.jsonl', `${row('a', ',"messages":[{"id":"1","time":"x","model":"y"},{"id":"2"},{"id":"3"}]')}\n`, undefined],
    ['a page', 'a.json', `{"object":"list","data":[${row('a')},${row('b')}]}`, '$.data[*]'],
    ['pages, one a line', 'a.jsonl', `{"data":[${row('a')}]}\n{"data":[${row('b')}]}\n`, '$.data[*]'],
    ['lists in lists', 'a.json', `{"data":[{"results":[${row('a')},${row('b')}]},{"results":[${row('c')}]}]}`, '$.data[*].results[*]'],
    ['members named by days', 'a.json', `{"data":{"2026-05-04":[{"token_name":"k","quota_used":1}]}}`, '$.data.*[*]'],
    ['a key with a blank', 'a.json', `{"the data":[${row('a')}]}`, '$."the data"[*]'],
    ['two lists that are alike', 'a.json', `{"x":[${row('a')}],"y":[${row('b')}]}`, 'VERIFY'],
    ['a longer list of other things', 'a.json', `{"data":[${row('a')}],"names":[{"x":1},{"x":2}]}`, '$.data[*]'],
  ])('%s', async (_, name, text, expected) => {
    expect((await pathIn(name, text))['records.path']).toBe(expected);
  });

  test('values beside the rows, and members that are days', async () => {
    expect(
      await pathIn('a.json', `{"success":true,"data":[{"start_time":1777593600,"results":[{"input_tokens":1,"output_tokens":2,"model":"m"}]}]}`),
    ).toMatchObject({
      'records.with.start_time': '$.data[*].start_time',
      'columns.timestamp_utc': 'start_time',
      'timestamp.kind': 'unix-s',
    });
    const keyed = await pathIn('a.json', `{"data":{"2026-05-04":[{"token_name":"k","quota_used":1,"request_count":2}]}}`);
    expect(keyed).toMatchObject({ 'records.key_as': 'day', 'columns.timestamp_utc': 'day', 'timestamp.kind': 'day', grain: 'bucket' });
  });

  test('values inside of objects and of JSON as text', async () => {
    const values = await pathIn('a.jsonl', `${row('a', `,"usage":{"prompt_tokens":1,"details":{"cached_tokens":0}},"other":"{\\"reasoning_tokens\\":2}"`)}\n`);
    expect(values).toMatchObject({
      'columns.input_tokens': 'usage:$.prompt_tokens',
      'columns.cached_input_tokens': 'usage:$.details.cached_tokens',
      'columns.reasoning_tokens': 'other:$.reasoning_tokens',
    });
  });

  test('a document that is longer than what is looked at', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => row(`id-${index}`, ',"note":"a ] b } c \\" d"'));
    expect((await pathIn('a.json', `{"data":[${rows.join(',')}]}`))['records.path']).toBe('$.data[*]');
  });
});

describe('hostile exports end soon', () => {
  const long = 900_000;
  it.each([
    ['a header that is a number to its last sign', 'a.csv', `${'1'.repeat(long)}x,time\na,b\n`],
    ['a value of blanks', 'a.csv', `id,cost,time\na,"${' '.repeat(long)}x",b\n`],
    ['a quote that nobody closes', 'a.csv', `id,cost\n"${'x'.repeat(long)}\n`],
    ['brackets without end', 'a.json', `{"data":${'['.repeat(long)}`],
    ['lists under as many names', 'a.json', `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":[{"a":1}]`).join(',')}}`],
    [
      'values beside as many elements',
      'a.json',
      `{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join(',')},"data":[${'{"a":{}},'.repeat(20_000)}{}]}`,
    ],
  ])('%s', async (_, name, content) => {
    const outcome = await guessExport(name, content).then(
      () => 'guessed',
      (error: unknown) => (error as Error).name,
    );
    expect(['guessed', 'UserError']).toContain(outcome);
  });

  test('more columns than a run reads', async () => {
    const header = Array.from({ length: 3000 }, (_, at) => `c${at}`).join(',');
    await expect(guessExport('a.csv', `${header}\n${header}\n`)).rejects.toThrow('more than 2000 columns');
  });
});

describe('what is counted beside tokens', () => {
  it.each([
    ["Anthropic's answer in columns", 'web_search', 'usage.server_tool_use.web_search_requests', { 'usage.server_tool_use.web_search_requests': ['2', '0'] }],
    ["Vercel's generation", 'web_search', 'billable_web_search_calls', { billable_web_search_calls: ['1', ''] }],
    ["OpenAI's searches", 'file_search', 'file_search_calls', { file_search_calls: ['3', '0'] }],
    ["OpenAI's sessions", 'code_interpreter', 'code_interpreter_sessions', { code_interpreter_sessions: ['1', '0'] }],
    ["OpenAI's images", 'image', 'images', { images: ['1', '4'] }],
    ['seconds with fractions', 'second', 'audioSeconds', { audioSeconds: ['9.3', '12'] }],
  ])('%s', async (_, meter, source, columns: Readonly<Record<string, readonly string[]>>) => {
    const draft = await guessExport('a.csv', csv({ ...usual, ...columns }));
    expect(valuesOf(draft)[`columns.meter_${meter}`]).toBe(source);
    expect(groundOf(draft, `columns.meter_${meter}`)).toMatch(
      new RegExp(`; \\d of \\d values above 0, charged beside tokens: the snapshot prices meters: ${meter}$`),
    );
    expect(draft.notes.join()).not.toContain('Not read');
  });

  it('of an object that is a member of JSON rows', async () => {
    const rows = [2, 0].map((count) => JSON.stringify({ id: `msg_${count}`, created_at: time, model: 'm', server_tool_use: { web_search_requests: count } }));
    expect(valuesOf(await guessExport('a.jsonl', `${rows.join('\n')}\n`))['columns.meter_web_search']).toBe('server_tool_use:$.web_search_requests');
  });

  it.each([
    ['nobody counted any', { images: ['0', ''] }],
    ['a value is no quantity', { images: ['1', 'a cat'] }],
    ['a whole one has a fraction', { images: ['1.5', '2'] }],
    ['a fraction in another notation', { audio_seconds: ['9,3', '12'] }],
    ['two columns could be it', { images: ['1', '2'], image_count: ['1', '2'] }],
    ['seconds of whatever', { seconds: ['3', '4'], duration: ['3', '4'], request_duration_ms: ['3', '4'] }],
    ['what is priced in tokens', { input_audio_tokens: ['3', '4'], image: ['3', '4'], prompt_audio_tokens: ['1', '2'] }],
    ['results and fetches, which cost nothing by themselves', { num_search_results: ['3', '4'], num_fetches: ['1', '2'], web_fetch_requests: ['1', '1'] }],
    ['calls of the model', { num_model_requests: ['3', '4'], requests: ['3', '4'] }],
  ])('nothing where %s', async (_, columns: Readonly<Record<string, readonly string[]>>) => {
    const values = await guessed(columns);
    expect(Object.keys(values).filter((key) => key.startsWith('columns.meter_'))).toEqual([]);
  });
});
