/** The shape of `trueup.yaml`: identity and policy. */
import type { z } from 'zod';
import { choice, count, currency, dictionary, duration, list, name, nonNegative, percent, positive, record, text } from './scalars.ts';
import { failClosedCodes } from '../../model/fail-closed-codes.ts';
import { type FindingCode, findingCodes } from '../../model/finding-code.ts';
import { categories, type Category, drillKinds } from '../../model/policy.ts';

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

/** Above 100 no run could ever reach it. */
const share = percent.refine((value) => value.lessThanOrEqualTo(100), { error: 'a percentage of at most 100' });

const setting = choice('ignore', 'info', 'warn', 'quarantine', 'fail');
const closedSetting = choice('quarantine', 'fail');
const ruleShape = Object.fromEntries(
  findingCodes.map((code) => [code, failClosedCodes.includes(code) ? closedSetting.optional() : setting.optional()]),
) as Record<FindingCode, z.ZodOptional<typeof setting>>;

export const settingsSchema = record({
  version: choice('1').meta({ alsoWritten: 'integer', enum: ['1', 1] }),
  id: name,
  provider: name,
  currency,
  publish: choice('public', 'restricted').optional(),
  policy: record({
    ignore_below: nonNegative.optional(),
    total: level.optional(),
    model: level.optional(),
    categories: record(
      Object.fromEntries(categories.map((category) => [category, level.optional()])) as Record<Category, z.ZodOptional<typeof level>>,
    ).optional(),
    counts: level.optional(),
    overrides: list(override).optional(),
    rules: record(ruleShape).optional(),
    drills: record({ required: list(choice(...drillKinds)).optional(), max_age_days: count.optional(), missing: setting.optional() }).optional(),
    retry_cap: record({ default: positive.optional(), services: dictionary(positive).optional() }).optional(),
    volume: volume.optional(),
    min_linked: percent.optional(),
    min_compared: share.optional(),
    max_delay: duration.optional(),
    gross: choice('parts', 'cells').optional(),
  }),
}).describe('trueup.yaml: the ledger’s identity and policy');
export type SettingsFile = z.output<typeof settingsSchema>;
export type LevelFile = z.output<typeof level>;
export type ThresholdFile = z.output<typeof threshold>;
