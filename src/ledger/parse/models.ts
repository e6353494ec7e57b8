/** `models.yaml` as model: mappings with their days laid out as instants. */
import { endOfDay, startOfDay } from '../../model/instant.ts';
import type { Mapping } from '../../model/ledger.ts';
import type { ModelsFile } from '../schemas/models.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

export function parseModels(file: ModelsFile, document: LedgerDocument): Mapping[] {
  return file.models.map((mapping, index) => ({
    internalName: mapping.internal_name,
    requestedModel: mapping.requested_model,
    billableModel: mapping.billable_model,
    role: mapping.role,
    fallbackFor: mapping.fallback_for ?? null,
    owner: mapping.owner,
    priceSnapshot: mapping.price_snapshot ?? null,
    from: startOfDay(mapping.valid_from),
    to: mapping.valid_to === undefined ? null : endOfDay(mapping.valid_to),
    source: placeOf(document, ['models', index]),
  }));
}
