/** Whether an edited rule lets more through than before: one judge per key; what no judge can tell is changed, which nobody takes for well. Pure. */
import { defaultSeverities } from '../model/finding.ts';
import type { RuleDifference, RuleDirection } from '../model/gate.ts';
import { isDay, parseDuration, parseInstant, startOfDay } from '../model/instant.ts';
import { kindOf } from '../model/layout.ts';
import { categories, type Category } from '../model/policy.ts';
import { defaultBound } from './weigh-levels.ts';
import { bound, effective, type Judge, listed, lowered, presence, raised, ranked, type RuleSides, timed, turned } from './direction-judges.ts';

/** A path, whose `*` is any one member, and what judges a difference there. */
type Judged = readonly [path: string, judge: Judge];

const settingWords = ['ignore', 'info', 'warn', 'quarantine', 'fail', 'inconclusive'];
const never: Judge = () => 'neutral';
/** A filter that comes narrows what it filters, one that goes widens it. */
const filter = presence('tightened', 'loosened');
const dayOf = (text: string): bigint | null => (isDay(text) ? startOfDay(text) : null);
const expiry = timed(dayOf, { added: 'tightened', removed: 'loosened' });

const settings: readonly Judged[] = [
  ['publish', never],
  ['price_authority', presence('tightened', 'loosened')],
  // No verdict is reached where a change says (docs/trino.md).
  ['engine', never],
  ['engine.trino', never],
  ['engine.trino.*', never],
  ['policy.ignore_below', effective(({ ignoreBelow }) => ignoreBelow, raised)],
  ['policy.min_linked', effective(({ minLinked }) => minLinked, lowered)],
  ['policy.min_compared', effective(({ minCompared }) => minCompared, lowered)],
  ['policy.max_delay', effective(({ maxDelay }) => maxDelay, raised)],
  ['policy.gross', ranked(['cells', 'parts'], 'parts')],
  ['policy.keep_results', never],
  ['policy.total.*.*', bound],
  ['policy.model.*.*', bound],
  ['policy.counts.*.*', bound],
  ['policy.categories.*.*.*', categoryLevel],
  ['policy.overrides.*', presence('loosened', 'changed')],
  ['policy.overrides.*.require', ranked(['both', 'any'], 'any')],
  // With `require: both` a further bound is looser, with `any` tighter.
  ['policy.overrides.*.*.*', (difference, sides) => (difference.was === undefined || difference.is === undefined ? 'changed' : bound(difference, sides))],
  ['policy.rules.*', (difference, sides) => ranked(settingWords, severityOf(difference))(difference, sides)],
  ['policy.drills.required', listed('tightened', 'loosened')],
  ['policy.drills.max_age_days', effective(({ drills }) => drills?.maxAgeDays ?? null, raised)],
  ['policy.drills.missing', ranked(settingWords, 'warn')],
  ['policy.retry_cap.default', effective(({ retryCap }) => retryCap.default, raised)],
  ['policy.retry_cap.services.*', effective(({ retryCap }, service) => retryCap.services[service] ?? retryCap.default, raised)],
  ['policy.volume.requests_percent', effective(({ volume }) => volume?.requestsPercent ?? null, raised)],
  ['policy.volume.tokens_percent', effective(({ volume }) => volume?.tokensPercent ?? null, raised)],
  ['policy.volume.min_requests', effective(({ volume }) => volume?.minRequests ?? null, raised)],
  // A reference that comes lets invoices be compared, and their rates be explained.
  ['policy.fx.*.reference', presence('loosened', 'tightened')],
  // The same of rows that are converted.
  ['policy.fx.*.evidence_reference', presence('loosened', 'tightened')],
  ['policy.fx.*.tolerance_percent', ({ was, is, ...rest }, sides) => bound({ ...rest, was: was ?? '0', is: is ?? '0' }, sides)],
  ['policy.budget', presence('tightened', 'loosened')],
  ['policy.budget.*', presence('tightened', 'loosened')],
  ['policy.budget.*.amount', bound],
  ['policy.budget.*.warn_percent', ({ was, is, ...rest }, sides) => bound({ ...rest, was: was ?? '80', is: is ?? '80' }, sides)],
  ['policy.budget.*.over', ranked(['warn', 'fail'], 'warn')],
];

const contract: readonly Judged[] = [
  ['billing.statuses.*', ranked(['not-billable', 'billable', 'unverified'], 'unverified')],
  // Without the rule no rounding is explained.
  ['billing.invoice_rounding.quantum', ({ was, is, ...rest }, sides) => bound({ ...rest, was: was ?? '0', is: is ?? '0' }, sides)],
  ['billing.invoice_rounding.mode', presence('neutral', 'neutral')],
  ['billing.invoice_rounding.per', ranked(['line', 'total'], 'total')],
  ['billing.tiers', ranked(['provider-decides', 'as-requested'], 'as-requested')],
  ['billing.advisors', listed('loosened', 'tightened')],
  ['billing.client_stopped', ranked(['provider-counts', 'unverified'], 'unverified')],
  ['billing.client_stopped.*', ranked(['provider-counts', 'unverified'], 'unverified')],
  // Without a fee nothing is explained of what a covered call is charged all the same.
  ['billing.covered.*.fee', presence('loosened', 'tightened')],
  ['items.*', ({ was, is }) => (isVerified(was) === isVerified(is) ? 'neutral' : isVerified(is) ? 'loosened' : 'tightened')],
  ['items.*.status', ranked(['verified', 'unverified'], 'unverified')],
  ['items.*.proved_by', presence('loosened', 'tightened')],
  ['items.*.expires_on', expiry],
  ['items.*.detail', never],
  ['items.*.source', never],
];

