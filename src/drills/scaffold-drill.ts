/** The folder of a new drill: what the ledger knows is filled in, what only a person can know is a placeholder. */
import { toReplace as open } from '../model/placeholder.ts';
import { posix } from 'node:path';
import type { Ledger, Period } from '../model/ledger.ts';
import { drillPath } from '../model/layout.ts';
import type { DrillKind } from '../model/policy.ts';
import { UserError } from '../model/user-error.ts';

/** File name → text. Throws when the id cannot name a folder or is taken. `ledger`: null when it could not be read; then more is left open. */
export function scaffoldDrill(kind: DrillKind, id: string, ledger: Ledger | null): Record<string, string> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id)) {
    throw new UserError(`${JSON.stringify(id)} cannot name a drill.`, 'Use letters, digits, ".", "_" and "-".');
  }
  if (ledger?.drills.some((drill) => drill.id === id) === true)
    throw new UserError(`There is a drill ${id} already.`, 'Name another id: drills stay as they were run.');
  const plan = drillPlans[kind];
  const period = ledger?.periods.at(-1) ?? null;
  const layers = layersOf(plan, period);
  return {
    [posix.basename(drillPath(id))]: drillYaml({ kind, id, plan, ledger, period, layers }),
    'README.md': instructions(kind, id, plan),
    ...Object.fromEntries(layers.map((layer) => [`evidence/${layer}.csv`, `${headers[layer]}\n`])),
  };
}

type DrillLayer = 'application' | 'gateway' | 'provider';
function layersOf(plan: DrillPlan, period: Period | null): DrillLayer[] {
  const gateway = plan.needsGateway || period?.evidence.some(({ layer }) => layer === 'gateway') === true;
  return gateway ? ['application', 'gateway', 'provider'] : ['application', 'provider'];
}

const headers: Readonly<Record<DrillLayer, string>> = {
  application:
    'request_id,provider_request_id,timestamp_utc,account_ref,environment,service,internal_name,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens,stream,stream_completed',
  gateway: 'request_id,provider_request_id,timestamp_utc,model_requested,status,attempt,input_tokens,cached_input_tokens,output_tokens',
  provider:
    'request_id,provider_request_id,timestamp_utc,account_ref,model_billed,status,attempt,input_tokens,cached_input_tokens,output_tokens,charged_amount,charged_currency',
};

interface Scaffold {
  readonly kind: DrillKind;
  readonly id: string;
  readonly plan: DrillPlan;
  readonly ledger: Ledger | null;
  readonly period: Period | null;
  readonly layers: readonly DrillLayer[];
}

/** As a ledger file writes it: one by its name, several as a list; undefined without a period. */
function accountOf(period: Period | null): string | readonly string[] | undefined {
  return period?.accounts.length === 1 ? period.accounts[0] : period?.accounts;
}

function drillYaml({ kind, id, plan, ledger, period, layers }: Scaffold): string {
  const snapshot = period?.prices.at(-1)?.snapshot ?? ledger?.snapshots.at(-1)?.id ?? open;
  const evidence = layers.map((layer) => `  ${layer}: { files: [evidence/${layer}.csv], format: ${formatOf(period, layer)} }\n`).join('');
  const tokens = plan.statesTokens ? `  tokens: { input_tokens: ${open}, output_tokens: ${open} }\n` : '';
  return `# ${plan.title} README.md in this folder says how to run it.
id: ${id}
kind: ${kind}
run_on: ${open} # the UTC day on which the calls were made
by: ${open}
account_ref: ${JSON.stringify(accountOf(period) ?? open)}
${period === null || period.environment === null ? '' : `environment: ${JSON.stringify(period.environment)}\n`}currency: ${period?.currency ?? ledger?.settings.currency ?? open}
prices:
  - { snapshot: ${snapshot} } # the prices in force on that day
evidence:
${evidence}# What the rows must show. Write it down before you look at the export.
${plan.usesResponse ? 'response: response.json # the answer of the API: its body, or { "headers": …, "body": … }\n' : ''}expect:
  requests: 1
  provider_records: ${plan.providerRecords}
  layers: [${layers.join(', ')}]
  billable_model: ${open}
${tokens}  cost: ${open} # what the provider charges, exact
  steps: [${plan.steps.join(', ')}]
${plan.findings.length === 0 ? '' : `  findings: [${plan.findings.join(', ')}]\n`}${plan.item === null ? '' : `# What it proves about the provider; contract.yaml can then name this drill under proved_by.\nconcludes: { item: ${plan.item}, status: ${open} } # billable or not-billable\n`}`;
}

