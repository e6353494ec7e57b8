/** Writes the evidence of examples/direct: `npx tsx scripts/generate/direct-evidence.ts`. The month is drawn from a fixed seed; its ledger files are written by hand. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isoMillis } from './evidence-text.ts';
import { type Random, seededRandom } from './random.ts';
import { formatMoney, Money } from '../../src/model/money.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 4, 1);
const days = 31;

/** Official prices per million tokens. */
const models = [
  { service: 'support-chat', requested: 'gpt-4.1-mini', billed: 'gpt-4.1-mini-2025-04-14', input: '0.40', cached: '0.10', output: '1.60' },
  { service: 'tagging', requested: 'gpt-4.1-nano', billed: 'gpt-4.1-nano-2025-04-14', input: '0.10', cached: '0.025', output: '0.40' },
] as const;

interface Call {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The day in which the provider counts it. */
  readonly counted: number;
  readonly model: (typeof models)[number];
  readonly status: 'success' | 'error';
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** POSIX name → content of every generated file. */
export function directEvidence(): ReadonlyMap<string, string> {
  const random = seededRandom('direct 1');
  const calls = Array.from({ length: days }, (_, index) => start + index * day).flatMap((midnight) => callsOf(midnight, random));
  const kept = calls.filter(({ status }) => status === 'success');
  return new Map([
    ['evidence/app.csv', csvOf(calls)],
    ['evidence/usage.json', pageOf(kept, usageOf)],
    ['evidence/costs.json', pageOf(kept, costsOf)],
  ]);
}

/** Some calls between six and midnight; on the 12th one in the last seconds, which the provider counts on the 13th. */
function callsOf(midnight: number, random: Random): Call[] {
  const times = Array.from({ length: 5 + random.below(6) }, () => midnight + day / 4 + random.below((day * 3) / 4 - 3_600_000)).toSorted((a, b) => a - b);
  const late = midnight === start + 11 * day ? [midnight + day - 8000] : [];
  return [...times, ...late].map((at) => {
    const failed = random.permille(40) && !late.includes(at);
    const blocks = 400 + random.below(3000);
    return {
      id: `req_${random.hex(4)}`,
      at,
      counted: late.includes(at) ? midnight + day : midnight,
      model: random.pick(models),
      status: failed ? 'error' : 'success',
      input: blocks * 128 + random.below(128),
      cached: random.permille(500) ? random.below(blocks) * 128 : 0,
      output: 200 + random.below(1800),
    };
  });
}

function csvOf(calls: readonly Call[]): string {
  const lines = calls.map(({ id, at, model, status, input, cached, output }) =>
    [id, isoMillis(at), 'org_redacted', model.service, model.requested, status, 1, ...(status === 'success' ? [input, cached, output] : ['', '', ''])].join(
      ',',
    ),
  );
  return `request_id,timestamp_utc,account_ref,service,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens\n${lines.join('\n')}\n`;
}

/** As the organization API answers: a bucket for each day, with a result for each group. */
function pageOf(calls: readonly Call[], resultsOf: (calls: readonly Call[], model: (typeof models)[number]) => object[]): string {
  const data = Array.from({ length: days }, (_, index) => start + index * day).map((midnight) => ({
    object: 'bucket',
    start_time: midnight / 1000,
    end_time: (midnight + day) / 1000,
    results: models.flatMap((model) => {
      const own = calls.filter((call) => call.counted === midnight && call.model === model);
      return own.length === 0 ? [] : resultsOf(own, model);
    }),
  }));
  return `${JSON.stringify({ object: 'page', data, has_more: false, next_page: null }, null, 1)}\n`;
}

function sum(calls: readonly Call[], of: (call: Call) => number): number {
  return calls.reduce((total, call) => total + of(call), 0);
}

function usageOf(calls: readonly Call[], { billed }: (typeof models)[number]): object[] {
  return [
    {
      object: 'organization.usage.completions.result',
      input_tokens: sum(calls, ({ input }) => input),
      output_tokens: sum(calls, ({ output }) => output),
      input_cached_tokens: sum(calls, ({ cached }) => cached),
      num_model_requests: calls.length,
      project_id: null,
      user_id: null,
      api_key_id: null,
      model: billed,
      batch: null,
      service_tier: null,
    },
  ];
}

/** Dollars as a JSON number: every cost here has so few digits that nothing is lost. */
function costsOf(calls: readonly Call[], { billed, ...rates }: (typeof models)[number]): object[] {
  const items = [
    { name: 'input', tokens: sum(calls, ({ input, cached }) => input - cached), rate: rates.input },
    { name: 'cached input', tokens: sum(calls, ({ cached }) => cached), rate: rates.cached },
    { name: 'output', tokens: sum(calls, ({ output }) => output), rate: rates.output },
  ];
  return items
    .filter(({ tokens }) => tokens > 0)
    .map(({ name, tokens, rate }) => ({
      object: 'organization.costs.result',
      amount: { value: Number(formatMoney(new Money(tokens).times(rate).times('0.000001'))), currency: 'usd' },
      line_item: `${billed}, ${name}`,
      project_id: null,
    }));
}

if (process.argv[1]?.endsWith('direct-evidence.ts') === true) {
  for (const [name, content] of directEvidence()) await writeFile(path.join('examples/direct/periods/2026-05', name), content);
}
