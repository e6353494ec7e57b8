/** JSON by its digits: nothing of a number is lost, nothing of a string is taken for one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, parseExactJson, valueAt } from '../../../src/model/exact-json.ts';

describe('numbers', () => {
  it.each(['0.1', '-0.0', '1e-06', '8.600E+5', '123456789012345678901234567890.000000000000000001'])('%s keeps its digits', (digits) => {
    expect(parseExactJson(`{"a":[${digits}, "${digits}"]}`)).toEqual({ a: [digits, digits] });
  });

  it('everything else is what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const asText = (_: string, inner: unknown): unknown => (typeof inner === 'number' ? JSON.stringify(inner) : inner);
        const text = JSON.stringify(value);
        expect(parseExactJson(text)).toEqual(JSON.parse(text, asText));
      }),
    );
  });

  it.each(['', '{"a":1', '[01]', '[1,]', '{"a":NaN}', "{'a':1}"])('%j is refused', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});

describe('the canonical text', () => {
  it('does not depend on the order of keys, and on everything else', () => {
    const text = (json: string): string => canonicalText(parseExactJson(json));
    expect(text('{"b":[1,null],"a":{"d":"x","c":true}}')).toBe(text('{"a":{"c":true,"d":"x"},"b":[1,null]}'));
    expect(text('{"a":1}')).not.toBe(text('{"a":1.0}'));
    expect(text('[1,2]')).not.toBe(text('[2,1]'));
  });
});

describe('a value', () => {
  it('is found only among own members', () => {
    expect(valueAt(parseExactJson('{"a":{"b":"c"}}'), 'a', 'b')).toBe('c');
    expect(valueAt(parseExactJson('{"a":{}}'), 'a', 'constructor')).toBeUndefined();
    expect(valueAt(parseExactJson('["x"]'), '0')).toBeUndefined();
  });
});