/** The drill's rows come from the same exports as a month's. */
function formatOf(period: Period | null, layer: DrillLayer): string {
  return period?.evidence.find((evidence) => evidence.layer === layer)?.format ?? 'trueup';
}

function instructions(kind: DrillKind, id: string, plan: DrillPlan): string {
  const steps = [...plan.instructions, ...keeping(plan, id)];
  return `# ${id}: ${kind}\n\n${plan.title} ${plan.question}\n\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}\n`;
}

function keeping(plan: DrillPlan, id: string): string[] {
  return [
    'Replace each placeholder in `drill.yaml`; `trueup validate` lists them.',
    'Export the rows of these calls, and of no others, from every layer into `evidence/`: the files there show the columns of the format `trueup`; with another format, put your export in their place.',
    ...(plan.usesResponse ? ['Save the answer of the API as `response.json`, without prompt and completion.'] : []),
    `Run \`trueup drill run ${id}\`. A difference is a fact about the provider, the ledger or the expectation: find out which before you change one.`,
  ];
}

export interface DrillPlan {
  readonly title: string;
  readonly question: string;
  readonly instructions: readonly string[];
  readonly needsGateway: boolean;
  readonly usesResponse: boolean;
  readonly statesTokens: boolean;
  /** What is to be expected; a person corrects it where the provider is known to be otherwise. */
  readonly providerRecords: number;
  readonly steps: readonly string[];
  readonly findings: readonly string[];
  /** The contract item that the drill can prove. */
  readonly item: string | null;
}

const common = { needsGateway: false, usesResponse: false, statesTokens: true, providerRecords: 1, steps: ['serving'], findings: [], item: null } as const;

const drillPlans: Readonly<Record<DrillKind, DrillPlan>> = {
  'known-response': {
    ...common,
    title: 'Test A, a known response.',
    question: 'Do our log, the answer and the export show the same model and the same tokens, and does the charge follow from the prices?',
    instructions: [
      'Make one short call without streaming to a model that `models.yaml` maps.',
      'Note the id that the answer carries, its `model` and its `usage`.',
    ],
    usesResponse: true,
  },
  streaming: {
    ...common,
    title: 'Test B, a stream.',
    question: 'Does a stream that is read to its end appear once, with the usage of its last chunk?',
    instructions: ['Make one streamed call that asks for usage in the stream, and read it to its end.', 'Note the usage of the last chunk.'],
    item: 'error-behavior.streamed',
  },
  'retry-after-timeout': {
    ...common,
    title: 'Test C, a retry after a timeout.',
    question: 'Is an attempt charged that our client gave up on?',
    instructions: [
      'Set the client timeout far below the time that the answer takes, make one call, and let the client retry it once with a long timeout under the same request id.',
      'Wait until the export is complete for that time, so that a late charge is in it.',
    ],
    statesTokens: false,
    providerRecords: 2,
    steps: ['retry', 'serving'],
    item: 'error-behavior.timed-out',
  },
  fallback: {
    ...common,
    title: 'Test D, a fallback.',
    question: 'Does a call that the fallback model answered appear under that model, and as fallback?',
    instructions: [
      'Block the primary model for the test, in the gateway or by a key that may not use it.',
      'Make one call that names the primary, and see that the fallback answers.',
    ],
    needsGateway: true,
    steps: ['fallback'],
  },
  'unknown-model': {
    ...common,
    title: 'Test E, an unknown model.',
    question: 'Does a model that nobody mapped stop the run, without a guess at its price?',
    instructions: [
      'Make one cheap call to a model that neither `models.yaml` nor a price snapshot names.',
      'Do not map it afterwards: the drill shows that unmapped traffic is caught.',
    ],
    statesTokens: false,
    steps: ['unpriced'],
    findings: ['unknown-model', 'unpriced'],
  },
};
