/** The result document: schema, digests, and what of evidence stays out of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { finding, type Finding } from '../../../src/model/finding.ts';
import { amountOf } from '../../../src/model/money.ts';
import { resultJsonSchema, resultSchema } from '../../../src/model/result.ts';
import { judge } from '../../../src/policy/judge.ts';
import { assembleResult, digestOf, serializeResult } from '../../../src/report/assemble-result.ts';
import { inputOf, reconciliationOf } from '../policy/facts-of.ts';
import { resultOf, sampleInput } from './sample-run.ts';

const result = resultOf(sampleInput());
const coveredBy = ({ digests: _digests, tool_version: _version, ...body }: typeof result) => body;

describe('the document', () => {
  it('is what its schema says, and comes back whole', () => {
    expect(resultSchema.parse(JSON.parse(serializeResult(result)))).toEqual(result);
  });

  it('holds no number that is not whole', () => {
    for (const literal of serializeResult(result).match(/(?<=: |^\s+)-?\d[\d.eE+-]*(?=,?$)/gm) ?? []) expect(literal).toMatch(/^-?\d+$/);
  });

  it('starts as SPEC shows it', () => {
    expect(Object.keys(result).slice(0, 6)).toEqual(['schema', 'tool_version', 'as_of', 'period', 'verdict', 'digests']);
    expect(result.bridge[0]).toEqual({ step: 'expected', amount: '1234.5678', increase: '1234.5678', decrease: '0', count: 1, excepted: '0' });
  });

  it('is refused when it is another', () => {
    const others = [
      { ...result, extra: 1 },
      { ...result, verdict: 'green' },
      { ...result, totals: { ...result.totals, expected: 12.5 } },
    ];
    expect(others.map((other) => resultSchema.safeParse(other).success)).toEqual([false, false, false]);
  });

  it('says null where nothing was computed', () => {
    const empty = resultOf(inputOf(null));
    expect(empty).toMatchObject({ verdict: 'inconclusive', counts: null, tokens: null, bridge: [], totals: { expected: null, unexplained_gross: null } });
    expect(resultSchema.parse(JSON.parse(serializeResult(empty)))).toEqual(empty);
  });
});

describe('digests', () => {
  it('cover everything but themselves and the version', () => {
    expect(digestOf(coveredBy(result))).toBe(result.digests.result);
    expect(digestOf(coveredBy({ ...result, tool_version: '9', digests: { inputs: 'x', result: 'y' } }))).toBe(result.digests.result);
    expect(digestOf(coveredBy({ ...result, as_of: '2026-06-16' }))).not.toBe(result.digests.result);
  });
});

describe('places in evidence', () => {
  const filtered = (file: string, count: number, amount: string | null = null): Finding =>
    finding('rows-filtered', 'info', {
      count,
      amount: amount === null ? null : amountOf(amount),
      args: { layer: 'provider', file },
      source: { file, line: 0, column: 0 },
      samples: [file],
    });
  const resultWith = (findings: readonly Finding[]) => {
    const input = inputOf(reconciliationOf({ expected: amountOf('1') }), {}, { findings });
    return assembleResult({
      judgement: judge(input),
      reconciliation: input.reconciliation,
      period: input.period,
      judgedEnd: input.judgedEnd,
      asOf: input.asOf,
      toolVersion: '0.1.0',
      inputsDigest: `sha256:${'0'.repeat(64)}`,
      ledgerFiles: input.ledger.files,
    });
  };

  it('stay out, so that splitting a file changes nothing', () => {
    const whole = resultWith([{ ...filtered('all.csv', 5), samples: [] }]);
    const split = resultWith([
      { ...filtered('a.csv', 2), samples: [] },
      { ...filtered('b.csv', 3), samples: [] },
    ]);
    expect(serializeResult(split)).toBe(serializeResult(whole));
    expect(whole.findings).toMatchObject([{ count: 5, args: { layer: 'provider' }, source: null }]);
  });

  it('stay in for ledger files', () => {
    const source = { file: 'trueup.yaml', line: 3, column: 4 };
    expect(resultWith([finding('placeholder', 'fail', { args: { key: 'a', value: 'TODO' }, source })]).findings[0]?.source).toEqual(source);
  });

  it('never merge findings that say different things', () => {
    const one = finding('new-model', 'warn', { args: { model: 'a' } });
    expect(resultWith([one, { ...one, args: { model: 'b' } }]).findings).toHaveLength(2);
  });
});

it('publishes the schema that it checks', () => {
  expect(readFileSync(new URL('../../../schema/result.schema.json', import.meta.url), 'utf8')).toBe(resultJsonSchema());
});
