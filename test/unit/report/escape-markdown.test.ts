/** Foreign text stays plain words in Markdown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, showInMarkdown, visibleText } from '../../../src/report/escape-markdown.ts';
import { renderReport } from '../../../src/report/render-report.ts';
import { hostile, sampleReport } from './sample-run.ts';

/** Only letters, digits, blanks, entities and punctuation that means nothing by itself. */
const inert = /^<code>(?:&#\d+;|[^&<>"'`|*~[\]#@\\$!{}^=\p{C}\p{Zl}\p{Zp}])+<\/code>$/u;

function decode(html: string): string {
  return html
    .slice('<code>'.length, -'</code>'.length)
    .replace(/&#8288;|&#8203;/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom(...'@#:_*`|<>&[]()!w.h/\\\n\r\t\u202e\u200b\u001ba1 ') }),
  fc.constantFrom(...hostile),
);

describe('escapeMarkdown', () => {
  it('leaves nothing that means something', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).toMatch(inert);
        expect(escaped).not.toMatch(/::|:\/\/|www\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/iu);
      }),
      { numRuns: 1000 },
    );
  });

  it('says what the text said, as far as it can be seen', () => {
    fc.assert(
      fc.property(anyText, (text) => decode(escapeMarkdown(text)).trim() === visibleText(text, 160).replaceAll('\u2060', '').replaceAll('\u200b', '').trim()),
    );
  });

  it('keeps plain names readable', () => {
    expect(escapeMarkdown('req_12-a.b/c:free 10:30')).toBe('<code>req_12-a.b/c:free 10:30</code>');
    expect(showInMarkdown('-12.50')).toBe('-12.50');
    expect(showInMarkdown('1. list')).toBe('<code>1. list</code>');
  });

  it('cuts what is long and shows what is empty', () => {
    expect(escapeMarkdown('x'.repeat(161))).toBe(`<code>${'x'.repeat(160)}…</code>`);
    expect(escapeMarkdown('😀'.repeat(160))).toBe(`<code>${'😀'.repeat(160)}</code>`);
    expect(escapeMarkdown(' \n')).toBe('<code>&#8203;</code>');
  });
});

describe('a report about hostile evidence', () => {
  const clean = renderReport(sampleReport());
  const shape = (report: string) =>
    report
      .replace(/<code>.*?<\/code>/g, '')
      .split('\n')
      .map((line) => line.replace(/[^|]/g, ''))
      .sort();

  for (const text of hostile) {
    it(`keeps its shape: ${JSON.stringify(text.slice(0, 40))}`, () => {
      const report = renderReport(sampleReport(text));
      expect(report).not.toMatch(/<script|<img|\]\(|@everyone|@octocat|\p{Cf}|(?!\n)\p{Cc}|^::|##\[|<!--/imu);
      expect(report.match(/<(?!\/?(?:code|details|summary)>|br\/>)/g)).toBeNull();
      expect(shape(report)).toEqual(shape(clean));
    });
  }
});
