/** The formats that need no file in the ledger, and the tool's own among them. */
import { anthropicCosts, anthropicUsage } from './anthropic.ts';
import { awsCur, azureCosts, focus, gcpBilling } from './clouds.ts';
import { cometapi, cometapiCli, cometapiQuota } from './cometapi.ts';
import { litellm, litellmPages } from './litellm.ts';
import { newApi } from './new-api.ts';
import { cloudflareAiGateway, helicone, langfuse, portkey } from './observers.ts';
import { openaiCosts, openaiUsage } from './openai.ts';
import { openrouterActivity, openrouterGeneration } from './openrouter.ts';
import { otelGenai } from './otel-genai.ts';
import { vercelAiGateway, vercelReport } from './vercel.ts';
import { type Format, type SourceColumn, sourceColumns, type ValueSource } from '../../model/evidence.ts';

function underOwnName(column: SourceColumn): readonly [SourceColumn, readonly ValueSource[]] {
  return [column, [{ column, path: null }]];
}

/** Input counts include every cache class and output counts include reasoning, as OpenAI and OpenTelemetry count. */
export const trueup: Format = {
  name: 'trueup',
  columns: Object.fromEntries(sourceColumns.map(underOwnName)),
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: {},
  kinds: {},
  inclusion: [{ when: null, inputIncludes: ['cached_input', 'cache_write', 'cache_write_1h'], outputIncludesReasoning: true }],
  money: { divisor: '1', negate: [] },
  filter: [],
};

/** By the order in which documentation lists them. */
export const builtInFormats: readonly Format[] = [
  trueup,
  newApi,
  cometapi,
  cometapiCli,
  cometapiQuota,
  openaiUsage,
  openaiCosts,
  anthropicUsage,
  anthropicCosts,
  openrouterGeneration,
  openrouterActivity,
  litellm,
  litellmPages,
  langfuse,
  helicone,
  portkey,
  cloudflareAiGateway,
  vercelAiGateway,
  vercelReport,
  otelGenai,
  awsCur,
  focus,
  azureCosts,
  gcpBilling,
];
