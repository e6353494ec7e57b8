/** What a layer cannot be read without (SPEC §2.4). */
import type { CanonicalColumn, Layer } from '../model/evidence.ts';

export const requiredColumns: Readonly<Record<Layer, readonly CanonicalColumn[]>> = {
  application: ['request_id', 'timestamp_utc', 'account_ref', 'service', 'model_requested', 'status'],
  gateway: ['request_id', 'timestamp_utc', 'model_requested', 'status'],
  provider: ['timestamp_utc', 'model_billed'],
};
