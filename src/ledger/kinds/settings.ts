/** The shape of `trueup.yaml`: identity and policy. */
import { z } from 'zod';
import {
  choice,
  count,
  currency,
  dictionary,
  duration,
  list,
  modelled,
  name,
  nonNegative,
  percent,
  positive,
  record,
  requireKeys,
  snapshotProvider,
  text,
} from './scalars.ts';
import { type LedgerDocument, placeOf, placeOfKey, type YamlPath } from '../yaml-document.ts';
import { clusterKeys, type ClusterSettings, clusterWords } from '../../model/cluster-settings.ts';
import { failClosedCodes, findingCodes } from '../../model/finding.ts';
import { microsPerDay } from '../../model/instant.ts';
import type { Settings } from '../../model/ledger.ts';
import { Money, zero } from '../../model/money.ts';
import {
  type Budget,
  categories,
  type Category,
  drillKinds,
  type DrillPolicy,
  type Level,
  type Override,
  type Policy,
  type RuleSetting,
  type Threshold,
  type UnstatedSetting,
  type VolumePolicy,
} from '../../model/policy.ts';
import { recordOf } from '../../model/record-of.ts';

const threshold = record({
  amount: nonNegative.optional(),
  percent: percent.optional(),
}).refine((value) => value.amount !== undefined || value.percent !== undefined, { error: 'an amount, a percent or both' });
const level = record({ warn: threshold.optional(), fail: threshold.optional() });

const override = record({
  services: list(text).optional(),
  models: list(text).optional(),
  warn: threshold.optional(),
  fail: threshold.optional(),
  require: choice('any', 'both').default('any'),
})
  .refine((value) => (value.services?.length ?? 0) + (value.models?.length ?? 0) > 0, { error: 'at least one service or model' })
  .refine((value) => value.warn !== undefined || value.fail !== undefined, { error: 'a warn or fail threshold' });

const volumeDays = count
  .refine((value) => value >= 1n && value <= 90n, { error: 'a number of days from 1 to 90', abort: true })
  .transform((value) => Number(value));
const volume = record({
  requests_percent: percent.optional(),
  tokens_percent: percent.optional(),
  days: volumeDays.optional(),
  min_days: volumeDays.optional(),
  min_requests: count.optional(),
})
  .refine((value) => value.requests_percent !== undefined || value.tokens_percent !== undefined, { error: 'requests_percent, tokens_percent or both' })
  .refine((value) => (value.min_days ?? 1) <= (value.days ?? 7), { error: 'min_days of at most days' });

const budget = record({
  amount: positive,
  warn_percent: percent.optional(),
  over: choice('warn', 'fail').optional(),
  services: list(text).optional(),
  models: list(text).optional(),
  keys: list(text).optional(),
}).refine(({ services, models, keys }) => [services, models, keys].filter((names) => names !== undefined).length <= 1, {
  error: 'services, models or keys, only one of them',
});

/** Of invoices, of rows in another currency, or of both. */
const referenceRate = record({ reference: positive.optional(), evidence_reference: positive.optional(), tolerance_percent: percent }).superRefine(
  (value, context) => {
    if (value.evidence_reference === undefined) requireKeys(value, ['reference'], context);
  },
);

/** Above 100 no run could ever reach it. */
const share = percent.refine((value) => value.lessThanOrEqualTo(100), { error: 'a percentage of at most 100' });

const setting = choice('ignore', 'info', 'warn', 'quarantine', 'fail');
const closedSetting = choice('quarantine', 'fail');
const ruleShape = recordOf(findingCodes, (code) => (failClosedCodes.includes(code) ? closedSetting.optional() : setting.optional()));

const clusterShape = recordOf(clusterKeys, (key) => {
  const { pattern, expected } = clusterWords[key];
  return z.string({ error: expected }).max(1024, { error: 'at most 1024 characters' }).regex(pattern, { error: expected }).optional();
});

export const settingsSchema = record({
  version: choice('1').meta({ alsoWritten: 'integer', enum: ['1', 1] }),
  id: name,
  provider: name,
  currency,
  publish: choice('public', 'restricted').optional(),
  price_authority: snapshotProvider.optional(),
  engine: record({ trino: record(clusterShape) }).optional(),
  policy: record({
    ignore_below: nonNegative.optional(),
    total: level.optional(),
    model: level.optional(),
    categories: record(recordOf(categories, () => level.optional())).optional(),
    counts: level.optional(),
    overrides: list(override).optional(),
    rules: record(ruleShape).optional(),
    drills: record({ required: list(choice(...drillKinds)).optional(), max_age_days: count.optional(), missing: setting.optional() }).optional(),
    retry_cap: record({ default: positive.optional(), services: dictionary(positive).optional() }).optional(),
    volume: volume.optional(),
    budget: list(budget).optional(),
    fx: z.record(currency, referenceRate, { error: 'a mapping of currency codes' }).optional(),
    min_linked: percent.optional(),
    min_compared: share.optional(),
    max_delay: duration.optional(),
    gross: choice('parts', 'cells').optional(),
    keep_results: choice('true', 'false')
      .meta({ alsoWritten: 'boolean', enum: ['true', 'false', true, false] })
      .optional(),
  }),
}).describe('trueup.yaml: the ledger’s identity and policy');
type SettingsFile = z.output<typeof settingsSchema>;
type LevelFile = z.output<typeof level>;
type ThresholdFile = z.output<typeof threshold>;

