/** Rows inside JSON documents: pages, nested lists, members of objects; what stands around them, and what must not be taken for all of it. */
import { describe, expect, it, test } from 'vitest';
import { formatOf, type ReadExport, readExport } from './read-export.ts';

const time = '2026-05-04T12:00:00Z';
const columns = 'columns: { timestamp_utc: at, model_billed: model, charged_amount: cost, key_ref: key }\ninput_includes: []\noutput_includes: []\n';
const format = (records: string): string => `name: own\n${records}\n${columns}`;
const row = (model: string, more = ''): string => `{"at":"${time}","model":"${model}","cost":0.100000000000000001${more}}`;
const models = ({ rows }: ReadExport): (string | undefined)[] => rows.map(({ model_billed: model }) => model);

function said({ findings }: ReadExport): string[] {
  return findings.map(({ code, severity, args }) => [severity, code, args['problem'], args['place'] ?? args['columns'] ?? ''].join(' ').trim());
}

describe('where rows are', () => {
  it.each([
    ['a page', 'rows: $.data[*]', `{"data":[${row('a')},${row('b')}],"object":"list"}`, ['a', 'b'], ['info evidence-header unread-keys $.object']],
    ['a page without rows', 'rows: $.data[*]', '{"data":[]}', [], []],
    ['null for no rows', 'rows: $.data[*]', '{"data":null}', [], []],
    [
      'lists in lists',
      'rows: $.data[*].results[*]',
      `{"data":[{"results":[${row('a')}]},{"results":[]},{"results":[${row('b')},${row('c')}]}]}`,
      ['a', 'b', 'c'],
      [],
    ],
    ['a list of lists', 'rows: "$[*][*]"', `[[${row('a')}],[${row('b')}]]`, ['a', 'b'], []],
    ['pages one after the other', 'rows: $.data[*]', `{"data":[${row('a')}]}\n{"data":[${row('b')}]}`, ['a', 'b'], []],
    ['pages with breaks in them', 'rows: $.data[*]', `{\n "data": [\r\n  {\n "at" : "${time}",\n "model": "a\\nb" }\n ]\n}\n`, ['a\nb'], []],
    ['keys with escapes', 'rows: $."the data"[*]', `{"the\\u0020data":[${row('a')}]}`, ['a'], []],
    ['a short path', 'records: { path: "data.*" }', `{"data":{"x":${row('a')},"y":${row('b')}}}`, ['a', 'b'], []],
    [
      'what says nothing',
      'records: { path: "$.data[*]", pass_over: [ $.object ] }',
      `{"object":"list","data":[${row('a')}],"cost":7}`,
      ['a'],
      ['info evidence-header unread-keys $.cost'],
    ],
    ['brackets in strings', 'rows: $.data[*]', `{"note":"]}","data":[${row('a]}\\"')}]}`, ['a]}"'], ['info evidence-header unread-keys $.note']],
  ])('%s', async (_, records, text, expected, findings) => {
    const read = await readExport({ 'a.json': text }, format(records));
    expect([models(read), said(read)]).toEqual([expected, findings]);
  });

  test('in whatever chunks they come', async () => {
    const pages = Array.from({ length: 3000 }, (_, page) => `{"data":[${row(`m-${page}`, `,"pad":"${'é'.repeat(page % 700)}"`)}],"page":${page}}`);
    const read = await readExport({ 'a.jsonl': pages.join('\n') }, format('rows: $.data[*]'));
    expect(models(read)).toEqual(pages.map((_, page) => `m-${page}`));
  });

  test('no digit is lost', async () => {
    const text = `{"data":[{"at":"${time}","model":"a","cost":1234567890123456789.012345678901234567}]}`;
    expect((await readExport({ 'a.json': text }, format('rows: $.data[*]'))).rows[0]?.charged_amount).toBe('1234567890123456789.012345678901234567');
  });
});

