/** The shape of `periods/<id>/period.yaml`: the frozen interval and its evidence. */
import { z } from 'zod';
import { choice, currency, duration, insidePath, list, name, record, requireKeys, sha256, snapshotId, text, utc, zoned } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Controls } from '../../model/close.ts';
import type { Exception } from '../../model/exception.ts';
import type { Invoice, LayerEvidence, Period } from '../../model/ledger.ts';

const files = list(insidePath).min(1, { error: 'at least one file pattern' });
const layerEvidence = { files, format: name };
const absence = record({ none: text }).optional();
const reference = record({
  kind: text,
  text: text.optional(),
  url: text.optional(),
  file: insidePath.optional(),
  sha256: sha256.optional(),
}).superRefine((value, context) => {
  if (value.file !== undefined) requireKeys(value, ['sha256'], context);
});
const incident = record({
  id: name,
  from_utc: utc,
  to_utc: utc,
  services: list(text).optional(),
  ticket: text.optional(),
}).superRefine((value, context) => {
  if (value.to_utc <= value.from_utc) context.addIssue({ code: 'custom', path: ['to_utc'], message: 'a time after from_utc' });
});

export const periodSchema = record({
  id: name,
  start_utc: zoned,
  end_utc: zoned,
  account_ref: text,
  environment: text.optional(),
  currency,
  models: z.union([choice('all'), list(text).min(1)], { error: 'all, or a list of billable models' }).default('all'),
  stage: choice('usage', 'final'),
  invoice_id: text.optional(),
  prices: list(record({ snapshot: snapshotId, from_utc: utc.optional() })).min(1, { error: 'at least one snapshot' }),
  evidence: record({
    application: record({ ...layerEvidence, rows: choice('attempts', 'final-only').default('attempts') }).optional(),
    gateway: record(layerEvidence).optional(),
    provider: record({ ...layerEvidence, finalized_through_utc: utc.optional(), delay: duration.optional() }).optional(),
  }),
  layers: record({ application: absence, gateway: absence, provider: absence }).optional(),
  incidents: list(incident).optional(),
  ignored_files: list(record({ file: insidePath, reason: text })).optional(),
  references: list(reference).optional(),
})
  .superRefine((value, context) => {
    for (const [index, { from_utc: from }] of value.prices.entries()) {
      if (index === 0) continue;
      const before = value.prices[index - 1]?.from_utc;
      if (from === undefined) requireKeysAt(['prices', index, 'from_utc'], context);
      else if (before !== undefined && from <= before)
        context.addIssue({ code: 'custom', path: ['prices', index, 'from_utc'], message: 'a time after the start before it' });
    }
    for (const layer of ['application', 'gateway', 'provider'] as const) {
      if (value.evidence[layer] === undefined || value.layers?.[layer] === undefined) continue;
      context.addIssue({ code: 'custom', path: ['layers', layer], message: 'either evidence of the layer or none' });
    }
  })
  .describe('periods/<id>/period.yaml: a frozen interval and its evidence');
export type PeriodFile = z.output<typeof periodSchema>;

function requireKeysAt(path: (string | number)[], context: z.core.$RefinementCtx): void {
  context.addIssue({ code: 'custom', path, message: 'the start of every snapshot after the first', params: { finding: 'missing-key' } });
}

/** Why there is no gateway when the period says nothing about it (SPEC §2.1). */
const undeclaredGateway = 'no gateway layer is declared';

interface PeriodSurroundings {
  readonly folder: string;
  readonly invoice: Invoice | null;
  readonly exceptions: readonly Exception[];
  readonly closed: boolean;
  readonly controls: Controls;
}

export function parsePeriod(file: PeriodFile, document: LedgerDocument, around: PeriodSurroundings): Period {
  return {
    ...around,
    id: file.id,
    start: file.start_utc,
    end: file.end_utc,
    accountRef: file.account_ref,
    environment: file.environment ?? null,
    currency: file.currency,
    models: file.models === 'all' ? null : file.models,
    stage: file.stage,
    invoiceId: file.invoice_id ?? null,
    prices: file.prices.map(({ snapshot, from_utc: from }, index) => ({
      snapshot,
      from: index === 0 ? null : (from ?? null),
      source: placeOf(document, ['prices', index]),
    })),
    evidence: evidenceOf(file, document),
    gatewayNone: file.evidence.gateway === undefined ? (file.layers?.gateway?.none ?? undeclaredGateway) : null,
    incidents: (file.incidents ?? []).map((incident) => ({
      id: incident.id,
      from: incident.from_utc,
      to: incident.to_utc,
      services: incident.services ?? [],
      ticket: incident.ticket ?? null,
    })),
    references: (file.references ?? []).map(({ kind, text, url, file: path, sha256 }) => ({
      kind,
      text: text ?? null,
      url: url ?? null,
      file: path ?? null,
      sha256: sha256 ?? null,
    })),
    ignoredFiles: (file.ignored_files ?? []).map((ignored, index) => ({ ...ignored, source: placeOf(document, ['ignored_files', index, 'file']) })),
    source: placeOf(document, ['id']),
  };
}

/** A log of ours that is declared absent is read as one without files: nothing is counted, so that no charge can be compared. */
function evidenceOf({ evidence, layers }: PeriodFile, document: LedgerDocument): LayerEvidence[] {
  const found: LayerEvidence[] = [];
  const common = { rows: 'attempts', finalizedThrough: null, delay: 0n } as const;
  const source = (layer: string) => placeOf(document, ['evidence', layer]);
  const { application, gateway, provider } = evidence;
  if (application) found.push({ ...common, ...application, layer: 'application', source: source('application') });
  else if (layers?.application)
    found.push({ ...common, files: [], format: 'trueup', layer: 'application', source: placeOf(document, ['layers', 'application']) });
  if (gateway) found.push({ ...common, ...gateway, layer: 'gateway', source: source('gateway') });
  if (provider) {
    const { files, format, finalized_through_utc: finalizedThrough = null, delay = 0n } = provider;
    found.push({ ...common, files, format, finalizedThrough, delay, layer: 'provider', source: source('provider') });
  }
  return found;
}
