import type { Mapping } from '../model/ledger.ts';
import type { Observation } from '../model/observation.ts';
import type { PriceBook } from '../model/price-book.ts';
import type { Database } from './database.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import type { Terms } from './terms.ts';
export async function readObservations(_d: Database, _t: Terms, _c: { loaded: readonly LoadedLayer[]; mappings: readonly Mapping[]; priceBook: PriceBook }): Promise<Observation[]> { return []; }
