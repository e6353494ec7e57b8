/** Faults in our own logs: rows of the application and of the gateway lost, repeated, moved, or with another model, count or status. */
import { type FaultContext, type FaultKind, type PlainRequest, type RowEdit, rowFault } from './fault-kind.ts';
import { isPricedApart, timeOf } from './plain-requests.ts';
import { inCounts, inSteps, rowsFound } from './signal.ts';
import { rewriteRow, valueOf, wholeLine, writeTime } from './source-table.ts';
import type { Status } from '../../model/evidence.ts';
import { microsPerDay } from '../../model/instant.ts';
import type { Mapping } from '../../model/ledger.ts';

type Values = Parameters<typeof rewriteRow>[1];

function changed({ application: row }: Pick<PlainRequest, 'application'>, values: Values): RowEdit[] | null {
  const text = rewriteRow(row, values);
  return text === null ? null : [{ row, text }];
}

/** With the row's internal name, where it carries one. */
function requesting(request: PlainRequest, model: string, internalName: string): RowEdit[] | null {
  const carries = valueOf(request.application, 'internal_name') !== null;
  return changed(request, { model_requested: model, ...(carries ? { internal_name: internalName } : {}) });
}

/** A primary mapping in force that leads to another price. */
function otherMapping(request: PlainRequest, { mappings, prices }: FaultContext): Mapping | null {
  const { application, expected } = request;
  const time = timeOf(application) ?? 0n;
  const fits = ({ role, from, to, billableModel, requestedModel }: Mapping): boolean =>
    role === 'primary' &&
    from <= time &&
    (to === null || time < to) &&
    requestedModel !== expected.requestedModel &&
    isPricedApart(billableModel, request, prices);
  return mappings.find(fits) ?? null;
}

/** How the layer writes a status that the contract says is free; null when every status is billed. */
function freeStatus({ application }: PlainRequest, { contract }: FaultContext): string | null {
  const free = (['error', 'canceled', 'timeout'] as const).find((status: Status) => contract.billing[status] === 'not-billable');
  if (free === undefined) return null;
  const own = Object.entries(application.table.format.statuses).find(([, status]) => status === free);
  return own?.[0] ?? free;
}

export const logFaults: readonly FaultKind[] = [
  rowFault({
    kind: 'application-row-dropped',
    needs: 'plain requests',
    signal: inCounts('unlinked', 'gateway_only'),
    disturbs: [],
    make: ({ application }) => [{ row: application, text: '' }],
  }),
  rowFault({
    kind: 'application-row-exported-twice',
    needs: 'plain requests',
    signal: rowsFound('export-duplicate'),
    disturbs: [],
    make: ({ application }) => [{ row: application, text: wholeLine(application).repeat(2) }],
  }),
  rowFault({
    kind: 'application-row-moved-out-of-the-period',
    needs: 'timestamps that can be rewritten',
    signal: inCounts('out_of_period'),
    disturbs: [],
    make: (request, { period }) => {
      const { application } = request;
      const like = valueOf(application, 'timestamp_utc') ?? '';
      return changed(request, { timestamp_utc: writeTime(period.start - (microsPerDay * 3n) / 2n, like, application.table.format) });
    },
  }),
  rowFault({
    kind: 'requested-model-swapped',
    needs: 'a second mapped and priced model',
    signal: inSteps('model_drift', 'fallback'),
    disturbs: ['token_difference', 'price_timing'],
    make: (request, context) => {
      const other = otherMapping(request, context);
      return other === null ? null : requesting(request, other.requestedModel, other.internalName);
    },
  }),
  rowFault({
    kind: 'requested-model-unknown',
    needs: 'a column for the requested model',
    signal: rowsFound('unknown-model'),
    disturbs: ['unpriced', 'mapping-late', 'new-model'],
    make: (request, _, index) => requesting(request, `trueup-fault-${index + 1}`, `trueup-fault-${index + 1}`),
  }),
  rowFault({
    kind: 'tokens-of-a-request-missing',
    needs: 'token columns that can be emptied',
    signal: rowsFound('missing-token-usage'),
    disturbs: ['missing_usage'],
    make: (request) => changed(request, { output_tokens: '' }),
  }),
  rowFault({
    kind: 'output-tokens-of-a-request-changed',
    needs: 'requests whose counts agree in application and provider',
    signal: inSteps('token_difference'),
    disturbs: [],
    make: (request) =>
      request.tokensAgree ? changed(request, { output_tokens: String(BigInt(valueOf(request.application, 'output_tokens') ?? '0') + 1000n) }) : null,
  }),
  rowFault({
    kind: 'status-flipped',
    needs: "a status that is not billed, and the provider's own status or amount",
    signal: inSteps('status_difference', 'non_billable'),
    disturbs: ['unverified-billing-rule'],
    make: (request, context) => {
      const status = freeStatus(request, context);
      const shows = valueOf(request.provider, 'status') !== null || valueOf(request.provider, 'charged_amount') !== null;
      return status === null || !shows ? null : changed(request, { status });
    },
  }),
  rowFault({
    kind: 'request-that-never-left-the-gateway',
    needs: 'a gateway layer',
    signal: inCounts('not_forwarded'),
    disturbs: [],
    make: ({ gateway, provider }) => (gateway === null ? null : [gateway, provider].map((row) => ({ row, text: '' }))),
  }),
];
