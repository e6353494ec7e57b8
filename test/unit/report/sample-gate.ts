/** Gate reports with something of everything, made from judged runs, for the tests of what is said about them. */
import { finding, type Finding } from '../../../src/model/finding.ts';
import type { BridgeState, GateLedger, GatePeriod, GateReport } from '../../../src/model/gate.ts';
import { amountOf } from '../../../src/model/money.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { assembleGate } from '../../../src/report/assemble-gate.ts';
import { sampleReport } from './sample-run.ts';

/** One judged period; `text` stands wherever text is foreign. */
export function samplePeriod(text?: string, change: Partial<GatePeriod> = {}): GatePeriod {
  const { result, findings, ignored } = sampleReport(text);
  return { result, findings, ignored, afterMerge: 'warn', decides: true, before: null, folder: 'trueup-out/2026-05', ...change };
}

export function sampleLedger(text?: string, change: Partial<GateLedger> = {}): GateLedger {
  const period = samplePeriod(text);
  const name = text ?? 'cometapi/2026-05-02';
  return {
    path: text ?? 'ledgers/acme',
    id: text ?? 'acme',
    verdict: 'fail',
    publish: 'restricted',
    findings: [
      finding('price-jump', 'warn', {
        args: { key: text ?? 'input_price', billable_model: text ?? 'gpt-4.1-nano', from: '0.1', to: '1', before: name, snapshot: name },
        source: { file: `prices/${name}.yaml`, line: 14, column: 7 },
        excerpt: text ?? 'input_price: "1"',
      }),
    ],
    periods: [period],
    edits: [
      {
        file: 'trueup.yaml',
        what: ['policy', 'finalized_through_utc'],
        changes: [
          { key: 'policy.total.fail.percent', before: '1', after: '5', direction: 'loosened' },
          { key: text ?? 'policy.counts.fail.percent', before: text ?? '0.5', after: text ?? '0.1', direction: 'tightened' },
        ],
        more: 0,
      },
      {
        file: text ?? 'contract.yaml',
        what: ['billing rules', text ?? 'exceptions'],
        changes: [{ key: 'billing.rounding.mode', before: null, after: text ?? 'up', direction: 'changed' }],
        more: 3,
      },
    ],
    effects: [
      {
        file: `prices/${name}.yaml`,
        period: text ?? '2026-05',
        before: stateOf('warn', { expected: '1234.5678', retry: '12.3', provider_at_snapshot: '1246.8678' }),
        after: stateOf('fail', { expected: '1300', retry: '12.3', price_difference: '-3.5', provider_at_snapshot: '1312.3' }),
      },
      { file: 'models.yaml', period: '2026-05', before: stateOf('fail', { expected: '1' }), after: null },
    ],
    prices: [
      {
        period: text ?? '2026-05',
        snapshot: name,
        before: text ?? 'cometapi/2026-05-01',
        added: true,
        prices: [
          { model: text ?? 'gpt-4.1-nano', price: text ?? 'input', before: amountOf('0.08'), after: amountOf('0.064') },
          { model: 'claude-haiku-4-5', price: 'cached_input above 200000 input tokens', before: null, after: amountOf('0.5') },
        ],
        more: 2,
      },
    ],
    notes: ['base was read through the API', ...(text === undefined ? [] : [text])],
    ...change,
  };
}

export function sampleGate(text?: string, change: Partial<GateReport> = {}): GateReport {
  return assembleGate({
    tool_version: '0.1.0',
    mode: 'change',
    as_of: '2026-06-15',
    verdict: 'fail',
    commits: { base: 'a'.repeat(40), head: 'b'.repeat(40), checkout: 'c'.repeat(40) },
    ledgers: [sampleLedger(text)],
    ...change,
  });
}

const crowded = new Map<number, GateReport>();

/** One ledger with one period that has `count` findings, in no order and of every severity; made once for each count, since thousands take a second. */
export function crowdedGate(count: number): GateReport {
  const gate = crowded.get(count) ?? makeCrowdedGate(count);
  crowded.set(count, gate);
  return gate;
}

function makeCrowdedGate(count: number): GateReport {
  const severities = ['info', 'warn', 'quarantine', 'fail', 'inconclusive'] as const;
  const findings = Array.from({ length: count }, (_, index): Finding =>
    finding('duplicate-charge', severities[index % severities.length] ?? 'info', {
      count: index + 1,
      amount: amountOf(`${(index * 7919) % count}.5`),
      args: { layer: 'provider', model: `model-${index}` },
      samples: [`req_${index}`, `req_${index}_b`],
      source: { file: 'periods/2026-05/evidence/usage.csv', line: index + 1, column: 0 },
    }),
  );
  return sampleGate(undefined, { ledgers: [sampleLedger(undefined, { periods: [samplePeriod(undefined, { findings })] })] });
}

/** Hand-made ids of a ledger with many periods. */
export function longGate(ledgers: number, periods: number): GateReport {
  const { result, findings, ...rest } = samplePeriod();
  const verdicts: readonly Verdict[] = ['pass', 'warn', 'fail', 'inconclusive'];
  const many = (ledger: number): GatePeriod[] =>
    Array.from({ length: periods }, (_, index) => ({
      ...rest,
      findings,
      result: { ...result, verdict: verdicts[index % 4] ?? 'pass', period: { ...result.period, id: `p-${ledger}-${index}` } },
    }));
  return sampleGate(undefined, {
    ledgers: Array.from({ length: ledgers }, (_, index) => sampleLedger(undefined, { path: `ledgers/${index}-${'x'.repeat(120)}`, periods: many(index) })),
  });
}

function stateOf(verdict: Verdict, amounts: Readonly<Record<string, string>>): BridgeState {
  return { verdict, amounts: Object.entries(amounts).map(([step, amount]) => ({ step, amount: amountOf(amount) })) };
}
