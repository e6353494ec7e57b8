/** The example's company and its price lists: real models at real, dated official prices. */
import type { PricedModel, PriceList } from './pricing.ts';
import type { Service, Shop } from './shop.ts';

const nano = flat('gpt-4.1-nano-2025-04-14', '0.10', '0.40', '0.025', null);
const mini = flat('gpt-4.1-mini-2025-04-14', '0.40', '1.60', '0.10', null);
const large = flat('gpt-4.1-2025-04-14', '2.00', '8.00', '0.50', null);
const haiku = flat('claude-haiku-4-5-20251001', '1.00', '5.00', '0.10', '1.25');
const sonnet = flat('claude-sonnet-4-6', '3.00', '15.00', '0.30', '3.75');
const flashLite = flat('gemini-2.5-flash-lite', '0.10', '0.40', '0.01', null);
/** Until 2026-03-13 the vendor charged more for prompts above 200,000 tokens. */
const sonnetWithTier: PricedModel = {
  ...sonnet,
  tier: { above: 200_000, input: '6.00', output: '22.50', cached: '0.60', write: '7.50' },
};

export const priceLists: readonly PriceList[] = [
  { id: 'cometapi/2026-02-20', from: 0, models: [nano, mini, large, haiku, sonnetWithTier, flashLite] },
  { id: 'cometapi/2026-03-13', from: Date.UTC(2026, 2, 13), models: [nano, mini, large, haiku, sonnet, flashLite] },
];

const exampleServices: readonly Service[] = [
  {
    name: 'support-chat',
    costCenter: 'cc-100',
    internalName: 'support-chat-primary',
    requested: 'gpt-4.1-nano',
    billable: nano.billable,
    fallback: { internalName: 'support-chat-fallback', requested: 'claude-haiku-4-5', billable: haiku.billable },
    trace: 'azure',
    stream: true,
    promptVersion: 'chat-7',
  },
  {
    name: 'doc-assistant',
    costCenter: 'cc-200',
    internalName: 'doc-assistant-primary',
    requested: 'gpt-4.1-mini',
    billable: mini.billable,
    fallback: null,
    trace: 'mooncake',
    stream: true,
    promptVersion: 'docs-3',
  },
  {
    name: 'code-review',
    costCenter: 'cc-300',
    internalName: 'code-review-primary',
    requested: 'claude-sonnet-4-6',
    billable: sonnet.billable,
    fallback: null,
    trace: 'mooncake',
    stream: false,
    promptVersion: 'review-2',
  },
  {
    name: 'batch-jobs',
    costCenter: 'cc-100',
    internalName: 'batch-tagging-primary',
    requested: 'gemini-2.5-flash-lite',
    billable: flashLite.billable,
    fallback: null,
    trace: 'azure',
    stream: false,
    promptVersion: 'tags-1',
  },
];

export const exampleShop: Shop = {
  account: 'acct_redacted',
  services: exampleServices,
  weights: [40, 25, 25, 10],
  unpriced: {
    service: {
      name: 'image-captions',
      costCenter: 'cc-400',
      internalName: 'image-captions-primary',
      requested: 'gemini-2.5-flash-image',
      billable: 'gemini-2.5-flash-image',
      fallback: null,
      trace: 'azure',
      stream: false,
      promptVersion: 'captions-1',
    },
    list: { id: 'not-captured', from: 0, models: [flat('gemini-2.5-flash-image', '0.30', '30.00', '0.30', null)] },
  },
  unmapped: {
    name: 'prototype',
    costCenter: 'cc-900',
    internalName: null,
    requested: 'gpt-4.1',
    billable: large.billable,
    fallback: null,
    trace: 'azure',
    stream: false,
    promptVersion: 'none',
  },
  moved: { service: 'doc-assistant', billable: large.billable },
  changing: { service: 'code-review', minimumInput: 200_000 },
  interrupted: 'provider-counts',
  lists: priceLists,
};

function flat(billable: string, input: string, output: string, cached: string, write: string | null): PricedModel {
  return { billable, input, output, cached, write, tier: null };
}
