/** Makes a ledger that shows a fault as small as it gets, so that a person can work it by hand. */
import { layers } from '../../src/model/evidence.ts';
import type { ReferenceInput } from '../reference/input.ts';

/** Leaves out rows, mappings, incidents and columns as long as `fails` still holds of what is left. */
export async function shrinkLedger(input: ReferenceInput, fails: (smaller: ReferenceInput) => Promise<boolean>): Promise<ReferenceInput> {
  let smallest = input;
  for (let progress = true; progress;) {
    progress = false;
    for (const layer of layers) {
      const { length } = smallest.layers[layer]?.rows ?? [];
      for (let size = Math.max(1, length >> 1); size >= 1; size >>= 1) {
        for (let at = (smallest.layers[layer]?.rows.length ?? 0) - size; at >= 0; at -= size) {
          const smaller = withoutRows(smallest, layer, at, size);
          if (isUnwitnessed(smaller) || !(await fails(smaller))) continue;
          smallest = smaller;
          progress = true;
        }
      }
    }
    for (let at = (smallest.witness?.rows.length ?? 0) - 1; at >= 0; at -= 1) {
      const { witness } = smallest;
      const smaller = witness === undefined ? smallest : { ...smallest, witness: { ...witness, rows: witness.rows.toSpliced(at, 1) } };
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      progress = true;
    }
    for (const smaller of simplified(smallest)) {
      if (progress || !(await fails(smaller))) continue;
      smallest = smaller;
      progress = true;
    }
  }
  return smallest;
}

/** An invoice without a line says nothing of what the provider charged. */
function isUnwitnessed({ buckets, layers: { provider } }: ReferenceInput): boolean {
  return buckets?.width === 'period' && provider?.rows.length === 0;
}

function withoutRows(input: ReferenceInput, layer: (typeof layers)[number], at: number, size: number): ReferenceInput {
  const evidence = input.layers[layer];
  if (evidence === null) return input;
  return { ...input, layers: { ...input.layers, [layer]: { ...evidence, rows: evidence.rows.toSpliced(at, size) } } };
}

/** Each way to say a little less beside the rows. */
function* simplified(input: ReferenceInput): Generator<ReferenceInput> {
  const { period, contract } = input;
  if (input.readings !== null) yield { ...input, readings: null };
  if (input.gross !== 'parts') yield { ...input, gross: 'parts' };
  if (input.otherScopes.length > 0) yield { ...input, otherScopes: input.otherScopes.slice(1) };
  if (input.earlier.length > 0) yield { ...input, earlier: input.earlier.slice(1) };
  if (input.carried.length > 0) yield { ...input, carried: input.carried.slice(1) };
  for (const index of input.exceptions.keys()) yield { ...input, exceptions: input.exceptions.toSpliced(index, 1) };
  for (const status of ['timeout', 'canceled'] as const) {
    if (input.clientStopped[status] === 'provider-counts') yield { ...input, clientStopped: { ...input.clientStopped, [status]: 'unverified' } };
  }
  if (contract.rounding !== null) yield { ...input, contract: { ...contract, rounding: null } };
  if (Object.keys(contract.coverFees).length > 0) yield { ...input, contract: { ...contract, coverFees: {} } };
  if (period.fx.size > 0) yield { ...input, period: { ...period, fx: new Map() } };
  if (period.models !== null) yield { ...input, period: { ...period, models: null } };
  if (period.environment !== null) yield { ...input, period: { ...period, environment: null } };
  if (period.prices.length > 1) yield { ...input, period: { ...period, prices: period.prices.slice(0, 1) } };
  if (input.layers.gateway !== null) yield { ...input, layers: { ...input.layers, gateway: null } };
  for (const index of period.incidents.keys()) yield { ...input, period: { ...period, incidents: period.incidents.toSpliced(index, 1) } };
  for (const index of input.mappings.keys()) yield { ...input, mappings: input.mappings.toSpliced(index, 1) };
  for (const layer of layers) {
    const evidence = input.layers[layer];
    for (const [index, row] of (evidence?.rows ?? []).entries()) {
      for (const column of [
        'prompt_version',
        'response_id',
        'key_ref',
        'service_tier',
        'region',
        'tenant',
        'stated_amount',
        'covered_by',
        'corrects',
        'retry_reason',
        'cost_center',
        'internal_name',
        'reasoning_tokens',
        'cache_write_1h_tokens',
        'cache_write_tokens',
        'cached_input_tokens',
        'charged_amount',
      ] as const) {
        if (evidence === null || row[column] === null) continue;
        yield { ...input, layers: { ...input.layers, [layer]: { ...evidence, rows: evidence.rows.with(index, { ...row, [column]: null }) } } };
      }
    }
  }
}
