/** The terminal view: aligned, coloured on request, and unable to act. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import { renderFindings } from '../../../src/report/render-findings.ts';
import { renderTerminal } from '../../../src/report/render-terminal.ts';
import { widthOf } from '../../../src/report/terminal-style.ts';
import { hostile, sampleReport } from './sample-run.ts';

const placeholder = finding('placeholder', 'fail', {
  args: { key: 'input_price', value: 'VERIFY' },
  source: { file: 'prices/a.yaml', line: 12, column: 18 },
  excerpt: '12 |     input_price: VERIFY\n   |                  ^',
});

describe('findings', () => {
  it('look like a compiler', () => {
    expect(renderFindings([placeholder], 'plain')).toBe(
      [
        'prices/a.yaml:12:18: fail placeholder: The placeholder VERIFY stands in input_price',
        '  12 |     input_price: VERIFY',
        '     |                  ^',
        '  → Replace it by a value that somebody has checked, with its source.',
        '',
        '1 fail',
        '',
      ].join('\n'),
    );
  });

  it('take colour as a value', () => {
    const coloured = renderFindings([placeholder], 'ansi');
    expect(coloured).toContain('\u001b[31mfail\u001b[0m');
    expect(stripVTControlCharacters(coloured)).toBe(renderFindings([placeholder], 'plain'));
  });

  it('say so when there are none', () => {
    expect(renderFindings([], 'plain')).toBe('No findings.\n');
  });
});

describe('the result', () => {
  const { result, findings } = sampleReport();
  const text = renderTerminal(result, findings, 'plain');

  it('starts with the verdict and its money', () => {
    expect(text.split('\n')[0]).toBe(
      'FAIL 2026-05: USD 13.75 of USD 1253.33 unexplained (net USD 5.25, USD 9.50 up and USD 4.25 down)' +
        '; 1,000 requests, USD 1255.33 charged, compared with 1,029 charges of the provider and an invoice of USD 1289.89',
    );
  });

  it('aligns the bridge, with colour or without', () => {
    const rows = (view: string) => view.split('\n\n')[2]?.split('\n') ?? [];
    const ends = rows(text)
      .slice(1)
      .map((row) => /^(.*?\S)\s+\d+$/.exec(row)?.[1]?.length ?? row.length);
    expect(new Set(ends).size).toBe(1);
    expect(rows(renderTerminal(result, findings, 'ansi')).map(widthOf)).toEqual(rows(text).map(widthOf));
  });

  for (const foreign of hostile) {
    it(`cannot be made to act: ${JSON.stringify(foreign.slice(0, 40))}`, () => {
      const sample = sampleReport(foreign);
      const view = renderTerminal(sample.result, sample.findings, 'plain');
      expect(view).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
      expect(view).not.toMatch(/::|##\[/);
      expect(view.split('\n').length).toBe(text.split('\n').length);
    });
  }
});