describe('what stands beside', () => {
  test('the name of a member becomes a column', async () => {
    const text = `{"data":{"daily_quota":{"2026-05-04":[{"token_name":"k","quota_used":1}],"2026-05-05":[{"token_name":"l","quota_used":2}]}}}`;
    const read = await readExport(
      { 'a.json': text },
      `name: own\nrecords: { path: "$.data.daily_quota.*[*]", key_as: day }\ncolumns: { timestamp_utc: day, key_ref: token_name, charged_amount: quota_used }\nconstants: { model_billed: none }\ntimestamp: { kind: day, zone: "+08:00" }\ninput_includes: []\noutput_includes: []\n`,
    );
    expect(read.rows.map(({ timestamp_utc: at, key_ref: key, charged_amount: amount }) => [at, key, amount])).toEqual([
      ['2026-05-03T16:00:00Z', 'k', '1'],
      ['2026-05-04T16:00:00Z', 'l', '2'],
    ]);
  });

  it.each([
    ['in front', '"key":"k1","results":'],
    ['behind', '"results":'],
  ])('a value %s of the rows belongs to each of them', async (where, start) => {
    const bucket = (key: string, model: string): string =>
      `{${start.replace('k1', key)}[${row(model)},${row(`${model}2`)}]${where === 'behind' ? `,"key":"${key}"` : ''}}`;
    const text = `{"data":[${bucket('k1', 'a')},${bucket('k2', 'b')}]}`;
    const read = await readExport({ 'a.json': text }, format('records: { path: "$.data[*].results[*]", with: { key: "$.data[*].key" } }'));
    expect(read.rows.map(({ key_ref: key, model_billed: model }) => [key, model])).toEqual([
      ['k1', 'a'],
      ['k1', 'a2'],
      ['k2', 'b'],
      ['k2', 'b2'],
    ]);
  });

  test('a value of the document, for the rows of that document', async () => {
    const text = `{"data":[${row('a')}],"account":{"x":1},"key":"k"}\n{"key":"l","data":[${row('b')}]}`;
    const read = await readExport({ 'a.json': text }, format('records: { path: "$.data[*]", with: { key: $.key } }'));
    expect([read.rows.map(({ key_ref: key }) => key), said(read)]).toEqual([['k', 'l'], ['info evidence-header unread-keys $.account']]);
  });

  test('a row that has the name itself has it twice', async () => {
    const read = await readExport(
      { 'a.json': `{"key":"k","data":[${row('a', ',"key":"own"')}]}` },
      format('records: { path: "$.data[*]", with: { key: $.key } }'),
    );
    expect(said(read)).toEqual(['inconclusive evidence-half-read doubled-key $.key']);
  });
});

