/** The gate report: its digest, and what is refused when it comes from outside. */
import { describe, expect, it } from 'vitest';
import type { GateReport } from '../../../src/model/gate.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { assembleGate, gateDigestOf, maxGateBytes, parseGateReport, serializeGateReport } from '../../../src/report/assemble-gate.ts';
import { crowdedGate, sampleGate, sampleLedger, samplePeriod } from './sample-gate.ts';
import { hostile } from './sample-run.ts';

const report = sampleGate();
/** As somebody who forges a report would: with a digest that fits. */
const forged = (change: unknown): string => {
  const document = { ...report, ...(change as object) } as GateReport;
  return JSON.stringify({ ...document, digest: gateDigestOf(document) });
};

describe('the digest', () => {
  it('does not cover itself, commits, and the version of the tool', () => {
    const [ledger] = report.ledgers;
    const [period] = ledger!.periods;
    const newer = { ...ledger!, periods: [{ ...period!, result: { ...period!.result, tool_version: '9.9.9' } }] };
    const other = { ...report, tool_version: '9.9.9', commits: { base: null, head: null, checkout: null }, digest: 'sha256:0', ledgers: [newer] };
    expect(gateDigestOf(other)).toBe(report.digest);
  });

  it('covers everything else', () => {
    for (const change of [
      { verdict: 'pass' },
      { as_of: '2026-06-16' },
      { mode: 'open' },
      { ledgers: [] },
      { ledgers: [{ ...report.ledgers[0]!, publish: 'public' }] },
    ])
      expect(gateDigestOf({ ...report, ...(change as Partial<GateReport>) })).not.toBe(report.digest);
  });

  it('is written in lower-case hex and is the same for the same report', () => {
    expect(report.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(sampleGate().digest).toBe(report.digest);
  });
});

describe('reading a report back', () => {
  it('gives what was written', () => {
    expect(parseGateReport(serializeGateReport(report))).toEqual(report);
  });

  it('takes any text that a ledger may hold', () => {
    for (const text of [...hostile, '\\ud800', '\\\\ud800']) {
      const one = sampleGate(text);
      expect(parseGateReport(serializeGateReport(one))).toEqual(one);
    }
  });

  it('takes names of 10 kB from evidence', () => {
    const { result, ...period } = samplePeriod('n'.repeat(10_240));
    const named = { ...period, result: { ...result, period: { ...result.period, account_ref: 'acct', environment: null } } };
    const one = sampleGate(undefined, { ledgers: [sampleLedger(undefined, { periods: [named] })] });
    expect(parseGateReport(serializeGateReport(one))).toEqual(one);
  });

  it('takes 20,000 findings', () => {
    const crowded = crowdedGate(20_000);
    expect(parseGateReport(serializeGateReport(crowded)).digest).toBe(crowded.digest);
  });

  it('says of a surrogate without its other half that it is none', () => {
    const { digest: _, schema: _schema, ...parts } = sampleGate();
    const odd = assembleGate({ ...parts, ledgers: [{ ...parts.ledgers[0]!, notes: ['a\ud800b', 'c\\ud800d', '😀'] }] });
    expect(odd.ledgers[0]?.notes).toEqual(['a\uFFFDb', 'c\\ud800d', '😀']);
  });
});

describe('a report that is none', () => {
  const ledger = report.ledgers[0]!;
  const period = ledger.periods[0]!;
  const withPeriod = (change: object) => forged({ ledgers: [{ ...ledger, periods: [{ ...period, ...change }] }] });
  const withResult = (change: object) => withPeriod({ result: { ...period.result, ...change } });
  const [firstRow, ...rows] = period.result.bridge;

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['another schema', forged({ schema: 'trueup.gate/2' })],
    ['an unknown key', forged({ extra: 1 })],
    ['an unknown key further down', withPeriod({ extra: 1 })],
    ['another verdict', forged({ verdict: '✅ <b>pass</b>' })],
    ['a commit that is none', forged({ commits: { base: null, head: '@octocat', checkout: null } })],
    ['a step that is none', withResult({ bridge: [{ ...firstRow, step: '[x](http://evil.example)' }, ...rows] })],
    ['an amount that is none', withResult({ bridge: [{ ...firstRow, amount: '1e3' }, ...rows] })],
    ['an amount as a number', withResult({ totals: { ...period.result.totals, expected: 1.5 } })],
    ['a currency that is none', withResult({ period: { ...period.result.period, currency: '<b>' } })],
    ['a digest of a result that is none', withResult({ digests: { inputs: 'x', result: '`@all`' } })],
    ['a code that is none', withPeriod({ findings: [{ ...period.findings[0], code: 'made-up' }] })],
    ['a negative line', withPeriod({ findings: [{ ...period.findings[0], source: { file: 'a', line: -1, column: 0 } }] })],
    ['too many words', withPeriod({ findings: [{ ...period.findings[0], args: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, 'x'])) }] })],
    ['too long a text', forged({ ledgers: [{ ...ledger, notes: ['x'.repeat(20_001)] }] })],
    ['too long a path', forged({ ledgers: [{ ...ledger, path: 'x'.repeat(20_001) }] })],
    ['too many ledgers', forged({ ledgers: Array.from({ length: 501 }, () => ({ ...ledger, periods: [], findings: [] })) })],
    ['too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a digest of another', JSON.stringify({ ...report, as_of: '2026-06-16' })],
    ['too long', ' '.repeat(maxGateBytes + 1)],
  ])('is refused: %s', (_, content) => {
    expect(() => parseGateReport(content)).toThrow(UserError);
  });

  it('does not reach the prototype of anything', () => {
    const text = JSON.stringify(report).replace('"args":{', '"args":{"__proto__":"x",');
    expect(text).toContain('__proto__');
    expect(parseGateReport(text)).toEqual(report);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('says where, without letting the name act', () => {
    const text = forged({ '\u001b[31m::error::': 1 });
    expect(() => parseGateReport(text)).toThrow(/^This is no gate report of this version: [^\p{C}]*$/u);
  });
});
