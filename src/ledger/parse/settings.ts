/** `trueup.yaml` as model: settings and policy. */
import type { Step } from '../../model/bridge.ts';
import type { Settings } from '../../model/ledger.ts';
import { Money, zero } from '../../model/money.ts';
import type { Level, Override, Policy, RuleSetting, Threshold } from '../../model/policy.ts';
import type { LevelFile, SettingsFile, ThresholdFile } from '../schemas/settings.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument, YamlPath } from '../yaml-document.ts';

const defaultMinLinked = new Money(95);

export function parseSettings(file: SettingsFile, document: LedgerDocument): Settings {
  const { id, provider, currency, policy } = file;
  return { id, provider, currency, policy: parsePolicy(policy, document), source: placeOf(document, ['id']) };
}

function parsePolicy(policy: SettingsFile['policy'], document: LedgerDocument): Policy {
  const categories = Object.entries(policy.categories ?? {}).map(([step, level]) => [step, parseLevel(level, document, ['policy', 'categories', step])]);
  return {
    ignoreBelow: policy.ignore_below ?? zero,
    total: parseLevel(policy.total, document, ['policy', 'total']),
    model: parseLevel(policy.model, document, ['policy', 'model']),
    categories: Object.fromEntries(categories) as Partial<Record<Step, Level>>,
    counts: parseLevel(policy.counts, document, ['policy', 'counts']),
    overrides: (policy.overrides ?? []).map((override, index) => parseOverride(override, document, index)),
    rules: definedOf<RuleSetting>(policy.rules ?? {}),
    retryCap: { default: policy.retry_cap?.default ?? null, services: policy.retry_cap?.services ?? {} },
    minLinked: policy.min_linked ?? defaultMinLinked,
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
