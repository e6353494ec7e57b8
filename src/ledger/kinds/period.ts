/** The shape of `periods/<id>/period.yaml`: the frozen interval and its evidence. */
import { z } from 'zod';
import { parseRate, rowRate } from './rate.ts';
import {
  choice,
  currency,
  duration,
  insidePath,
  list,
  modelled,
  name,
  oneOrMore,
  record,
  requireKeys,
  sha256,
  snapshotId,
  text,
  utc,
  zoned,
} from './scalars.ts';
import { definedOf, inputIncludes, outputIncludes, shapeOf, zone } from './format.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Controls } from '../../model/close.ts';
import type { Exception } from '../../model/exception.ts';
import { type BucketCut, bucketWidths } from '../../model/bucket-bounds.ts';
import { bucketDimensions, type CanonicalColumn } from '../../model/evidence.ts';
import type { DeclaredReading, Invoice, LayerEvidence, Period } from '../../model/ledger.ts';
import { linesProblem } from '../../model/invoice-lines.ts';
import { compareCodePoints } from '../../model/order-findings.ts';
import type { Statement } from '../../model/statement.ts';
import { stages } from '../../model/stage.ts';

const patterns = list(insidePath).min(1, { error: 'at least one file pattern' });
const files = list(z.union([insidePath, record({ files: patterns, format: name })], { error: 'a file pattern, or { files, format }' })).min(1, {
  error: 'at least one file pattern',
});
type FilesFile = z.output<typeof files>;
/** What is the same for all rows of an export and may be missing in it. Counts, money, ids and what happened come from rows alone. */
const declaredColumns = ['account_ref', 'environment', 'service', 'cost_center', 'tenant', 'key_ref', 'region', 'service_tier', 'charged_currency'] as const;
const layerEvidence = {
  files,
  format: name.optional(),
  constants: shapeOf(declaredColumns, text).optional(),
  input_includes: inputIncludes.optional(),
  output_includes: outputIncludes.optional(),
};

interface LayerFile {
  readonly files: FilesFile;
  readonly format?: string | undefined;
  readonly constants?: Readonly<Partial<Record<CanonicalColumn, string | undefined>>> | undefined;
  readonly input_includes?: z.output<typeof inputIncludes> | undefined;
  readonly output_includes?: z.output<typeof outputIncludes> | undefined;
  readonly bucket?: { readonly zone: string } | undefined;
}

/** Without a format of the layer, every pattern needs its own; no pattern may stand twice; and what counts hold is said whole. */
function formatsSaid(value: LayerFile, context: z.core.$RefinementCtx): void {
  if (value.input_includes !== undefined || value.output_includes !== undefined) requireKeys(value, ['input_includes', 'output_includes'], context);
  if (value.files.some((entry) => typeof entry === 'string')) requireKeys(value, ['format'], context);
  const named = patternsOf(value.files);
  const twice = named.find((pattern, index) => named.indexOf(pattern) < index);
  if (twice !== undefined) context.addIssue({ code: 'custom', path: ['files'], message: `each pattern once; ${twice} stands twice` });
}

function patternsOf(written: FilesFile): string[] {
  return written.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.files));
}
/** Of an export that sums up requests width and by are said together; of one row a call that writes local days, the zone alone. */
const bucket = record({
  zone,
  width: choice(...bucketWidths).optional(),
  by: list(choice(...bucketDimensions)).optional(),
  lag: duration.optional(),
}).superRefine((value, context) => {
  if (value.width !== undefined || value.by !== undefined || value.lag !== undefined) requireKeys(value, ['width', 'by'], context);
});
/** Sums beside calls: that every row is one goes without saying. */
const witness = record({
  ...layerEvidence,
  grain: choice('bucket').optional(),
  bucket: record({ zone, width: choice(...bucketWidths), by: list(choice(...bucketDimensions)), lag: duration.optional() }),
}).superRefine(formatsSaid);
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

/** More currencies there are not. */
const mostRates = 200;
/** How rows in other currencies become the period's: one rate, or one for each currency. */
const evidenceRates = oneOrMore(rowRate, mostRates);
type RatesFile = z.output<typeof evidenceRates>;

