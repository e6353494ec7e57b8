/** Annotations: the right place, a bounded number, nothing that acts, nothing that must not be said. */
import { describe, expect, it } from 'vitest';
import { finding, type Finding } from '../../../src/model/finding.ts';
import type { GateLedger } from '../../../src/model/gate.ts';
import { annotationsOf } from '../../../src/report/annotations.ts';
import { planted } from './planted-secrets.ts';
import { crowdedGate, sampleGate, sampleLedger, samplePeriod } from './sample-gate.ts';
import { hostile } from './sample-run.ts';

const told = (findings: readonly Finding[], change: Partial<GateLedger> = {}, visibility: 'public' | 'private' = 'private') =>
  annotationsOf(sampleGate(undefined, { ledgers: [sampleLedger(undefined, { findings: [], periods: [samplePeriod(undefined, { findings })], ...change })] }), {
    visibility,
  });
const at = (file: string, line: number, column: number) =>
  finding('placeholder', 'fail', { args: { key: 'a', value: 'TODO' }, source: { file, line, column } });

describe('places', () => {
  it('are the line and column of a YAML file, below the ledger', () => {
    expect(told([at('prices/cometapi/2026-05-02.yaml', 14, 7)])).toMatchObject([
      { level: 'error', file: 'ledgers/acme/prices/cometapi/2026-05-02.yaml', line: 14, column: 7 },
    ]);
    expect(told([at('trueup.yaml', 3, 1)], { path: '.' })).toMatchObject([{ file: 'trueup.yaml', line: 3 }]);
  });

  it('are the row of a CSV file, below its header, and the line of a JSONL file', () => {
    expect(told([at('periods/2026-05/evidence/usage.csv', 12, 0)])).toMatchObject([{ line: 13, column: null }]);
    expect(told([at('periods/2026-05/evidence/usage.jsonl', 12, 0)])).toMatchObject([{ line: 12, column: null }]);
    expect(told([at('periods/2026-05/evidence/usage.csv.gz', 12, 0)])[0]?.message).toContain('Row 12: ');
    expect(told([at('periods/2026-05/evidence/usage.csv', 0, 0)])).toMatchObject([{ line: 1 }]);
  });

  it('are the period, or the ledger, for what has no place', () => {
    const [whole] = told([finding('cross-foot', 'inconclusive', { args: { what: 'a', whole: '1', parts: '2' } })]);
    expect(whole).toMatchObject({ file: 'ledgers/acme/periods/2026-05/period.yaml', line: 1, column: null });
    expect(told([], { findings: [finding('file-missing', 'inconclusive', { args: { file: 'trueup.yaml' } })], periods: [] })).toMatchObject([
      { file: 'ledgers/acme/trueup.yaml', line: 1 },
    ]);
  });

  it.each(['../../.github/workflows/x.yml', '/etc/passwd', 'a/../../b', '..\\b', ''])('stay in the ledger: %s', (file) => {
    expect(told([at(file, 3, 4)])).toMatchObject([{ file: 'ledgers/acme/periods/2026-05/period.yaml', line: 1, column: null }]);
  });
});

describe('how many', () => {
  const all = annotationsOf(crowdedGate(20_000), { visibility: 'private' });

  it('are nine errors, and six of each other level so that notices of the run find room, and one that counts the others', () => {
    for (const [level, found, shown] of [
      ['error', 8000, 9],
      ['warning', 8001, 6],
      ['notice', 4000, 6],
    ] as const) {
      const some = all.filter((one) => one.level === level);
      expect(some).toHaveLength(shown + 1);
      expect(some.at(-1)?.title).toMatch(new RegExp(`^${found - shown} more `));
    }
  });

  it('come gravest and dearest first', () => {
    const amounts = all.slice(0, 9).map(({ message }) => Number(/, (\d+)\.5 in all/.exec(message)?.[1]));
    expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
    // Of 20,000 findings every fifth is inconclusive: the dearest of these.
    const dearest = Math.max(...Array.from({ length: 4000 }, (_, index) => ((index * 5 + 4) * 7919) % 20_000));
    expect(amounts[0]).toBe(dearest);
  });

  it('are one where ledger and periods say the same, as gravely as it was judged', () => {
    const found = at('trueup.yaml', 3, 9);
    const periods = [samplePeriod(undefined, { findings: [{ ...found, severity: 'quarantine' }] }), samplePeriod(undefined, { findings: [found] })];
    expect(told([], { findings: [found], periods })).toMatchObject([{ level: 'error', line: 3 }]);
  });

  it('leave out what the rules ignore', () => {
    const found = finding('price-jump', 'warn', {
      args: { key: 'input_price', billable_model: 'm', from: '1', to: '10' },
      source: { file: 'prices/a.yaml', line: 1, column: 1 },
    });
    expect(told([], { findings: [found], periods: [samplePeriod(undefined, { findings: [], ignored: [{ code: 'price-jump', count: 1 }] })] })).toEqual([]);
  });
});

it('calls nothing an error that does not decide', () => {
  const periods = [samplePeriod(undefined, { decides: false })];
  expect(new Set(told([], { periods }).map(({ level }) => level))).toEqual(new Set(['notice']));
});

describe('in a public repository', () => {
  const gate = sampleGate('secret-model-name', { ledgers: [sampleLedger('secret-model-name', { path: 'acme', findings: [] })] });
  const text = JSON.stringify(annotationsOf(gate, { visibility: 'public' }));

  it('say neither amounts nor ids nor names', () => {
    expect(text).not.toMatch(/secret-model-name|req_|acct|13\.75|12\.53|\d\.\d/);
  });

  it('name no row of evidence, and say each thing once', () => {
    const found = told([at('periods/2026-05/evidence/acct-99.csv', 12, 0), at('periods/2026-05/evidence/acct-99.csv', 13, 0)], {}, 'public');
    expect(found).toMatchObject([{ file: 'ledgers/acme/periods/2026-05/period.yaml', line: 1, column: null }]);
  });

  it('say all when the ledger allows it', () => {
    expect(told([at('evidence/usage.csv', 12, 0)], { publish: 'public' }, 'public')).toMatchObject([{ file: 'ledgers/acme/evidence/usage.csv', line: 13 }]);
  });
});

describe('foreign text', () => {
  it.each(hostile)('is inert and short: %j', (text) => {
    for (const { file, title, message } of annotationsOf(sampleGate(text), { visibility: 'private' })) {
      expect(message).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|::|##\[/u);
      expect(title).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|::|##\[/u);
      expect(file).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}/u);
      expect([...message].length).toBeLessThanOrEqual(901);
      expect([...file].length).toBeLessThanOrEqual(1001);
    }
  });

  it('holds no secret', () => {
    for (const secret of Object.values(planted)) {
      const text = JSON.stringify(annotationsOf(sampleGate(secret), { visibility: 'private' }));
      for (let start = 0; start + 12 <= secret.length; start += 4) expect(text).not.toContain(secret.slice(start, start + 12));
    }
  });
});