describe('what is not all', () => {
  const page = (more: string): string => `{"data":[${row('a')}]${more}}`;
  it.each([
    ['a page that says there are more', page(',"has_more":true'), 'evidence-half-read more-pages $.has_more'],
    ['a page that names the next', page(',"next_page":"abc"'), 'evidence-half-read more-pages $.next_page'],
    ['a page that names the next in an object about pages', page(',"paging":{"next":"abc"}'), 'evidence-half-read more-pages $.paging.next'],
    ['a page before the last', page(',"meta":{"page":1,"limit":50,"totalItems":1,"totalPages":2}'), 'evidence-half-read more-pages $.meta.totalPages'],
    ['more items than rows', page(',"meta":{"page":1,"totalItems":2,"totalPages":1}'), 'evidence-half-read more-pages total'],
    ['an error as an object', '{"error":{"code":"x"},"data":[]}', 'evidence-syntax error-answer $.error'],
    ['a total above the rows', page(',"total":2'), 'evidence-half-read more-pages total'],
    ['a total that is passed over', page(',"total":2'), 'evidence-half-read more-pages total', 'records: { path: "$.data[*]", pass_over: [ $.total ] }'],
    ['a document that is cut', '{"data":[{"at":"x"', 'evidence-syntax cut-document'],
    ['a document cut behind its rows', `{"data":[${row('a')}]`, 'evidence-syntax cut-document'],
    ['another key', '{"rows":[]}', 'evidence-syntax no-rows-place $.data[*]'],
    ['an element without its list', `{"data":[{"result":[]}]}`, 'evidence-syntax no-rows-place $.data[*].results[*]', 'rows: $.data[*].results[*]'],
    ['rows that are no objects', '{"data":[1]}', 'evidence-syntax no-rows-place $.data[*]'],
    ['an object where a list should be', '{"data":{"a":{}}}', 'evidence-syntax no-rows-place $.data[*]'],
    ['a list where the document should be an object', `[${row('a')}]`, 'evidence-syntax no-rows-place $.data[*]'],
    ['a refusal', '{"success":false,"message":"invalid token","data":[]}', 'evidence-syntax error-answer $.success'],
    ['an error', '{"error":"no","data":[]}', 'evidence-syntax error-answer $.error'],
    ['a key that stands twice', '{"data":[],"data":[]}', 'evidence-half-read doubled-key $.data'],
    ['no JSON', '{"data":[],}', 'evidence-syntax no-json'],
    ['no JSON at all', 'id,at\n1,2\n', 'evidence-syntax no-rows-place $.data[*]'],
    ['a scalar that is none', '{"data":[],"x":tru}', 'evidence-syntax no-json'],
    ['nothing', ' \n', 'evidence-empty no-content'],
    ['a row that is no JSON', `{"data":[{"at":"${time}","model":]}]}`, 'evidence-syntax'],
  ])('%s', async (_, text, expected, records = 'rows: $.data[*]') => {
    const read = await readExport({ 'a.json': text }, format(records));
    expect(said(read).filter((words) => words.startsWith('inconclusive'))[0]).toContain(`inconclusive ${expected}`);
    expect(read.rows).toEqual([]);
  });

  it.each([
    ['a total of something else', ',"usage":{"total":100,"next":"x"}'],
    ['the last page', ',"meta":{"page":2,"totalPages":2,"totalItems":1}'],
    ['no error', ',"error":null,"success":true'],
    ['an empty error', ',"error":{}'],
    ['no next', ',"links":{"next":null,"prev":"x"}'],
  ])('%s stops nothing', async (_, more) => {
    expect(models(await readExport({ 'a.json': page(more) }, format('rows: $.data[*]')))).toEqual(['a']);
  });

  test('pages of one file end with one that has no successor', async () => {
    const text = [page(',"has_more":true,"next":"x"'), page(',"has_more":false,"next":null')].join('\n');
    expect(models(await readExport({ 'a.jsonl': text }, format('rows: $.data[*]')))).toEqual(['a', 'a']);
  });

  test('a total that the rows of all pages reach', async () => {
    const text = [page(',"total":2'), page(',"total":2')].join('\n');
    expect(models(await readExport({ 'a.jsonl': text }, format('rows: $.data[*]')))).toEqual(['a', 'a']);
  });

  it.each([
    ['a row that is too long', `{"data":[${row('x'.repeat(2 ** 20))}]}`, 'evidence-limit rowBytes'],
    ['brackets without end', `{"data":[${'['.repeat(200)}`, 'evidence-syntax no-rows-place'],
    ['brackets without end around nothing', `{"more":${'['.repeat(200)}`, 'evidence-limit depth'],
    ['a key that is too long', `{"${'k'.repeat(2000)}":1}`, 'evidence-limit rowBytes'],
    ['too many keys', `{${Array.from({ length: 2001 }, (_, at) => `"k${at}":1`).join(',')}}`, 'evidence-limit columns'],
  ])('%s', async (_, text, expected) => {
    expect(said(await readExport({ 'a.json': text }, format('rows: $.data[*]')))[0]).toContain(`inconclusive ${expected}`);
  });
});

