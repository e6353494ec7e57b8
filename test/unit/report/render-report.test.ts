/** report.md: what a reader must find in it. */
import { amountOf } from '../../../src/model/money.ts';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/policy/judge.ts';
import { renderReport } from '../../../src/report/render-report.ts';
import { headline } from '../../../src/report/show-money.ts';
import { inputOf } from '../policy/facts-of.ts';
import { resultOf, sampleReport } from './sample-run.ts';

const report = renderReport(sampleReport());
const sectionOf = (heading: string) => report.split(`## ${heading}\n\n`)[1]?.split('\n\n## ')[0] ?? '';

it('says verdict and money in its first line', () => {
  expect(report.split('\n')[0]).toBe(
    '❌ **Do not approve May 2026**: USD 13.75 of 1,255.33 charged (1.1 %) has no explanation: 5.25 net, 9.50 up and 4.25 down.',
  );
});

it('is the same for the same input', () => {
  expect(renderReport(sampleReport())).toBe(report);
});

it('has its parts in their order', () => {
  expect([...report.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual([
    'What decided',
    'Counts before costs',
    'The bridge',
    'Whom it belongs to',
    'Findings',
    'Sample requests',
    'What the contract says',
    'Not checked',
    'Evidence',
    'Digests',
  ]);
});

it('states each threshold with its place and the smallest change', () => {
  expect(sectionOf('What decided')).toContain(
    '| **fail** | the whole | 13.7521 unexplained (gross), above 12.53327802 (<code>1% of 1253.327802 or 50, and above 0.01</code>) | 1.21882198 less would clear it | <code>trueup.yaml:7</code> |',
  );
});

it('says every step and every sum in words, with the running total', () => {
  const bridge = sectionOf('The bridge');
  expect(bridge).toContain('| Expected by our own log | 1,234.57 | 1,234.57 |  |  | 1 |');
  expect(bridge).toContain('| Retries | +12.30 | 1,253.33 | +12.30 |  | 1 |');
  expect(bridge).toContain('| **= Invoice total** |  | **1,289.89** |');
  expect(bridge).not.toMatch(/[a-z]_[a-z]/);
});

it('names what was not checked', () => {
  expect(sectionOf('Not checked')).toContain('- There is no gateway layer');
  expect(sectionOf('Not checked')).toContain('- Exceptions, drills and closes are not in force yet.');
});

it('caps its lists and says how many are left out', () => {
  const sample = sampleReport();
  const [first] = sample.findings;
  const many = renderReport({ ...sample, findings: Array.from({ length: 250 }, () => first!) });
  expect(many).toContain('50 more are left out here; result.json has them all.');
});

it('stands when nothing could be computed', () => {
  const input = inputOf(null);
  const judgement = judge(input);
  const text = renderReport({
    result: resultOf(input, judgement),
    findings: judgement.findings,
    ignored: [],
    traces: [],
    notChecked: [],
    contract: [],
    inputs: [],
  });
  expect(text.split('\n')[0]).toBe('❓ **May 2026 cannot be judged**: the rows could not be reconciled; the money could not be compared.');
  expect(text).not.toContain('## The bridge');
});

describe('headline money', () => {
  it.each([
    ['0', 'USD 0.00'],
    ['0.005', 'USD 0.005'],
    ['0.000012345', 'USD 0.000012'],
    ['12.345', 'USD 12.34'],
    ['-0.5', 'USD -0.50'],
  ])('%s is %s', (amount, shown) => expect(headline(amountOf(amount), 'USD')).toBe(shown));
});
