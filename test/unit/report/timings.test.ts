/** What `--timings` prints: each stage with its rows, of a clock that the test sets. */
import { expect, it } from 'vitest';
import { openTimings } from '../../../src/cli/timings.ts';
import { renderTimings } from '../../../src/report/render-timings.ts';

it('adds up what each stage took, period by period, also where two run beside each other and where a stage comes again', () => {
  let now = 1000;
  const shown: string[] = [];
  const timings = openTimings(
    () => now,
    (period, { stage }) => void shown.push(`${period} ${stage}`),
  );
  for (const [later, period, stage, rows] of [
    [250, '2026-04', 'checking', null],
    [10, '2026-05', 'checking', null],
    [40, '2026-04', 'reading', 0],
    [0, '2026-04', 'reading', 1200],
    [1500, '2026-04', 'writing', 1200],
    [3, '2026-05', 'reading', 7],
    [2, '2026-04', 'digesting', 1200],
    [1, '2026-04', 'writing', 1200],
    [999, '2026-04', 'done', 1200],
    [1, '2026-05', 'done', 7],
  ] as const) {
    now += later;
    timings.show(period, { stage, rows });
  }
  now += 20;
  expect(shown).toHaveLength(10);
  expect(renderTimings(timings.stages(), timings.whole())).toBe(
    [
      'period   stage       rows  seconds',
      '         ledger              0.250',
      '2026-04  checking            0.050',
      '2026-04  reading    1,200    1.500',
      '2026-04  writing    1,200    1.004',
      '2026-04  digesting  1,200    0.001',
      '2026-05  checking            1.543',
      '2026-05  reading        7    1.003',
      '         whole               2.826',
      '',
    ].join('\n'),
  );
});

it('of a ledger that could not be read, that is all', () => {
  let now = 5;
  const timings = openTimings(
    () => now,
    () => undefined,
  );
  now += 61_001;
  expect(renderTimings(timings.stages(), timings.whole())).toBe(
    'period  stage   rows  seconds\n        ledger         61.001\n        whole          61.001\n',
  );
});
