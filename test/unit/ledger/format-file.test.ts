/** What a format file must not say, and what the complaint asks for instead. */
import { describe, expect, it } from 'vitest';
import { formatOf } from '../engine/read-export.ts';

const whole = (more: string, columns = 'timestamp_utc: at'): string => `name: own\ncolumns: { ${columns} }\ninput_includes: []\noutput_includes: []\n${more}\n`;

describe('a format file', () => {
  it.each([
    ['file: { delimiter: ";;" }', 'file.delimiter: one character such as ";" or "|", or tab'],
    ['file: { delimiter: x }', 'file.delimiter: one character such as ";" or "|", or tab'],
    ['file: { encoding: utf-32 }', 'file.encoding: one of utf-8, utf-16, windows-1252'],
    ['file: { skip_lines: -1 }', 'file.skip_lines: a whole number from 0 to 1000'],
    ['file: { header: none }', 'file.header: '],
    ['numbers: { decimal: ",", thousands: "," }', 'numbers.thousands: another sign than the decimal one'],
    ['numbers: { thousands: "." }', 'numbers.thousands: another sign than the decimal one'],
    ['numbers: { signs: ["1"] }', 'numbers.signs.0: a currency sign or code such as "€" or USD'],
    ['rows: data', null],
    ['rows: $.data[0]', 'rows: a path to the rows with [*] for every element and .* for every member, such as $.data[*].results[*]'],
    ['rows: $..data', 'rows: a path to the rows with [*] for every element and .* for every member, such as $.data[*].results[*]'],
    ['rows: $.data[*]\nrecords: { path: data }', 'rows: either rows or records: rows is short for records: { path }'],
    [
      'records: { path: "$.data[*].results[*]", with: { at: $.other.at } }',
      'records.with.at: a value beside the path of the rows, such as $.data[*].results.total',
    ],
    ['records: { path: "$.data[*]", key_as: k, with: { k: $.k } }', 'records.with.k: another name than that of key_as'],
    ['timestamp: { kind: day }', 'timestamp.zone: '],
    ['timestamp: { kind: unix-ns, zone: UTC }', 'timestamp.zone: no value, because only timestamps of kind naive, day, excel, pattern take a zone'],
    ['timestamp: { kind: pattern, zone: UTC }', 'timestamp.pattern: '],
    ['timestamp: { kind: pattern, zone: UTC, pattern: "%d.%m.%Y %z" }', 'timestamp.pattern: a pattern of'],
    ['timestamp: { kind: pattern, zone: UTC, pattern: "%H:%M" }', 'timestamp.pattern: a pattern of'],
    ['timestamp: { kind: iso, pattern: "%Y-%m-%d" }', 'timestamp.pattern: no value'],
    ['money: { multiplier: "0" }', 'money.multiplier: a decimal above 0 such as 7.3'],
    ['money: { multiplier: "-1" }', 'money.multiplier: a decimal above 0 such as 7.3'],
    ['money: { divisor: "3" }', 'money.divisor: a whole number whose only prime factors are 2 and 5'],
    ['negative_kind: charge', 'negative_kind: one of refund, adjustment'],
    ['negative_kind: refund\nmoney: { negate: [refund] }', 'negative_kind: a kind that money.negate does not name: its amounts are negative already'],
    ['filter: [{ source: a }]', 'filter.0: one of in, not_in, is, matches, above, below beside source'],
    ['filter: [{ source: a, in: [b], is: empty }]', 'filter.0: one of in, not_in, is, matches, above, below beside source'],
    ['filter: [{ source: a, above: 1e3 }]', 'filter.0.above: plain decimal text'],
    ['filter: [{ source: a, matches: "(?=x)" }]', 'filter.0.matches: a regular expression without looking ahead or behind'],
    ['filter: [{ source: a, matches: "(a)\\\\1" }]', 'filter.0.matches: a regular expression without references to its own groups'],
    ['filter: [{ source: a, matches: "a{1001}" }]', 'filter.0.matches: a regular expression that repeats nothing more than 999 times'],
    ['filter: [{ source: a, matches: "[^]+" }]', 'filter.0.matches: a regular expression whose sets hold something'],
    ['filter: [{ source: a, matches: "(" }]', 'filter.0.matches: a regular expression such as'],
    ['rows_are: { class: a, quantity: b, class_map: { x: audio } }', 'rows_are.class_map.x: one of input, cached_input'],
    ['rows_are: { class: a//b, quantity: b, class_map: { x: input } }', 'rows_are.class: a column, or columns joined by /'],
  ])('%s', (more, expected) => {
    const parsed = formatOf(whole(more));
    if (expected === null) expect(parsed).toMatchObject({ name: 'own' });
    else expect(parsed).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      'model_billed: { source: m, capture: "no group" }',
      'columns.model_billed: a column, column:$.json.path, { source, attribute, capture, split, lookup }, or a list of them',
    ],
    ['model_billed: { source: m, split: { by: x, part: 0 } }', 'columns.model_billed: a column'],
    ['model_billed: { capture: "(x)" }', 'columns.model_billed: a column'],
  ])('%s', (columns, expected) => {
    expect(formatOf(whole('', columns))).toEqual([expect.stringContaining(expected)]);
  });

  it('counts come from rows_are alone', () => {
    const text = 'name: own\ncolumns: { input_tokens: in }\nrows_are: { class: a, quantity: b, class_map: { x: input } }\n';
    expect(formatOf(text)).toEqual(['columns.input_tokens: no column: rows_are says where counts are']);
  });
});
