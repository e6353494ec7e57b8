/** What the generated company runs: its services, the models behind them and the price lists in force. */
import type { PriceList } from './pricing.ts';
import type { TraceSource } from './traces.ts';

export interface Service {
  readonly name: string;
  readonly costCenter: string;
  /** null: nobody mapped it. */
  readonly internalName: string | null;
  readonly requested: string;
  /** What the mapping says the provider bills. */
  readonly billable: string;
  readonly fallback: Fallback | null;
  /** The trace whose request sizes it follows. */
  readonly trace: TraceSource['name'];
  readonly stream: boolean;
  readonly promptVersion: string;
}
interface Fallback {
  readonly internalName: string;
  readonly requested: string;
  readonly billable: string;
}
export interface Shop {
  readonly account: string;
  readonly services: readonly Service[];
  /** Traffic share of each service, whole weights. */
  readonly weights: readonly number[];
  /** A service whose model has no price in any snapshot, with the list that only the provider knows. */
  readonly unpriced: { readonly service: Service; readonly list: PriceList };
  /** A service that no mapping names. */
  readonly unmapped: Service;
  /** What an alias serves after the provider moved it. */
  readonly moved: { readonly service: string; readonly billable: string };
  /** The service whose price changes, for calls of more input tokens than this (0: for all). */
  readonly changing: { readonly service: string; readonly minimumInput: number };
  /** Whether the contract lets the provider's counts stand for those of interrupted calls. */
  readonly interrupted: 'provider-counts' | 'unverified';
  /** In order of their start. */
  readonly lists: readonly PriceList[];
}

/** The service of that name; throws when there is none. */
export function serviceOf(shop: Shop, name: string): Service {
  const found = [...shop.services, shop.unpriced.service, shop.unmapped].find((service) => service.name === name);
  if (found === undefined) throw new RangeError(`no service is named ${name}`);
  return found;
}
