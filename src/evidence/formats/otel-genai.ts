/** Spans of OpenTelemetry's GenAI conventions in OTLP/JSON, with the names of now and those of old instrumentations. Source: open-telemetry/semantic-conventions-genai and the OTLP specification. */
import { allIncluded, column, floatMoney, inside } from './source.ts';
import type { Format, ValueSource } from '../../model/evidence.ts';

const attribute = (key: string): ValueSource => ({ column: 'attributes', path: '$', attribute: key });

export const otelGenai: Format = {
  name: 'otel-genai',
  records: { path: '$.resourceSpans[*].scopeSpans[*].spans[*]', keyAs: null, with: {} },
  columns: {
    request_id: [column('spanId')],
    response_id: [attribute('gen_ai.response.id')],
    timestamp_utc: [column('startTimeUnixNano')],
    model_requested: [attribute('gen_ai.request.model')],
    model_billed: [attribute('gen_ai.response.model')],
    status: [inside('status', '$.code')],
    input_tokens: [attribute('gen_ai.usage.input_tokens'), attribute('gen_ai.usage.prompt_tokens')],
    cached_input_tokens: [attribute('gen_ai.usage.cache_read.input_tokens')],
    cache_write_tokens: [attribute('gen_ai.usage.cache_creation.input_tokens')],
    output_tokens: [attribute('gen_ai.usage.output_tokens'), attribute('gen_ai.usage.completion_tokens')],
    reasoning_tokens: [attribute('gen_ai.usage.reasoning.output_tokens')],
    service_tier: [attribute('openai.response.service_tier')],
    stream: [attribute('gen_ai.request.stream')],
  },
  // JSON leaves out a code that is unset, which is no error.
  constants: { status: 'success' },
  timestamp: { kind: 'unix-ns', zone: null },
  statuses: { '0': 'success', '1': 'success', '2': 'error', STATUS_CODE_UNSET: 'success', STATUS_CODE_OK: 'success', STATUS_CODE_ERROR: 'error' },
  kinds: {},
  inclusion: [
    { ...allIncluded, when: { source: attribute('gen_ai.provider.name'), is: 'not-empty' } },
    // Old instrumentations often leave Anthropic's input without its cache, and nothing in the span tells: its counts are not trusted.
    { ...allIncluded, when: { source: attribute('gen_ai.system'), notIn: ['anthropic', 'aws.bedrock', 'aws_bedrock'] } },
  ],
  money: floatMoney,
  // Spans that call no model.
  filter: [{ source: attribute('gen_ai.request.model'), is: 'not-empty' }],
  // An agent's span sums up those of its calls.
  skip: [{ source: attribute('gen_ai.operation.name'), in: ['invoke_agent', 'create_agent', 'execute_tool'] }],
};