describe('several places where rows may be', () => {
  const anywhere = format('records: { path: [ "$.data[*]", "$.data.items[*]", "$[*]" ] }');
  it.each([
    ['the first', `{"data":[${row('a')}]}`, ['a'], []],
    ['the second', `{"data":{"total":1,"items":[${row('a')}]}}`, ['a'], ['info evidence-header unread-keys $.data.total']],
    ['the root', `[${row('a')},${row('b')}]`, ['a', 'b'], []],
    ['pages of both', `{"data":[${row('a')}]}\n{"data":{"items":[${row('b')}]}}`, ['a', 'b'], []],
    ['nothing', '{"data":null}', [], []],
    ['none of them', '{"rows":[]}', [], ['inconclusive evidence-syntax no-rows-place $.data[*] or $.data.items[*] or $[*]']],
    ['an object without them', '{"data":{"list":[]}}', [], ['inconclusive evidence-syntax no-rows-place $.data[*] or $.data.items[*] or $[*]']],
    ['fewer than there are', `{"data":{"total":2,"items":[${row('a')}]}}`, [], ['inconclusive evidence-half-read more-pages total']],
  ])('%s', async (_, text, expected, findings) => {
    const read = await readExport({ 'a.jsonl': text }, anywhere);
    expect([models(read), said(read)]).toEqual([expected, findings]);
  });

  test('have nothing beside them', () => {
    expect(formatOf(format('records: { path: [ "$.data[*]", "$.items[*]" ], with: { key: $.key } }'))).toEqual([
      'records.with: no value, because only rows of one path have others beside it',
    ]);
  });
});

describe('attributes', () => {
  const spans = `name: own
columns:
  timestamp_utc: at
  model_billed: { source: attributes, attribute: gen_ai.response.model }
  input_tokens: [ { source: attributes, attribute: new }, { source: attributes, attribute: old } ]
  charged_amount: { source: "more:$.list", attribute: cost }
filter: [ { source: { source: attributes, attribute: gen_ai.response.model }, is: not-empty } ]
input_includes: []
output_includes: []
`;
  const span = (attributes: string, more = ''): string => `{"at":"${time}","attributes":[${attributes}]${more}}`;
  const pair = (key: string, value: string): string => `{"key":"${key}","value":${value}}`;
  const model = pair('gen_ai.response.model', '{"stringValue":"m"}');

  test('are values by their key, whatever their type', async () => {
    const rows = [
      span(`${pair('old', '{"intValue":"12"}')},${model}`),
      span(`${model},${pair('new', '{"intValue":13}')},${pair('old', '{"intValue":"12"}')}`, ',"more":{"list":[{"key":"cost","value":{"doubleValue":0.1}}]}'),
      span(pair('http.method', '{"stringValue":"POST"}')),
    ];
    const read = await readExport({ 'a.jsonl': rows.join('\n') }, spans);
    expect([read.rows.map(({ input_tokens: input, charged_amount: amount }) => [input, amount]), read.filtered, said(read)]).toEqual([
      [
        ['12', undefined],
        ['13', '0.1'],
      ],
      1,
      [],
    ]);
  });

  test('that stand there twice have no value', async () => {
    const twice = `${pair('new', '{"intValue":"1"}')},${pair('new', '{"intValue":"2"}')}`;
    const read = await readExport({ 'a.jsonl': span(`${model},${twice}`) }, spans);
    expect(read.rows.map(({ input_tokens: input }) => input)).toEqual([undefined]);
  });
});

test('rows that are skipped are counted, and an absent value skips nothing', async () => {
  const rows = [row('a', ',"hit":"True"'), row('b', ',"hit":"False"'), row('c', ',"hit":null'), row('d', ',"hit":""')];
  const read = await readExport({ 'a.jsonl': rows.join('\n') }, `${format('skip: [ { source: hit, in: ["True"] } ]')}`);
  expect([models(read), read.filtered]).toEqual([['b', 'c', 'd'], 1]);
});
