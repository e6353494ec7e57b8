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
    '❌ **Fail** for <code>2026-05</code>: USD 13.75 of USD 1253.33 unexplained (net USD 5.25, USD 9.50 up and USD 4.25 down)' +
      '; 1,000 requests, USD 1255.33 charged, compared with 1,029 charges of the provider and an invoice of USD 1289.89',
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
    'By model',
    'By service, cost center, role, retry reason and incident',
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
    '| **fail** | <code>total</code> | 13.7521 unexplained (gross), above 12.53327802 (<code>1% of 1253.327802 or 50, and above 0.01</code>) | 1.21882198 less would clear it | <code>trueup.yaml:7</code> |',
  );
});

it('charts only steps that hold money, and every sum', () => {
  const chart = /```mermaid\n([^`]*)```/.exec(report)?.[1] ?? '';
  expect(chart).toContain('retry +12.3');
  expect(chart).toContain('(["= invoice_total<br/>1289.89"])');
  expect(chart).not.toContain('missing_usage');
  const nodes = [...chart.matchAll(/^ {2}(n\d+)[[(]/gm)].map((match) => match[1]);
  for (const arrow of chart.matchAll(/(n\d+) --> (n\d+)/g)) expect(nodes).toEqual(expect.arrayContaining([arrow[1], arrow[2]]));
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
  expect(text.split('\n')[0]).toBe('❓ **Inconclusive** for <code>2026-05</code>: the rows could not be reconciled; the money could not be compared');
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
