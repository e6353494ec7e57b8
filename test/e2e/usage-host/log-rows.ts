/** Log rows as a server of the new-api family keeps them, made from a number: every figure follows from it, none from chance. */

export interface LogRow {
  readonly id: number;
  readonly created_at: number;
  readonly type: number;
  readonly quota: number;
  readonly [column: string]: unknown;
}

/** Rows of one UTC day, oldest first, spread over it. Every tenth is an error of quota 0, every fifteenth a refund, and two stand on the day's bounds. */
export function rowsOfDay(day: string, count: number): LogRow[] {
  const start = Date.parse(`${day}T00:00:00Z`) / 1000;
  return Array.from({ length: count }, (_, index) => rowAt(start, index, count));
}

function rowAt(start: number, index: number, count: number): LogRow {
  const at = start + (count === 1 ? 86_399 : Math.floor((index * 86_399) / (count - 1)));
  const type = index % 10 === 9 ? 5 : index % 15 === 14 ? 6 : 2;
  const [prompt, completion, cached] = [200 + (index % 900), 10 + (index % 90), index % 4 === 0 ? 100 : 0];
  return {
    id: at * 10 + (index % 10),
    user_id: 7,
    created_at: at,
    type,
    content: type === 5 ? 'upstream error' : 'model ratio 0.05, group ratio 0.8',
    username: 'acme',
    token_name: index % 3 === 0 ? 'search-prod' : 'chat-prod',
    model_name: 'gpt-4.1-nano',
    quota: type === 5 ? 0 : quotaOf(prompt, completion, cached),
    prompt_tokens: type === 5 ? 0 : prompt,
    completion_tokens: type === 5 ? 0 : completion,
    use_time: 1 + (index % 5),
    is_stream: index % 2 === 0,
    channel: 0,
    channel_name: '',
    token_id: 3,
    group: 'default',
    ip: '',
    request_id: `${at}${String(index).padStart(7, '0')}Ab3dE6gH`,
    response_id: `chatcmpl-${at}-${index}`,
    other: JSON.stringify({ model_ratio: 0.05, group_ratio: 0.8, completion_ratio: 4, cache_tokens: cached, cache_ratio: 0.25, model_price: -1, frt: 300 }),
  };
}

/** round((prompt − cached + cached × 0.25 + completion × 4) × 0.05 × 0.8), in whole numbers: twenty-fifths of a quarter. */
function quotaOf(prompt: number, completion: number, cached: number): number {
  const quarters = 4 * (prompt - cached) + cached + 16 * completion;
  return Math.floor((quarters + 50) / 100);
}
