/** Counts before costs, in the words of the runbook, and the cost of a transaction apart from that of an attempt. */
import { expect, it } from 'vitest';
import type { Result } from '../../../src/model/result.ts';
import { layerCounts, unitCosts } from '../../../src/report/sections/counts.ts';
import { renderReport } from '../../../src/report/render-report.ts';
import { renderTerminal } from '../../../src/report/render-terminal.ts';
import { sampleReport } from './sample-run.ts';
import { plainScreen } from '../../plain-screen.ts';

const sample = sampleReport();
const { counts } = sample.result;
const log = { requests: 1020, attempts: 1060, duplicates: 0, export_duplicates: 0, by_status: {} };
/** 250 attempts were retries, and the gateway saw more than that. */
const retried: Result = { ...sample.result, counts: { ...counts!, application: { ...counts!.application, attempts: 1250 }, gateway: log } };

it('names what each layer counts', () => {
  expect(layerCounts(retried)).toEqual([
    { layer: 'application', counted: 'requests sent', count: 1000, beside: 'in 1250 attempts' },
    { layer: 'gateway', counted: 'requests forwarded', count: 1020, beside: 'in 1060 attempts' },
    { layer: 'provider', counted: 'requests accepted', count: 1031, beside: '1029 charges, 2 duplicates' },
    { layer: 'invoice', counted: 'billable line items', count: 3, beside: 'for 1031 requests' },
  ]);
});

it('leaves out a layer that there is not', () => {
  const usage: Result = { ...sample.result, counts: { ...counts!, invoice: null } };
  expect(layerCounts(usage).map(({ counted }) => counted)).toEqual(['requests sent', 'requests accepted']);
  expect(layerCounts({ ...sample.result, counts: null })).toEqual([]);
});

it('divides by transactions and by attempts apart: 1253.327802 ÷ 1000 and ÷ 1250', () => {
  expect(unitCosts(retried).map(({ of, cost }) => [of, cost])).toEqual([
    ['business transaction', '1.2533278'],
    ['API attempt', '1.00266224'],
  ]);
});

it('divides by nothing where nothing was sent', () => {
  const none: Result = { ...sample.result, counts: { ...counts!, application: { ...counts!.application, requests: 0, attempts: 0 } } };
  expect(unitCosts(none).map(({ cost }) => cost)).toEqual([null, null]);
});

it('stands in the report and in the terminal', () => {
  const report = renderReport({ ...sample, result: retried });
  expect(report).toContain('| gateway | requests forwarded | 1020 | in 1060 attempts |');
  expect(report).toContain('- Cost per business transaction: <code>USD</code> 1.2533278 (charges at snapshot prices over 1000 requests sent');
  expect(report).toContain('- Cost per API attempt: <code>USD</code> 1.00266224 (charges at snapshot prices over 1250 attempts');
  const terminal = renderTerminal({ result: retried, findings: sample.findings, before: null }, 'all', plainScreen);
  expect(terminal).toMatch(/^ {2}billable line items +3 {2}for 1031 requests +invoice$/m);
  expect(terminal).toMatch(/^ {2}cost per API attempt +USD 1\.00266224 {2}over 1250 attempts/m);
});

it('shows retries by their reason and each answer of the contract with its source', () => {
  const [cut] = sample.result.by_retry_reason;
  const report = renderReport({ ...sample, result: { ...sample.result, by_retry_reason: [{ ...cut!, key: 'client-timeout' }] } });
  expect(report).toContain('| Retry reason | Expected (USD) | Charged | Retries |');
  expect(report).toContain('| <code>client-timeout</code> | 1,234.57 | 1,255.33 | +12.30 |');
  expect(report).toContain(
    '| <code>error-behavior.failed</code> | <code>Failed calls are free.</code> | verified | <code>support ticket 4711</code> | <code>drill/test-c</code> |',
  );
});
