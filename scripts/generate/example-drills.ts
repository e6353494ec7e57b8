/** The drills of the example ledger: tests A to E as they were run before the first period, and two that April asked for. */
import { priceLists } from './example-shop.ts';
import { schemaLine } from './example-yaml.ts';
import { costOf, roundedCost, type Tokens } from './pricing.ts';
import { formatMoney } from '../../src/model/money.ts';

/** A day after the first price capture and before the first month. */
const day = '2026-02-24';
/** A day after April, whose interrupted calls nobody could judge before. */
const later = '2026-05-04';

const applicationHeader =
  'request_id,provider_request_id,timestamp_utc,account_ref,environment,service,internal_name,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens,stream,stream_completed';
const gatewayHeader = 'request_id,provider_request_id,timestamp_utc,model_requested,status,attempt';
const providerHeader =
  'request_id,provider_request_id,timestamp_utc,account_ref,model_billed,status,attempt,input_tokens,cached_input_tokens,output_tokens,charged_amount,charged_currency';

const application = (...rows: readonly string[]): string => `${[applicationHeader, ...rows].join('\n')}\n`;
const gateway = (...rows: readonly string[]): string => `${[gatewayHeader, ...rows].join('\n')}\n`;
const provider = (...rows: readonly string[]): string => `${[providerHeader, ...rows].join('\n')}\n`;

interface DrillText {
  readonly id: string;
  readonly kind: string;
  /** The day it was run on. */
  readonly day: string;
  readonly ticket: string;
  /** Comment lines on what the drill is for. */
  readonly why: readonly string[];
  readonly layers: readonly ('application' | 'gateway' | 'provider')[];
  /** YAML from `expect` on. */
  readonly expect: string;
  readonly evidence: Readonly<Partial<Record<'application' | 'gateway' | 'provider', string>>>;
  readonly response?: string;
}

/** What the provider charges for one call on a day. */
function charged(model: string, tokens: Tokens, on: string = day): string {
  const cost = costOf(priceLists, model, tokens, Date.parse(`${on}T00:00:00Z`));
  if (cost === null) throw new RangeError(`${model} has no price`);
  return formatMoney(roundedCost(cost));
}

const nano = 'gpt-4.1-nano-2025-04-14';
const haiku = 'claude-haiku-4-5-20251001';
const known = { input: 1000, cached: 0, write: 0, output: 500 };
const streamed = { input: 1200, cached: 1024, write: 0, output: 300 };
const stopped = { input: 1200, cached: 0, write: 0, output: 41 };
const mini = 'gpt-4.1-mini-2025-04-14';