/** Each currency once, and none of it the period's own. */
export function ratesApart(value: { readonly currency: string; readonly fx?: RatesFile | undefined }, context: z.core.$RefinementCtx): void {
  const rates = [value.fx ?? []].flat();
  for (const [index, { from }] of rates.entries()) {
    const complain = (message: string): void =>
      context.addIssue({ code: 'custom', path: Array.isArray(value.fx) ? ['fx', index, 'from'] : ['fx', 'from'], message });
    if (from === value.currency) complain('another currency than the period has');
    else if (rates.findIndex((other) => other.from === from) < index) complain('each currency once');
  }
}

/** Every row is asked about every one. */
const [mostAccounts, mostKeys] = [100, 1000];

export const periodSchema = record({
  id: name,
  start_utc: zoned,
  end_utc: zoned,
  account_ref: z.union([text, list(text).min(1).max(mostAccounts)], { error: `an account, or a list of at most ${mostAccounts} that one invoice bills` }),
  environment: text.optional(),
  currency,
  models: z.union([choice('all'), list(text).min(1)], { error: 'all, or a list of billable models' }).default('all'),
  keys: list(text)
    .min(1, { error: 'at least one key; leave keys out where all are in scope' })
    .max(mostKeys, { error: `at most ${mostKeys} keys` })
    .optional(),
  stage: choice(...stages),
  fx: evidenceRates.optional(),
  invoice_id: z.union([text, list(text).min(1)], { error: 'the id of an invoice, or a list of them' }).optional(),
  prices: list(record({ snapshot: snapshotId, from_utc: utc.optional() })).min(1, { error: 'at least one snapshot' }),
  evidence: record({
    application: record({ ...layerEvidence, rows: choice('attempts', 'final-only').default('attempts') })
      .superRefine(formatsSaid)
      .optional(),
    gateway: record(layerEvidence).superRefine(formatsSaid).optional(),
    provider: record({
      ...layerEvidence,
      grain: choice('row', 'bucket').optional(),
      finalized_through_utc: utc.optional(),
      delay: duration.optional(),
      bucket: bucket.optional(),
    })
      .superRefine(formatsSaid)
      .optional(),
    usage_buckets: witness.optional(),
  }),
  layers: record({ application: absence, gateway: absence, provider: absence }).optional(),
  incidents: list(incident).optional(),
  ignored_files: list(record({ file: insidePath, reason: text })).optional(),
  references: list(reference).optional(),
})
  .superRefine((value, context) => {
    ratesApart(value, context);
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
  readonly invoices: readonly Invoice[];
  readonly statement: Statement | null;
  readonly exceptions: readonly Exception[];
  readonly closed: boolean;
  readonly controls: Controls;
}

export function parsePeriod(file: PeriodFile, document: LedgerDocument, around: PeriodSurroundings): Period {
  const accounts = [...new Set([file.account_ref].flat())].toSorted(compareCodePoints);
  return {
    ...around,
    accountRef: accounts.join(', '),
    accounts,
    ...modelled(periodSchema, file, 'account_ref', 'models', 'prices', 'evidence', 'layers', 'fx', 'incidents', 'ignored_files', 'references'),
    models: file.models === 'all' ? null : file.models,
    prices: file.prices.map(({ snapshot, from_utc: from }, index) => ({
      snapshot,
      from: index === 0 ? null : (from ?? null),
      source: placeOf(document, ['prices', index]),
    })),
    evidence: evidenceOf(file, document, around),
    gatewayNone: file.evidence.gateway === undefined ? (file.layers?.gateway?.none ?? undeclaredGateway) : null,
    fx: ratesOf(file.fx, document),
    incidents: (file.incidents ?? []).map((each) => ({ ...modelled(incident, each), services: each.services ?? [] })),
    references: (file.references ?? []).map((each) => modelled(reference, each)),
    ignoredFiles: (file.ignored_files ?? []).map((ignored, index) => ({ ...ignored, source: placeOf(document, ['ignored_files', index, 'file']) })),
    source: placeOf(document, ['id']),
  };
}

function ratesOf(file: RatesFile | undefined, document: LedgerDocument): Period['fx'] {
  const rates = Array.isArray(file)
    ? file.map((one, index) => parseRate(one, document, ['fx', index]))
    : file === undefined
      ? []
      : [parseRate(file, document, ['fx'])];
  return rates.toSorted((a, b) => compareCodePoints(a.from, b.from));
}

/**
 * A log of ours that is declared absent is read as one without files: nothing is counted, so that no charge can be compared. Where the provider's export is
 * declared absent, the lines of the invoices stand in for it, if they can: one bucket of the whole period.
 */
function evidenceOf(file: PeriodFile, document: LedgerDocument, { invoices }: Pick<PeriodSurroundings, 'invoices'>): LayerEvidence[] {
  const { evidence, layers } = file;
  const found: LayerEvidence[] = [];
  const common = { rows: 'attempts', finalizedThrough: null, delay: 0n } as const;
  const source = (layer: string) => placeOf(document, ['evidence', layer]);
  const { application, gateway, provider } = evidence;
  if (application) found.push({ ...common, ...readOf(application), rows: application.rows, layer: 'application', source: source('application') });
  else if (layers?.application)
    found.push({ ...common, files: [], format: 'trueup', layer: 'application', source: placeOf(document, ['layers', 'application']) });
  if (gateway) found.push({ ...common, ...readOf(gateway), layer: 'gateway', source: source('gateway') });
  if (provider) {
    const { finalized_through_utc: finalizedThrough = null, delay = 0n } = provider;
    const grain = provider.grain === 'bucket' ? { grain: 'bucket' as const } : {};
    const cut = cutOf(provider.bucket);
    found.push({
      ...common,
      ...readOf(provider),
      ...grain,
      ...(cut === null ? {} : { bucket: cut }),
      finalizedThrough,
      delay,
      layer: 'provider',
      source: source('provider'),
    });
  } else if (layers?.provider && linesProblem({ ...file, invoices }) === null) {
    const bucket: BucketCut = { width: 'period', whole: { start: file.start_utc, end: file.end_utc }, zone: '+00:00', by: ['model_billed'], lag: 0n };
    found.push({ ...common, files: [], format: 'trueup', grain: 'bucket', bucket, layer: 'provider', source: placeOf(document, ['layers', 'provider']) });
  }
  if (evidence.usage_buckets) {
    const { usage_buckets: sums } = evidence;
    const cut = cutOf(sums.bucket);
    const layer = 'usage_buckets' as const;
    found.push({ ...common, ...readOf(sums), grain: 'bucket', ...(cut === null ? {} : { bucket: cut }), layer, source: source(layer) });
  }
  return found;
}

function cutOf(written: z.output<typeof bucket> | undefined): BucketCut | null {
  if (written?.width === undefined || written.by === undefined) return null;
  const { width, zone: name, by, lag = 0n } = written;
  return { width, zone: name, by: bucketDimensions.filter((dimension) => by.includes(dimension)), lag };
}

function readOf(layer: LayerFile) {
  const { files: written, format } = layer;
  const declared = declaredOf(layer);
  const own = written.flatMap((entry) => (typeof entry === 'string' ? [] : entry.files.map((pattern) => [pattern, entry.format] as const)));
  return {
    files: patternsOf(written),
    format: format ?? null,
    ...(own.length === 0 ? {} : { formats: Object.fromEntries(own) }),
    ...(Object.keys(declared).length === 0 ? {} : { declared }),
  };
}

function declaredOf({ constants, bucket, input_includes: input, output_includes: output }: LayerFile): DeclaredReading {
  return {
    ...(constants === undefined ? {} : { constants: definedOf(constants) }),
    ...(bucket === undefined ? {} : { zone: bucket.zone }),
    ...(input === undefined || output === undefined ? {} : { inclusion: { inputIncludes: input, outputIncludesReasoning: output.includes('reasoning') } }),
  };
}
