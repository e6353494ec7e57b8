/** The company of the real-data month, June 2025: models of that time at the prices of two dated maps, o3's price cut between them. */
import { pricedModel, readPriceMap } from './price-map.ts';
import type { PriceList } from './pricing.ts';
import type { Service, Shop } from './shop.ts';

const billables = {
  nano: 'gpt-4.1-nano-2025-04-14',
  mini: 'gpt-4.1-mini-2025-04-14',
  large: 'gpt-4.1-2025-04-14',
  o3: 'o3-2025-04-16',
  haiku: 'claude-3-5-haiku-20241022',
  small: 'gpt-4o-mini-2024-07-18',
} as const;
const unpricedBillable = 'o4-mini-2025-04-16';

/** The price maps, by the day from which the example takes them to be in force. */
export const priceMaps = [
  { id: 'cometapi/2025-06-10', from: 0, file: 'model_prices.2025-06-10.c1a0158cbe.json.gz' },
  { id: 'cometapi/2025-06-11', from: Date.UTC(2025, 5, 11), file: 'model_prices.2025-06-11.f98231d6bb.json.gz' },
] as const;

export async function realShop(data: string): Promise<Shop> {
  const maps = await Promise.all(priceMaps.map(async (list) => ({ ...list, map: await readPriceMap(data, list.file) })));
  const lists: PriceList[] = maps.map(({ id, from, map }) => ({ id, from, models: Object.values(billables).map((name) => pricedModel(map, name)) }));
  const hidden = pricedModel(maps[0]?.map ?? '', unpricedBillable);
  return {
    account: 'acct_redacted',
    services,
    weights: [80, 70, 30, 20],
    unpriced: {
      service: service('planner', 'planner-primary', 'o4-mini', unpricedBillable, 'azure'),
      list: { id: 'not-captured', from: 0, models: [hidden] },
    },
    unmapped: { ...service('prototype', '', 'gpt-4.1', billables.large, 'azure'), internalName: null },
    moved: { service: 'doc-assistant', billable: billables.large },
    changing: { service: 'code-review', minimumInput: 0 },
    interrupted: 'unverified',
    lists,
  };
}

const services: readonly Service[] = [
  {
    ...service('support-chat', 'support-chat-primary', 'gpt-4.1-nano', billables.nano, 'azure'),
    fallback: { internalName: 'support-chat-fallback', requested: 'claude-3-5-haiku-latest', billable: billables.haiku },
  },
  service('doc-assistant', 'doc-assistant-primary', 'gpt-4.1-mini', billables.mini, 'mooncake'),
  service('code-review', 'code-review-primary', 'o3', billables.o3, 'mooncake'),
  service('batch-jobs', 'batch-tagging-primary', 'gpt-4o-mini', billables.small, 'azure'),
];

function service(name: string, internalName: string, requested: string, billable: string, trace: Service['trace']): Service {
  return { name, costCenter: `cc-${name}`, internalName, requested, billable, fallback: null, trace, stream: trace === 'azure', promptVersion: 'v1' };
}
