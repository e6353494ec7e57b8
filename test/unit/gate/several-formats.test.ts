/** Files of a layer that have a format of their own, in a change: which format reads what base reads is a rule of base. */
import { describe, expect, it } from 'vitest';
import { partsUnderBase, periodDataDiffers, periodDifferences, periodUnderBase } from '../../../src/gate/compare/period-rules.ts';
import type { LayerEvidence, Period } from '../../../src/model/ledger.ts';

const document = (files: unknown): unknown => ({ id: '2026-05', evidence: { provider: { files, format: 'bill' } } });
const own = (format: string): unknown => document(['a.csv', { files: ['b.json'], format }]);
const never = (): boolean => false;
const always = (): boolean => true;

function periodWith(files: readonly string[], formats: Readonly<Record<string, string>>): Period {
  const layer: LayerEvidence = {
    layer: 'provider',
    files,
    format: 'bill',
    formats,
    rows: 'attempts',
    finalizedThrough: null,
    delay: 0n,
    source: { file: 'p', line: 1, column: 1 },
  };
  return { evidence: [layer], gatewayNone: null } as unknown as Period;
}

describe('a format of single files', () => {
  it('that changes is a difference of rules', () => {
    expect(periodDifferences(own('pages'), own('pages'), never)).toEqual([]);
    expect(periodDifferences(own('pages'), own('loose'), never).map(({ path }) => path.slice(0, 3))).toEqual([['evidence', 'provider', 'files']]);
    expect(periodDifferences(document(['a.csv', 'b.json']), own('loose'), never)).toHaveLength(1);
    expect(periodDifferences(own('pages'), document(['a.csv', 'b.json']), never)).toHaveLength(1);
  });

  it('of a file that comes is data, and the file is read as head says', () => {
    const head = document(['a.csv', { files: ['b.json'], format: 'pages' }, { files: ['c.json'], format: 'more' }]);
    expect(periodDifferences(own('pages'), head, never)).toEqual([]);
    expect(periodDataDiffers(own('pages'), head)).toBe(true);
    expect(periodUnderBase(head, own('pages'), always)).toEqual(
      document(['a.csv', { files: ['b.json'], format: 'pages' }, { files: ['c.json'], format: 'more' }]),
    );
  });

  it('of base stays in force under base, in the document and parsed', () => {
    expect(periodUnderBase(own('loose'), own('pages'), always)).toEqual(own('pages'));
    const composed = partsUnderBase(
      periodWith(['a.csv', 'b.json', 'c.json'], { 'b.json': 'loose', 'c.json': 'more' }),
      periodWith(['a.csv', 'b.json'], { 'b.json': 'pages' }),
      always,
    );
    expect(composed.evidence[0]).toMatchObject({ files: ['a.csv', 'b.json', 'c.json'], format: 'bill', formats: { 'b.json': 'pages', 'c.json': 'more' } });
  });
});