const drills: readonly DrillText[] = [
  {
    id: 'test-a',
    kind: 'known-response',
    day,
    ticket: 'OPS-2',
    why: ['Test A: one call whose answer states its usage. Log, export and answer must agree to the token, and the charge to the digit.'],
    layers: ['application', 'provider'],
    response: `${JSON.stringify(
      {
        headers: { 'x-cometapi-request-id': '2026022410150026713904aQ3kT9xv' },
        body: {
          id: 'chatcmpl-test-a',
          object: 'chat.completion',
          model: nano,
          usage: {
            prompt_tokens: known.input,
            completion_tokens: known.output,
            total_tokens: known.input + known.output,
            prompt_tokens_details: { cached_tokens: known.cached },
            completion_tokens_details: { reasoning_tokens: 0 },
          },
        },
      },
      null,
      2,
    )}\n`,
    expect: `response: response.json
expect:
  requests: 1
  provider_records: 1
  layers: [application, provider]
  billable_model: ${nano}
  tokens: { input_tokens: ${known.input}, cached_input_tokens: ${known.cached}, output_tokens: ${known.output} }
  cost: "${charged(nano, known)}"
  steps: [serving]
`,
    evidence: {
      application: application(
        `drill-a-1,2026022410150026713904aQ3kT9xv,${day}T10:15:00Z,acct_redacted,production,support-chat,support-chat-primary,gpt-4.1-nano,success,1,1000,0,500,false,`,
      ),
      provider: provider(`drill-a-1,2026022410150026713904aQ3kT9xv,${day}T10:15:02Z,acct_redacted,${nano},success,1,1000,0,500,${charged(nano, known)},USD`),
    },
  },
  {
    id: 'test-b',
    kind: 'streaming',
    day,
    ticket: 'OPS-2',
    why: ['Test B: a stream that was read to its end, its prefix in the cache. The last chunk states the usage; the export must show the same.'],
    layers: ['application', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 1
  layers: [application, provider]
  billable_model: ${mini}
  tokens: { input_tokens: ${streamed.input}, cached_input_tokens: ${streamed.cached}, output_tokens: ${streamed.output} }
  cost: "${charged(mini, streamed)}"
  steps: [serving]
concludes: { item: error-behavior.streamed, status: billable }
`,
    evidence: {
      application: application(
        `drill-b-1,2026022410200041120377bM8sW2cd,${day}T10:20:00Z,acct_redacted,production,doc-assistant,doc-assistant-primary,gpt-4.1-mini,success,1,1200,1024,300,true,true`,
      ),
      provider: provider(
        `drill-b-1,2026022410200041120377bM8sW2cd,${day}T10:20:05Z,acct_redacted,${mini},success,1,1200,1024,300,${charged(mini, streamed)},USD`,
      ),
    },
  },
  {
    id: 'test-c',
    kind: 'retry-after-timeout',
    day,
    ticket: 'OPS-2',
    why: ['Test C: the client gave up on the first attempt and tried again. The provider had produced both answers, and charges both.'],
    layers: ['application', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 2
  layers: [application, provider]
  billable_model: ${nano}
  cost: "0.00048"
  steps: [retry, serving]
  amounts: { retry: "${charged(nano, known)}" }
concludes: { item: error-behavior.retried, status: billable }
`,
    evidence: {
      application: application(
        `drill-c-1,,${day}T10:25:00Z,acct_redacted,production,support-chat,support-chat-primary,gpt-4.1-nano,timeout,1,,,,false,`,
        `drill-c-1,2026022410253087440215cX5nL1ef,${day}T10:25:30Z,acct_redacted,production,support-chat,support-chat-primary,gpt-4.1-nano,success,2,1000,0,500,false,`,
      ),
      provider: provider(
        `drill-c-1,2026022410250018830461cP7rK4gh,${day}T10:25:12Z,acct_redacted,${nano},success,1,1000,0,500,${charged(nano, known)},USD`,
        `drill-c-1,2026022410253087440215cX5nL1ef,${day}T10:25:32Z,acct_redacted,${nano},success,2,1000,0,500,${charged(nano, known)},USD`,
      ),
    },
  },
  {
    id: 'test-d',
    kind: 'fallback',
    day,
    ticket: 'OPS-2',
    why: ['Test D: the primary model was blocked, and the gateway fell back. The charge must show the other model, as fallback and not as drift.'],
    layers: ['application', 'gateway', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 1
  layers: [application, gateway, provider]
  billable_model: ${haiku}
  tokens: { input_tokens: ${known.input}, output_tokens: ${known.output} }
  cost: "${charged(haiku, known)}"
  expected_cost: "${charged(nano, known)}"
  steps: [fallback]
`,
    evidence: {
      application: application(
        `drill-d-1,2026022410300155902846dB6yH3jk,${day}T10:30:00Z,acct_redacted,production,support-chat,support-chat-primary,gpt-4.1-nano,success,1,1000,0,500,false,`,
      ),
      gateway: gateway(
        `drill-d-1,,${day}T10:30:00Z,gpt-4.1-nano,error,1`,
        `drill-d-1,2026022410300155902846dB6yH3jk,${day}T10:30:01Z,claude-haiku-4-5,success,2`,
      ),
      provider: provider(`drill-d-1,2026022410300155902846dB6yH3jk,${day}T10:30:04Z,acct_redacted,${haiku},success,2,1000,0,500,${charged(haiku, known)},USD`),
    },
  },
  {
    id: 'test-e',
    kind: 'unknown-model',
    day,
    ticket: 'OPS-2',
    why: ['Test E: a model that nobody has mapped or priced. The run must stop there and not guess.'],
    layers: ['application', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 1
  layers: [application, provider]
  billable_model: gpt-unmapped-2026-02-01
  cost: "0.001"
  expected_cost: "0"
  steps: [unpriced]
  findings: [unknown-model, unpriced]
`,
    evidence: {
      application: application(
        `drill-e-1,2026022410350072216593eV9zJ8mn,${day}T10:35:00Z,acct_redacted,production,support-chat,,gpt-unmapped,success,1,1000,0,500,false,`,
      ),
      provider: provider(`drill-e-1,2026022410350072216593eV9zJ8mn,${day}T10:35:02Z,acct_redacted,gpt-unmapped-2026-02-01,success,1,1000,0,500,0.001,USD`),
    },
  },
  {
    id: 'test-b-stopped',
    kind: 'streaming',
    day: later,
    ticket: 'OPS-9',
    why: [
      'Test B once more, with a client that disconnects in the middle of the stream: our log never saw the usage.',
      'The export shows the call with what had been produced by then, and the balance fell by just that.',
    ],
    layers: ['application', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 1
  layers: [application, provider]
  billable_model: ${mini}
  tokens: { input_tokens: ${stopped.input}, cached_input_tokens: ${stopped.cached}, output_tokens: ${stopped.output} }
  cost: "${charged(mini, stopped, later)}"
concludes: { item: error-behavior.canceled, status: billable }
`,
    evidence: {
      application: application(
        `drill-b-2,2026050410200012233415bS7tU5vw,${later}T10:20:00Z,acct_redacted,production,doc-assistant,doc-assistant-primary,gpt-4.1-mini,canceled,1,,,,true,false`,
      ),
      provider: provider(
        `drill-b-2,2026050410200012233415bS7tU5vw,${later}T10:20:03Z,acct_redacted,${mini},canceled,1,1200,0,41,${charged(mini, stopped, later)},USD`,
      ),
    },
  },
  {
    id: 'test-c-gave-up',
    kind: 'retry-after-timeout',
    day: later,
    ticket: 'OPS-9',
    why: ['Test C once more, with a client that gives up for good: no second attempt. The provider finished the answer, and charges it.'],
    layers: ['application', 'provider'],
    expect: `expect:
  requests: 1
  provider_records: 1
  layers: [application, provider]
  billable_model: ${nano}
  tokens: { input_tokens: ${known.input}, output_tokens: ${known.output} }
  cost: "${charged(nano, known, later)}"
concludes: { item: error-behavior.timed-out, status: billable }
`,
    evidence: {
      application: application(
        `drill-c-2,2026050410250064419073cG2hI8jk,${later}T10:25:00Z,acct_redacted,production,support-chat,support-chat-primary,gpt-4.1-nano,timeout,1,,,,false,`,
      ),
      provider: provider(
        `drill-c-2,2026050410250064419073cG2hI8jk,${later}T10:25:09Z,acct_redacted,${nano},timeout,1,1000,0,500,${charged(nano, known, later)},USD`,
      ),
    },
  },
];

/** POSIX name below `drills/` → content. */
export function drillFiles(): (readonly [string, string])[] {
  return drills.flatMap((drill) => [
    [`${drill.id}/drill.yaml`, drillYaml(drill)] as const,
    ...Object.entries(drill.evidence).map(([layer, text]) => [`${drill.id}/evidence/${layer}.csv`, text] as const),
    ...(drill.response === undefined ? [] : [[`${drill.id}/response.json`, drill.response] as const]),
  ]);
}

function drillYaml({ id, kind, day: runOn, ticket, why, layers, expect }: DrillText): string {
  const evidence = layers.map((layer) => `  ${layer}: { files: [evidence/${layer}.csv], format: trueup }\n`).join('');
  return `${schemaLine('drill', 2)}${why.map((line) => `# ${line}\n`).join('')}id: ${id}
kind: ${kind}
run_on: ${runOn}
by: jane
ticket: ${ticket}
account_ref: acct_redacted
environment: production
currency: USD
prices:
  - { snapshot: ${snapshotOf(runOn)} }
evidence:
${evidence}# What the rows must show. \`trueup drill\` runs them through the same pipeline as a month and compares.
${expect}`;
}

/** The price list in force on a day. */
function snapshotOf(runOn: string): string {
  const list = priceLists.findLast(({ from }) => from <= Date.parse(`${runOn}T00:00:00Z`)) ?? priceLists[0];
  return list?.id ?? '';
}
