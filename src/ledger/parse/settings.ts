/** `trueup.yaml` as model: settings and policy. */
import type { LevelFile, SettingsFile, ThresholdFile } from '../schemas/settings.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import { microsPerDay } from '../../model/instant.ts';
import type { Settings } from '../../model/ledger.ts';
import { Money, zero } from '../../model/money.ts';
import type { Category, DrillPolicy, Level, Override, Policy, RuleSetting, Threshold, UnstatedSetting, VolumePolicy } from '../../model/policy.ts';

const defaultMinLinked = new Money(95);
const defaultMinCompared = new Money(50);
const defaultRetryCap = new Money('1.20');
/** Three days: exports of usage are complete within one or two. */
const defaultMaxDelay = 3n * microsPerDay;

export function parseSettings(file: SettingsFile, document: LedgerDocument): Settings {
  const { id, provider, currency, publish = 'restricted', policy } = file;
  return { id, provider, currency, publish, policy: parsePolicy(policy, document), source: placeOf(document, ['id']) };
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
    drills: parseDrills(policy.drills, document),
    minLinked: policy.min_linked ?? defaultMinLinked,
    minCompared: policy.min_compared ?? defaultMinCompared,
    maxDelay: policy.max_delay ?? defaultMaxDelay,
    gross: policy.gross ?? 'parts',
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