const models: readonly Judged[] = [
  ['mappings.*', (difference, sides) => (isFallback(difference.was ?? difference.is) ? presence('loosened', 'tightened')(difference, sides) : 'changed')],
  ['mappings.*.owner', never],
  ['mappings.*.price_snapshot', never],
];

const period: readonly Judged[] = [
  ['start_utc', timed(parseInstant, { added: 'changed', removed: 'changed' })],
  ['end_utc', turned(timed(parseInstant, { added: 'changed', removed: 'changed' }))],
  // Narrower: what is left out is set aside.
  ['environment', presence('loosened', 'tightened')],
  ['models', ({ was, is, ...rest }, sides) => scopeJudge(listOf(was), listOf(is))({ was, is, ...rest }, sides)],
  ['keys', ({ was, is, ...rest }, sides) => scopeJudge(listOf(was), listOf(is))({ was, is, ...rest }, sides)],
  ['stage', stageJudge],
  ['ignored_files.*', presence('loosened', 'tightened')],
  ['ignored_files.*.reason', never],
  ['evidence.*', presence('changed', 'loosened')],
  ['evidence.*.files', () => 'loosened'],
  ['evidence.*.rows', ranked(['final-only', 'attempts'], 'attempts')],
  ['evidence.*.delay', ({ was, is }) => raised(durationOf(was), durationOf(is))],
  ['evidence.*.finalized_through_utc', turned(timed(parseInstant, { added: 'changed', removed: 'tightened' }))],
];

const exceptions: readonly Judged[] = [
  ['exceptions.*', presence('loosened', 'tightened')],
  ['exceptions.*.max_amount', bound],
  ['exceptions.*.max_count', ({ was, is, ...rest }, sides) => bound({ ...rest, was: was ?? '0', is: is ?? '0' }, sides)],
  ['exceptions.*.expires_on', expiry],
  ['exceptions.*.model', filter],
  ['exceptions.*.service', filter],
  [
    'exceptions.*.request_ids',
    (difference, sides) => (Array.isArray(difference.was) && Array.isArray(difference.is) ? listed('loosened', 'tightened') : filter)(difference, sides),
  ],
  ['exceptions.*.from_utc', turned(timed(parseInstant, { added: 'loosened', removed: 'tightened' }))],
  ['exceptions.*.to_utc', timed(parseInstant, { added: 'tightened', removed: 'loosened' })],
  ...['reason', 'ticket', 'owner', 'approved_by'].map((key): Judged => [`exceptions.*.${key}`, never]),
];

/** By the kind of the file; a format has no judge, since no key of it says which way it goes. */
const byKind = new Map<string | null, readonly Judged[]>(Object.entries({ settings, contract, models, period, exceptions }));

export function ruleDirection(file: string, difference: RuleDifference, sides: RuleSides): RuleDirection {
  const judged = byKind.get(kindOf(file)) ?? [];
  return judged.find(([path]) => fits(path.split('.'), difference.path))?.[1](difference, sides) ?? 'changed';
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((member, index) => member === '*' || member === path[index]);
}

/** A level that comes or goes takes the place of a built-in one, or gives it back: then amount and percent are weighed together. */
function categoryLevel({ path: [, , category = '', name = '', key = ''] }: RuleDifference, { base, head }: RuleSides): RuleDirection {
  const isKnown = (word: string): word is Category => (categories as readonly string[]).includes(word);
  if (!isKnown(category) || (name !== 'warn' && name !== 'fail')) return 'changed';
  const stated = [base, head].map((policy) => policy.categories[category]?.[name] ?? null);
  const [before, after] = stated.map((level) => level ?? defaultBound(category, name));
  const weigh = (of: 'amount' | 'percent'): RuleDirection => raised(before?.[of] ?? null, after?.[of] ?? null);
  if (!stated.includes(null)) return key === 'amount' || key === 'percent' ? weigh(key) : 'changed';
  const both = [weigh('amount'), weigh('percent')];
  return both.find((direction) => direction === 'loosened') ?? both.find((direction) => direction === 'tightened') ?? 'neutral';
}

function severityOf({ path }: RuleDifference): string {
  return new Map<string, string>(Object.entries(defaultSeverities)).get(path.at(-1) ?? '') ?? '';
}

/** null = all. */
function listOf(scope: unknown): readonly unknown[] | null {
  return Array.isArray(scope) ? scope : null;
}

function scopeJudge(before: readonly unknown[] | null, after: readonly unknown[] | null): Judge {
  if (before === null || after === null) return () => (before === after ? 'neutral' : after === null ? 'tightened' : 'loosened');
  return listed('tightened', 'loosened');
}

/** At stage usage nothing beside the rows is held against them; an invoice and a balance are different witnesses, neither looser than the other. */
function stageJudge({ was, is, ...rest }: RuleDifference, sides: RuleSides): RuleDirection {
  const [before, after] = [was, is].map((stage) => (stage === 'usage' ? 'usage' : 'final'));
  return was !== is && before === after ? 'changed' : ranked(['usage', 'final'], 'final')({ ...rest, was: before, is: after }, sides);
}

/** Without a delay nothing is in transit before the provider's finality. */
function durationOf(delay: unknown): bigint {
  return typeof delay === 'string' ? (parseDuration(delay) ?? 0n) : 0n;
}

function isVerified(item: unknown): boolean {
  return wordOf(item, 'status') === 'verified';
}

function isFallback(mapping: unknown): boolean {
  return wordOf(mapping, 'role') === 'fallback';
}

function wordOf(element: unknown, key: string): unknown {
  return typeof element === 'object' && element !== null && Object.hasOwn(element, key) ? (element as Readonly<Record<string, unknown>>)[key] : undefined;
}
