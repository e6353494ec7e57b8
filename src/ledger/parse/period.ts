/** A period file as model; its invoice, its exceptions and whether it is closed come from the files beside it. */
import type { Controls } from '../../model/close.ts';
import type { Exception } from '../../model/exception.ts';
import type { Invoice, LayerEvidence, Period } from '../../model/ledger.ts';
import type { PeriodFile } from '../schemas/period.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

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

function evidenceOf({ evidence }: PeriodFile, document: LedgerDocument): LayerEvidence[] {
  const found: LayerEvidence[] = [];
  const common = { rows: 'attempts', finalizedThrough: null, delay: 0n } as const;
  const source = (layer: string) => placeOf(document, ['evidence', layer]);
  const { application, gateway, provider } = evidence;
  if (application) found.push({ ...common, ...application, layer: 'application', source: source('application') });
  if (gateway) found.push({ ...common, ...gateway, layer: 'gateway', source: source('gateway') });
  if (provider) {
    const { files, format, finalized_through_utc: finalizedThrough = null, delay = 0n } = provider;
    found.push({ ...common, files, format, finalizedThrough, delay, layer: 'provider', source: source('provider') });
  }
  return found;
}
