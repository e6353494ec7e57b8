/**
 * What is known to be odd about a source, with its reason: shown whenever such a model is captured, so that nobody signs it unseen. Nothing is corrected or averaged.
 * An entry is a fact that everybody can look up; it stays, with the day until which it was so.
 */
import type { Oddity } from '../../model/captured-prices.ts';

const litellmHistory = 'https://github.com/BerriAI/litellm/commits/main/model_prices_and_context_window.json';
const litellmMirror = 'https://github.com/AgentOps-AI/tokencost/commits/main/tokencost/model_prices.json';
const genaiOpenAi = 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/openai.yml';
const cometapiPricing = 'https://apidoc.cometapi.com/about-pricing-873788m0';

export const knownOddities: readonly Oddity[] = [
  {
    source: 'litellm',
    model: 'claude-3-5-haiku*',
    says: 'the price of cache reads is ten times the one that Anthropic lists',
    since: '2025-03-01',
    until: '2025-05-07',
    reference: litellmMirror,
  },
  {
    source: 'litellm',
    model: 'gemini/gemini-1.5-pro*',
    says: 'the price of input is a tenth of the one that Google lists',
    since: '2024-06-17',
    until: '2024-07-18',
    reference: litellmMirror,
  },
  {
    source: 'litellm',
    model: 'gemini-2.5-pro*',
    says: 'the price of cache reads is 0.3125 here and 0.125 in other lists, and none is stated for inputs above 200000 tokens',
    since: '2025-07-18',
    until: null,
    reference: litellmHistory,
  },
  {
    source: 'litellm',
    model: 'o1-mini-2024-09-12',
    says: 'it stayed at 3 and 12 when the alias o1-mini fell to 1.1 and 4.4; other lists lowered both',
    since: '2025-02-11',
    until: null,
    reference: litellmHistory,
  },
  {
    source: 'litellm',
    model: 'deepseek-chat',
    says: 'the bare name stayed at 0.14 and 0.28 when deepseek/deepseek-chat rose to 0.27 and 1.1, and still does on 2025-09-01',
    since: '2025-02-08',
    until: null,
    reference: litellmMirror,
  },
  {
    source: 'litellm',
    model: 'deepseek/deepseek-chat',
    says: 'a change that was effective on 2025-02-08 is in the map since 2025-02-11: the day of a capture is not the day from which a price holds',
    since: null,
    until: '2025-02-11',
    reference: litellmMirror,
  },
  {
    source: 'litellm',
    model: 'gpt-4o',
    says: 'an alias: it was pointed at another dated model on 2024-11-15 and its price with it; dated ids do not move',
    since: null,
    until: null,
    reference: litellmMirror,
  },
  {
    source: 'genai-prices',
    model: 'o3*',
    says: 'for the time before 2025-06-10 the price of cache reads is 0.5, which holds only since then (2.5 before)',
    since: null,
    until: '2025-06-10',
    reference: genaiOpenAi,
  },
  {
    source: 'cometapi',
    model: 'claude-haiku-4-5',
    says: 'the undated id is answered with "has not been priced"; only the dated one can be billed',
    since: null,
    until: null,
    reference: cometapiPricing,
  },
  {
    source: 'cometapi',
    model: 'claude-sonnet-5*',
    says: 'the vendor states an introductory price of 2 and 10 until 2026-08-31, and 3 and 15 from 2026-09-01 on',
    since: null,
    until: '2026-09-01',
    reference: 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/anthropic.yml',
  },
  {
    source: 'cometapi',
    model: 'veo3*',
    says: 'it was priced per generation before it was priced per second',
    since: null,
    until: null,
    reference: 'discussion 102 of cometapi-dev on GitHub',
  },
  {
    source: 'cometapi',
    model: 'eleven*',
    says: 'the feed states a price per request where the documents state one per 50 characters',
    since: null,
    until: null,
    reference: cometapiPricing,
  },
];

/** Those about a model as the source stood on a day. */
export function odditiesOf(source: string, model: string, day: string): readonly Oddity[] {
  return knownOddities.filter(
    (oddity) =>
      oddity.source === source &&
      (oddity.model.endsWith('*') ? model.startsWith(oddity.model.slice(0, -1)) : model === oddity.model) &&
      (oddity.since === null || oddity.since <= day) &&
      (oddity.until === null || day <= oddity.until),
  );
}