const defaultMinLinked = new Money(95);
const defaultMinCompared = new Money(50);
const defaultRetryCap = new Money('1.20');
/** Three days: exports of usage are complete within one or two. */
const defaultMaxDelay = 3n * microsPerDay;

export function parseSettings(file: SettingsFile, document: LedgerDocument): Settings {
  const { id, provider, currency, publish = 'restricted', price_authority: priceAuthority = null, policy } = file;
  const cluster = parseCluster(file.engine, document);
  return { id, provider, currency, publish, priceAuthority, cluster, policy: parsePolicy(policy, document), source: placeOf(document, ['id']) };
}

function parseCluster(engine: SettingsFile['engine'], document: LedgerDocument): ClusterSettings | null {
  if (engine === undefined) return null;
  const path = ['engine', 'trino'];
  return { values: definedOf(engine.trino), sources: recordOf(clusterKeys, (key) => placeOf(document, [...path, key])), source: placeOfKey(document, path) };
}

function parsePolicy(policy: SettingsFile['policy'], document: LedgerDocument): Policy {
  const categories = Object.entries(policy.categories ?? {}).map(([step, level]) => [step, parseLevel(level, document, ['policy', 'categories', step])]);
  return {
    ignoreBelow: policy.ignore_below ?? zero,
    total: parseLevel(policy.total, document, ['policy', 'total']),
    model: parseLevel(policy.model, document, ['policy', 'model']),
    categories: Object.fromEntries(categories) as Partial<Record<Category, Level>>,
    counts: parseLevel(policy.counts, document, ['policy', 'counts']),
    overrides: (policy.overrides ?? []).map((override, index) => parseOverride(override, document, index)),
    rules: definedOf<RuleSetting>(policy.rules ?? {}),
    retryCap: { default: policy.retry_cap?.default ?? defaultRetryCap, services: policy.retry_cap?.services ?? {} },
    volume: parseVolume(policy.volume),
    budget: (policy.budget ?? []).map((one, index) => parseBudget(one, document, index)),
    fx: new Map(Object.entries(policy.fx ?? {}).map(([code, rate]) => [code, modelled(referenceRate, rate)])),
    drills: parseDrills(policy.drills, document),
    minLinked: policy.min_linked ?? defaultMinLinked,
    minCompared: policy.min_compared ?? defaultMinCompared,
    maxDelay: policy.max_delay ?? defaultMaxDelay,
    gross: policy.gross ?? 'parts',
    keepResults: policy.keep_results === 'true',
    unstated: unstatedOf(policy),
  };
}

function unstatedOf({ min_linked, min_compared, max_delay, retry_cap }: SettingsFile['policy']): UnstatedSetting[] {
  const stated: Readonly<Record<UnstatedSetting, unknown>> = { min_linked, min_compared, max_delay, retry_cap: retry_cap?.default };
  return (Object.keys(stated) as UnstatedSetting[]).filter((key) => stated[key] === undefined);
}

/** A day is judged against a week; a few requests are no spike. */
const defaultVolume = { days: 7, minRequests: new Money(100) };

function parseVolume(volume: SettingsFile['policy']['volume']): VolumePolicy | null {
  if (volume === undefined) return null;
  const days = volume.days ?? defaultVolume.days;
  return {
    requestsPercent: volume.requests_percent ?? null,
    tokensPercent: volume.tokens_percent ?? null,
    days,
    minDays: volume.min_days ?? days,
    minRequests: volume.min_requests === undefined ? defaultVolume.minRequests : new Money(volume.min_requests.toString()),
  };
}

const defaultWarnPercent = new Money(80);

type BudgetFile = z.output<typeof budget>;
function parseBudget(
  { amount, warn_percent: warnPercent = defaultWarnPercent, over = 'warn', services = [], models = [], keys = [] }: BudgetFile,
  document: LedgerDocument,
  index: number,
): Budget {
  return { amount, warnPercent, over, services, models, keys, source: placeOf(document, ['policy', 'budget', index]) };
}

function parseDrills(drills: SettingsFile['policy']['drills'], document: LedgerDocument): DrillPolicy | null {
  if (drills === undefined) return null;
  return {
    required: (drills.required ?? []).map((kind, index) => ({ kind, source: placeOf(document, ['policy', 'drills', 'required', index]) })),
    maxAgeDays: drills.max_age_days ?? null,
    missing: drills.missing ?? 'warn',
  };
}

type OverrideFile = NonNullable<SettingsFile['policy']['overrides']>[number];
function parseOverride(override: OverrideFile, document: LedgerDocument, index: number): Override {
  const path = ['policy', 'overrides', index];
  return {
    services: override.services ?? [],
    models: override.models ?? [],
    level: parseLevel(override, document, path),
    require: override.require,
    source: placeOf(document, path),
  };
}

function parseLevel(level: LevelFile | undefined, document: LedgerDocument, path: YamlPath): Level {
  return {
    warn: parseThreshold(level?.warn, document, [...path, 'warn']),
    fail: parseThreshold(level?.fail, document, [...path, 'fail']),
  };
}

function parseThreshold(threshold: ThresholdFile | undefined, document: LedgerDocument, path: YamlPath): Threshold | null {
  if (threshold === undefined) return null;
  return { amount: threshold.amount ?? null, percent: threshold.percent ?? null, source: placeOf(document, path) };
}

function definedOf<Value>(map: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}
