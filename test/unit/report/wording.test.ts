/** Every code has words, and docs/findings.md has them too. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsTable } from '../../../scripts/findings-table.ts';
import { findingCodes } from '../../../src/model/finding-code.ts';
import { finding } from '../../../src/model/finding.ts';
import { remedyOf, sentenceOf, wording } from '../../../src/report/wording.ts';

const plain = (value: string) => value;

describe('wording', () => {
  it.each(findingCodes)('%s: title, sentence and remedy are sentences of ours', (code) => {
    const { title, sentence, remedy } = wording[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(sentence).toMatch(/[^.]$/);
    expect(remedy).toMatch(/\.$/);
    expect(`${title}${sentence}${remedy}`).not.toMatch(/[<>|*]/);
    expect(sentence.replace(/\[[^[\]]*\]|\{\w+\}/g, '')).not.toMatch(/[[\]{}]/);
  });

  it('drops what is not known and loses nothing that is', () => {
    expect(sentenceOf(finding('set-aside', 'info', { count: 3, args: { reason: 'period' } }), plain)).toBe('3 rows are set aside by period');
    expect(sentenceOf(finding('set-aside', 'info', { count: 3, amount: '1.5', args: { reason: 'period', since: 'May' } }), plain)).toBe(
      '3 rows are set aside by period, 1.5 in all (since: May)',
    );
    expect(sentenceOf(finding('format-unknown', 'inconclusive'), plain)).toBe('There is no format (not stated)');
    expect(sentenceOf(finding('export-duplicate', 'info', { args: { layer: '(none)' } }), plain)).toBe('1 rows are repeated in every column and counted once');
  });

  it.each([
    [
      'evidence-header',
      { layer: 'provider', problem: 'duplicate-column', column: 'id' },
      'The columns of the provider file do not fit its format: a column stands there twice: id',
    ],
    ['evidence-limit', { layer: 'provider', problem: 'patternLength' }, 'The evidence of the layer provider goes beyond the limit for characters per pattern'],
    ['evidence-limit', { layer: 'provider', problem: 'patterns' }, 'The evidence of the layer provider goes beyond the limit for patterns per layer'],
    ['evidence-limit', { layer: 'provider', problem: 'entries' }, 'The evidence of the layer provider goes beyond the limit for directory entries to look at'],
    [
      'evidence-limit',
      { file: 'a.csv', layer: 'provider', problem: 'columns', found: '2001', limit: '2000' },
      'The evidence a.csv of the layer provider goes beyond the limit for columns per file: 2001, at most 2000',
    ],
    [
      'evidence-corrupt',
      { layer: 'provider', file: 'a.csv', problem: 'name-contradicts-content', expected: 'csv', found: 'parquet' },
      'The provider file a.csv is damaged: its content is of another kind than its name says; by its name it is csv, by its content parquet',
    ],
    [
      'path-escape',
      { layer: 'provider', pattern: '../*.csv', file: '../a.csv' },
      'The path ../a.csv, which the pattern ../*.csv of the layer provider finds, leads out of the folder that it must stay in',
    ],
    ['price-sample', { billable_model: 'm', expected: '1', computed: '', reason: 'unpriced' }, 'The sample of m should cost 1 (no price for what it uses)'],
    ['price-sample', { billable_model: 'm', expected: '1', computed: '', reason: 'tokens' }, 'The sample of m should cost 1 (its parts exceed their whole)'],
  ] as const)('%s %j', (code, args, sentence) => {
    expect(sentenceOf(finding(code, 'inconclusive', { args }), plain)).toBe(sentence);
  });

  it('does not fill in twice', () => {
    expect(sentenceOf(finding('unknown-key', 'fail', { args: { key: '{count}[x]' } }), plain)).toBe('There is no key {count}[x] here');
  });

  it('shows every value through the medium', () => {
    const shown = (value: string) => `<${value}>`;
    expect(sentenceOf(finding('unknown-key', 'fail', { args: { key: 'a', b: 'c' } }), shown)).toBe('There is no key <a> here (<b>: <c>)');
    expect(remedyOf(finding('threshold-counts', 'fail', { args: { distance: '4' } }), shown)).toBe(
      'Explain at least <4> of them; counts come before costs. What is known goes into a reviewed exception with max_count.',
    );
  });
});

it('docs/findings.md is what the source says', () => {
  expect(readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8')).toBe(findingsTable());
});
