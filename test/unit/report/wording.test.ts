/** Every code has words, and docs/findings.md has them too. */
import { amountOf } from '../../../src/model/money.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsTable } from '../../../scripts/findings-table.ts';
import { finding, findingCodes } from '../../../src/model/finding.ts';
import { remedyOf, sentenceOf, wording } from '../../../src/report/wording.ts';
import { scenarioCommands, scenariosOf } from '../../scenarios/expected.ts';
import { saidOf } from '../../scenarios/facts-of.ts';
import { saidElsewhere } from './said-elsewhere.ts';

const plain = (value: string) => value;

/** What people read of every finding that the code base brings about: those of the scenarios, and those that need more than a ledger to arise. */
const everythingSaid = [
  ...scenarioCommands.flatMap((command) => scenariosOf(command).flatMap(([, { findings }]) => findings)),
  ...saidElsewhere.map((found) => ({ code: found.code as string, says: saidOf(found) })),
];

describe('what people read', () => {
  it('exists for every code', () => {
    expect(findingCodes.filter((code) => !everythingSaid.some((said) => said.code === code))).toEqual([]);
  });

  it.each(findingCodes)('%s: is whole, in number and with a remedy', (code) => {
    for (const { says } of everythingSaid.filter((said) => said.code === code)) {
      expect(says).not.toMatch(/not stated|\bundefined\b|\bnull\b|\bNaN\b|\[object/);
      expect(says).not.toMatch(/\b1 (?:\w+ )?(?:rows|requests|charges|files|days|refunds|streams|amounts|quotes|rules|faults)\b/);
      expect(says).not.toMatch(/\((?!rule: )[a-z_]+: |,,|;;|: [,;:]|\. \./);
      expect(says).toMatch(/^\S.*[^.\s]\. \S.*\.$/s);
      expect(says.startsWith(wording[code].title)).toBe(false);
    }
  });
});

describe('wording', () => {
  it.each(findingCodes)('%s: title, sentence and remedy are sentences of ours', (code) => {
    const { title, sentence, remedy } = wording[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(sentence).toMatch(/[^.]$/);
    expect(remedy).toMatch(/\.$/);
    expect(`${title}${sentence}${remedy}`.replace(/\{\w+:[^{}]+\}/g, '')).not.toMatch(/[<>|*]/);
    expect(sentence.replace(/\[[^[\]]*\]|\{\w+(?::[^{}|]+\|[^{}|]+)?\}/g, '')).not.toMatch(/[[\]{}]/);
  });

  it('drops what is not known and loses nothing that is', () => {
    expect(sentenceOf(finding('set-aside', 'info', { count: 3, args: { reason: 'period' } }), plain)).toBe(
      '3 rows are set aside as outside the period that is judged',
    );
    expect(sentenceOf(finding('set-aside', 'info', { count: 3, amount: amountOf('1.5'), args: { reason: 'period', since: 'May' } }), plain)).toBe(
      '3 rows are set aside as outside the period that is judged, 1.5 in all (since: May)',
    );
    const unnamed = { ...finding('format-unknown', 'inconclusive', { args: { format: '' } }), args: { layer: 'provider' } };
    expect(sentenceOf(unnamed, plain)).toBe('An export format that nobody defines (layer: provider)');
    expect(sentenceOf(finding('export-duplicate', 'info', { args: { layer: '(none)' } }), plain)).toBe(
      '1 row repeats another in every column and is not counted again',
    );
  });

  it.each([
    ['evidence-header', { layer: 'provider', problem: 'duplicate-column', column: 'id' }, 'The provider file has a column twice: id'],
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
    [
      'price-sample',
      { billable_model: 'm', expected: '1', computed: '', reason: 'unpriced' },
      'The sample of m should cost 1, and there is no price for what it uses',
    ],
    ['price-sample', { billable_model: 'm', expected: '1', computed: '', reason: 'tokens' }, 'The sample of m should cost 1: its parts exceed their whole'],
  ] as const)('%s %j', (code, args, sentence) => {
    expect(sentenceOf(finding(code, 'inconclusive', { args }), plain)).toBe(sentence);
  });

  it('does not fill in twice', () => {
    expect(sentenceOf(finding('unknown-key', 'fail', { args: { key: '{count}[x]' } }), plain)).toBe('There is no key {count}[x] in a file of this kind');
  });

  it('shows every value through the medium', () => {
    const shown = (value: string) => `<${value}>`;
    expect(sentenceOf(finding('unknown-key', 'fail', { args: { key: 'a', b: 'c' } }), shown)).toBe('There is no key <a> in a file of this kind (<b>: <c>)');
    expect(remedyOf(finding('threshold-counts', 'fail', { args: { scope: 'counts', value: '4', threshold: '0', rule: '0', distance: '4' } }), shown)).toBe(
      'Explain at least <4> of them; counts come before costs. What is known goes into a reviewed exception with max_count.',
    );
  });
});

it('docs/findings.md is what the source says', () => {
  expect(readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8')).toBe(findingsTable());
});
