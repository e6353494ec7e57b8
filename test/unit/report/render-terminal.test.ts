/** The terminal view: aligned, coloured on request, and unable to act. */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import { renderFindings } from '../../../src/report/render-findings.ts';
import { type Detail, renderTerminal } from '../../../src/report/render-terminal.ts';
import type { Screen } from '../../../src/report/terminal-style.ts';
import { plainScreen } from '../../plain-screen.ts';
import { hostile, sampleReport } from './sample-run.ts';

const placeholder = finding('placeholder', 'fail', {
  args: { key: 'input_price', value: 'VERIFY' },
  source: { file: 'prices/a.yaml', line: 12, column: 18 },
  excerpt: '12 |     input_price: VERIFY\n   |                  ^',
});

describe('findings', () => {
  it('look like a compiler', () => {
    expect(renderFindings([placeholder], plainScreen)).toBe(
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
    const coloured = renderFindings([placeholder], { ...plainScreen, colour: 'ansi' });
    expect(coloured).toContain('\u001b[31mfail\u001b[0m');
    expect(stripVTControlCharacters(coloured)).toBe(renderFindings([placeholder], plainScreen));
  });

  it('say so when there are none', () => {
    expect(renderFindings([], plainScreen)).toBe('No findings.\n');
  });
});

describe('the result', () => {
  const { result, findings } = sampleReport();
  const show = (detail: Detail, screen: Screen = plainScreen, from = { result, findings }): string => renderTerminal({ ...from, before: null }, detail, screen);
  const text = show('all');

  it('starts with what to do and its money', () => {
    expect(text.split('\n')[0]).toBe(
      'FAIL Do not approve May 2026: USD 13.75 of 1,255.33 charged (1.1 %) has no explanation: 5.25 net, 9.50 up and 4.25 down.',
    );
    expect(show('line')).toBe(`${text.split('\n')[0]}\n`);
  });

  it.each([80, 120, 200])('goes nowhere beyond %i columns', (width) => {
    for (const detail of ['line', 'screen', 'all'] as const) {
      for (const foreign of [undefined, ...hostile]) {
        const view = show(detail, { colour: 'ansi', width }, foreign === undefined ? { result, findings } : sampleReport(foreign));
        const longest = view.split('\n').filter((line) => stringWidth(line) > width);
        // A word is not broken: an id must stay one to be copied.
        for (const line of longest)
          expect(
            Math.max(
              ...stripVTControlCharacters(line)
                .split(' ')
                .map((word) => stringWidth(word)),
            ),
          ).toBeGreaterThan(width / 2);
      }
    }
  });

  it('is one screen, and leaves the bridge and the findings to whoever asks', () => {
    const screen = show('screen', { colour: 'plain', width: 80 });
    expect(screen.split('\n').length).toBeLessThan(45);
    expect(screen).not.toContain('= Charges at our prices');
    expect(screen).toContain('--verbose shows each.');
    expect(text).toContain('= Charges at our prices');
  });

  it('aligns the bridge, with colour or without', () => {
    const rows = (view: string) =>
      view
        .split('\n\n')
        .find((part) => part.includes('= Charges at our prices'))
        ?.split('\n') ?? [];
    const ends = rows(text)
      .slice(1)
      .map((row) => stringWidth(/^(.*?\S)\s+[\d,]+$/.exec(row)?.[1] ?? row));
    expect(ends.length).toBeGreaterThan(5);
    expect(new Set(ends).size).toBeLessThan(3);
    expect(rows(show('all', { ...plainScreen, colour: 'ansi' })).map((row) => stringWidth(row))).toEqual(rows(text).map((row) => stringWidth(row)));
  });

  for (const foreign of hostile) {
    it(`cannot be made to act: ${JSON.stringify(foreign.slice(0, 40))}`, () => {
      const view = show('all', plainScreen, sampleReport(foreign));
      expect(view).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
      expect(view).not.toMatch(/::|##\[/);
      expect(view.split('\n').length).toBe(text.split('\n').length);
    });
  }
});
