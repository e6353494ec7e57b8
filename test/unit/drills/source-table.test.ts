/** Rows are changed in one place only: every other character of the file stays as it was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonValue, writeJsonValue } from '../../../src/drills/faults/json-text.ts';
import {
  decodeText,
  encodeText,
  hasPlace,
  readCsv,
  readTable,
  readTime,
  rewriteRow,
  valueOf,
  writeTable,
  writeTime,
} from '../../../src/drills/faults/source-table.ts';
import { newApi } from '../../../src/evidence/formats/new-api.ts';
import { trueup } from '../../../src/evidence/formats/built-in-formats.ts';
import { csvField } from '../../../src/model/csv.ts';

const file = { layer: 'provider', name: 'evidence/usage.csv', compression: 'none', container: 'csv' } as const;

describe('CSV', () => {
  it('splits at unquoted commas and line breaks, and keeps every character', () => {
    const text = 'a,"b,""c""\n",d\r\n,,\nlast';
    expect(readCsv(text).map(({ fields }) => fields)).toEqual([['a', 'b,"c"\n', 'd'], ['', '', ''], ['last']]);
    expect(
      readCsv(text)
        .map(({ raw }) => raw)
        .join(''),
    ).toBe(text);
    expect(readCsv('"open')).toEqual([{ fields: ['open'], raw: '"open' }]);
  });

  it('reads back what it writes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ') });
    fc.assert(
      fc.property(fc.array(field, { minLength: 2, maxLength: 5 }), (fields) => {
        expect(readCsv(`${fields.map(csvField).join(',')}\n`).map((record) => record.fields)).toEqual([fields]);
      }),
    );
  });
});

describe('JSON', () => {
  const text = '{"a": 1.10, "b":{"c":"x\\"}","d":[1,{"e":2}]}, "f":null,"g":true}';

  it('finds a value and keeps its digits', () => {
    expect(readJsonValue(text, ['a'])).toBe('1.10');
    expect(readJsonValue(text, ['b', 'c'])).toBe('x"}');
    expect(readJsonValue(text, ['g'])).toBe('true');
    expect([['f'], ['h'], ['a', 'x'], ['b', 'd', 'e']].map((keys) => readJsonValue(text, keys))).toEqual([null, null, null, null]);
    expect([readJsonValue('{"a":', ['a']), readJsonValue('[1]', ['a']), readJsonValue('{"a" 1}', ['a'])]).toEqual([null, null, null]);
  });

  it('changes that value alone', () => {
    expect(writeJsonValue(text, ['a'], '2.20')).toBe(text.replace('1.10', '2.20'));
    expect(writeJsonValue(text, ['b', 'c'], 'y')).toBe(text.replace('"x\\"}"', '"y"'));
    expect(writeJsonValue(text, ['a'], '')).toBe(text.replace('1.10', 'null'));
    expect(writeJsonValue(text, ['f'], 'word')).toBe(text.replace('null', '"word"'));
    expect(writeJsonValue(text, ['h'], '1')).toBeNull();
  });
});

describe('a table', () => {
  const line =
    '1775004053,2,main,gpt-4.1-mini,317,903,270,5,true,default,id-1,"{""model_ratio"":0.20,""cache_tokens"":12,""upstream_model_name"":""gpt-4.1-mini-2025-04-14""}"';
  const text = `created_at,type,token_name,model_name,quota,prompt_tokens,completion_tokens,use_time,is_stream,group,request_id,other\n${line}\n${line.replace('id-1', 'id-2')}`;
  const table = readTable(file, newApi, text);
  const [first, second] = table.rows;
  if (first === undefined || second === undefined) throw new Error('two rows');

  it('is read through its format', () => {
    expect(
      (['provider_request_id', 'model_billed', 'cached_input_tokens', 'charged_amount', 'charged_currency', 'account_ref'] as const).map((column) =>
        valueOf(first, column),
      ),
    ).toEqual(['id-1', 'gpt-4.1-mini-2025-04-14', '12', '317', 'USD', null]);
    expect([hasPlace(first, 'output_tokens'), hasPlace(first, 'account_ref')]).toEqual([true, false]);
  });

  it('is written with one row changed, and nothing else', () => {
    const changed = rewriteRow(second, { cached_input_tokens: '13', model_billed: 'other' });
    const written = writeTable(table, new Map([[1, changed ?? '']]));
    expect(written).toBe(
      `${text.slice(0, text.lastIndexOf(line.slice(0, 20)))}${line.replace('id-1', 'id-2').replace('""cache_tokens"":12', '""cache_tokens"":13').replace('gpt-4.1-mini-2025-04-14', 'other')}\n`,
    );
    expect(writeTable(table, new Map())).toBe(text);
    expect(writeTable(table, new Map([[1, '']]))).toBe(`${text.slice(0, text.indexOf(line))}${line}\n`);
    expect(rewriteRow(first, { account_ref: 'x' })).toBeNull();
  });

  it('of JSON lines reaches into objects and into JSON that is stored as text', () => {
    const lines = '{"request_id":"r","other":{"cache_tokens":1}}\n{"request_id":"s","other":"{\\"cache_tokens\\":2}"}\n';
    const { rows } = readTable({ ...file, name: 'usage.jsonl', container: 'jsonl' }, newApi, lines);
    expect(rows.map((row) => valueOf(row, 'cached_input_tokens'))).toEqual(['1', '2']);
    expect(rows.map((row) => rewriteRow(row, { cached_input_tokens: '7' })).join('')).toBe(lines.replace('":1', '":7').replace('":2', '":7'));
  });

  it('without a line break at the end gets one before a row is added', () => {
    const { rows } = readTable(file, trueup, 'request_id\na\nb');
    expect(rows.map((row) => rewriteRow(row, {}))).toEqual(['a\n', 'b\n']);
  });
});

describe('a file', () => {
  it.each(['none', 'gzip', 'zstd'] as const)('comes back from %s', (compression) => {
    for (const text of ['', 'a,b\n', 'é'.repeat(200_000)]) expect(decodeText(encodeText(text, compression), compression)).toBe(text);
  });
});

describe('time', () => {
  const at = Date.parse('2026-05-01T10:20:30Z');
  it.each([
    ['iso', '2026-05-01T12:20:30+02:00', '2026-05-01T10:20:30Z'],
    ['naive', '2026-05-01 10:20:30', '2026-05-01 10:20:30'],
    ['naive', '2026-05-01T10:20:30', '2026-05-01T10:20:30'],
    ['unix-s', String(at / 1000), String(at / 1000)],
    ['unix-ms', String(at), String(at)],
  ] as const)('%s', (kind, written, again) => {
    const format = { ...trueup, timestamp: { kind, zone: null } };
    const instant = readTime(written, format);
    expect(instant).toBe(BigInt(at) * 1000n);
    expect(writeTime(instant ?? 0n, written, format)).toBe(again);
    expect(readTime('soon', format)).toBeNull();
  });
});
