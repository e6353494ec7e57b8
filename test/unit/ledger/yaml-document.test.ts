/** What a ledger file may contain, and where its parts stand. */
import { describe, expect, it } from 'vitest';
import { excerptOf, lineStartsOf, maxAliases, maxDepth, placeOf, placeOfKey, readYaml, valueAt } from '../../../src/ledger/yaml-document.ts';

function read(text: string) {
  const { document, findings } = readYaml('file.yaml', text);
  if (document === null) throw new Error(JSON.stringify(findings));
  return document;
}

describe('readYaml', () => {
  it('takes every scalar as the text that is written', () => {
    const { value } = read('a: 0.10\nb: 1e3\nc: true\nd: ~\ne: 2026-05-01\nf: 0x10\ng: "0.10"\nh:\n');
    expect({ ...(value as object) }).toEqual({ a: '0.10', b: '1e3', c: 'true', d: '~', e: '2026-05-01', f: '0x10', g: '0.10', h: '' });
  });

  it('keeps keys that mean something to JavaScript as plain keys', () => {
    const document = read('__proto__: { polluted: yes }\nconstructor: x\n');
    expect(valueAt(document, ['__proto__', 'polluted'])).toBe('yes');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('does not merge with <<', () => {
    expect(Object.keys(read('a: &a { x: 1 }\nb: { <<: *a, y: 2 }\n').value as object)).toEqual(['a', 'b']);
    expect(valueAt(read('a: &a { x: 1 }\nb: { <<: *a, y: 2 }\n'), ['b', 'x'])).toBeUndefined();
  });

  it('finds every repeated key, also far apart in a long mapping, in linear time', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: v\n`).join('');
    const { document, findings } = readYaml('file.yaml', `${keys}k0: again\nk1: again\n`);
    expect(document).toBeNull();
    expect(findings.map(({ code, source }) => [code, source?.line])).toEqual([
      ['yaml-syntax', 20_001],
      ['yaml-syntax', 20_002],
    ]);
  });

  it.each([
    ['nesting', `a: ${'['.repeat(maxDepth + 1)}${']'.repeat(maxDepth + 1)}`],
    ['nesting that exhausts the parser', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['aliases', `a: &a x\nb: [${Array.from({ length: maxAliases + 1 }, () => '*a').join(', ')}]`],
    ['a loop', 'a: &a [*a]'],
    ['exponential growth', `a: &a [x]\n${Array.from({ length: 20 }, (_, n) => `b${n}: &b${n} [${n === 0 ? '*a, *a' : `*b${n - 1}, *b${n - 1}`}]`).join('\n')}`],
  ])('refuses %s beyond the limit', (_, text) => {
    const { document, findings } = readYaml('file.yaml', text);
    expect(document).toBeNull();
    expect(findings[0]).toMatchObject({ code: 'yaml-limit', severity: 'inconclusive' });
  });

  it.each([
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['a tag', 'a: !!float 1\n'],
    ['a mapping as key', '? { a: 1 }\n: 2\n'],
    ['an unknown alias', 'a: *nothing\n'],
    ['a tab as indentation', 'a:\n\tb: 1\n'],
  ])('refuses %s', (_, text) => {
    const { document, findings } = readYaml('file.yaml', text);
    expect(document).toBeNull();
    expect(findings.map(({ code }) => code)).toContain('yaml-syntax');
  });

  it('accepts a byte order mark and Windows line ends', () => {
    expect(valueAt(read('\ufeffa: 1\r\nb:\r\n  - x\r\n'), ['b', 0])).toBe('x');
  });
});

describe('places', () => {
  const document = read('# comment\nlist:\n  - { key: value, other: x }\n  - second\n');

  it('points to values, keys, and to the nearest parent of what is missing', () => {
    expect(placeOf(document, ['list', 0, 'key'])).toEqual({ file: 'file.yaml', line: 3, column: 12 });
    expect(placeOfKey(document, ['list', 0, 'other'])).toEqual({ file: 'file.yaml', line: 3, column: 19 });
    expect(placeOf(document, ['list', 1])).toEqual({ file: 'file.yaml', line: 4, column: 5 });
    expect(placeOf(document, ['list', 0, 'missing', 'deeper'])).toEqual({ file: 'file.yaml', line: 3, column: 5 });
  });

  it('points into empty files', () => {
    expect(placeOf(read(''), ['a'])).toEqual({ file: 'file.yaml', line: 1, column: 1 });
  });
});

describe('excerptOf', () => {
  const shown = (text: string, line: number, column: number) => excerptOf(text, lineStartsOf(text), { file: 'f', line, column });

  it('puts the caret under the place', () => {
    expect(shown('a: 1\nbc: 23\n', 2, 5)).toBe('bc: 23\n    ^');
  });

  it('shows a window of a long line', () => {
    const [line = '', caret = ''] = (shown(`${'x'.repeat(500)}HERE${'y'.repeat(500)}`, 1, 501) ?? '').split('\n');
    expect(line.length).toBe(120);
    expect(line.slice(caret.length - 1)).toMatch(/^HERE/);
  });

  it('lets no control character reach a terminal', () => {
    expect(shown('a: \u001b[31mred\u202e\r\n', 1, 1)).toBe('a: \ufffd[31mred\ufffd\n^');
  });

  it('has nothing to show for a line that does not exist', () => {
    expect(shown('a\n', 9, 1)).toBeNull();
  });
});
