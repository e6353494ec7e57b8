/** A judged report to say: one ledger with one period, in round figures. */
import { amountOf } from '../../../src/model/money.ts';
import { finding } from '../../../src/model/finding.ts';
import type { GateReport, GateVerdict } from '../../../src/model/gate.ts';
import type { Result } from '../../../src/model/result.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { assembleGate } from '../../../src/report/assemble-gate.ts';

export const headSha = 'a'.repeat(40);
const baseSha = 'b'.repeat(40);

interface Wanted {
  readonly verdict: Verdict;
  readonly charged: string;
  readonly publish: 'public' | 'restricted';
  readonly head: string;
  readonly mode: GateReport['mode'];
  /** Relative to the workspace. */
  readonly folder: string | null;
}

const usual: Wanted = { verdict: 'pass', charged: '123.45', publish: 'restricted', head: headSha, mode: 'change', folder: null };

export function gateReport(wanted: Partial<Wanted> = {}): GateReport {
  const { verdict, charged, publish, head, mode, folder } = { ...usual, ...wanted };
  const findings = verdict === 'pass' ? [] : [finding('residual', verdict === 'warn' ? 'warn' : 'fail', { amount: amountOf('3.45'), source: null })];
  return assembleGate({
    tool_version: '0.1.0',
    mode,
    as_of: '2026-06-15',
    verdict,
    commits: { base: baseSha, head, checkout: 'c'.repeat(40) },
    ledgers: [
      {
        path: 'ledger',
        id: 'acme',
        verdict,
        publish,
        findings: [],
        periods: [{ result: result(verdict, charged), findings, ignored: [], afterMerge: null, decides: true, before: null, folder }],
        edits: [],
        effects: [],
        prices: [],
        notes: [],
      },
    ],
  });
}

/** Nothing of a ledger was touched. */
export function untouchedReport(): GateReport {
  const { schema: _schema, digest: _digest, ...parts } = gateReport();
  const verdict: GateVerdict = 'not-applicable';
  return assembleGate({ ...parts, verdict, ledgers: parts.ledgers.map((ledger) => ({ ...ledger, verdict, periods: [] })) });
}

function result(verdict: Verdict, charged: string): Result {
  const row = (step: string, text: string) => {
    const [amount, none] = [amountOf(text), amountOf('0')];
    return { step, amount, increase: amount, decrease: none, count: 1, excepted: none };
  };
  return {
    schema: 'trueup.result/1',
    tool_version: '0.1.0',
    as_of: '2026-06-15',
    period: {
      id: '2026-05',
      start_utc: '2026-05-01T00:00:00Z',
      end_utc: '2026-06-01T00:00:00Z',
      judged_end_utc: '2026-06-01T00:00:00Z',
      account_ref: 'account',
      environment: null,
      currency: 'USD',
      models: null,
      stage: 'final',
      invoice_id: 'INV-1',
    },
    verdict,
    digests: { inputs: `sha256:${'1'.repeat(64)}`, result: `sha256:${'2'.repeat(64)}` },
    counts: null,
    tokens: null,
    bridge: [row('expected', '120'), row('provider_charged', charged), row('invoice_total', charged)],
    count_bridge: [],
    totals: {
      expected: amountOf('120'),
      provider_at_snapshot: amountOf(charged),
      provider_charged: amountOf(charged),
      provider_reported: amountOf(charged),
      provider_computed: amountOf('0'),
      invoice_usage: amountOf(charged),
      invoice_total: amountOf(charged),
      explained: amountOf('0'),
      unexplained_net: amountOf('3.45'),
      unexplained_gross: amountOf('3.45'),
      quarantined: amountOf('0'),
    },
    set_aside_amounts: {},
    by_model: [],
    by_service: [],
    by_cost_center: [],
    by_day: [],
    by_role: [],
    by_prompt_version: [],
    by_retry_reason: [],
    by_incident: [],
    findings: [],
    decision: [],
  };
}
