/** `controls` of the runbook → the policy of `trueup.yaml`. What cannot be adopted is reported. */
import { type Fields, plainDecimal, type RunbookFile } from './runbook-file.ts';
import { formatMoney, Money, parseMoney } from '../../../model/money.ts';

type Level = 'total' | 'model' | 'counts';
type Policy = Record<string, unknown>;

/** The runbook's flat controls, by what they limit. */
const limits: readonly (readonly [level: Level, pattern: RegExp])[] = [
  ['counts', /^(max_)?(allowed_)?(request_)?count_(variance|difference)/],
  ['counts', /^(max_)?(allowed_)?requests?_(variance|difference)/],
  ['model', /^(max_)?(allowed_)?(per_)?model_(level_)?(cost_)?(variance|difference)/],
  ['total', /^(max_)?(allowed_)?(unexplained_)?(total_)?(cost_|spend_|invoice_)?(variance|difference)/],
];
/** Controls that Trueup always has; to switch one off cannot be adopted. */
const alwaysOn = /^fail_on_(unknown_model|unmapped_model|missing_(token_)?usage|unpriced(_model)?|unverified_(pricing|price|snapshot)|placeholder)s?$/;

export interface ImportedControls {
  readonly policy: Policy;
  /** What the runbook remarks on its controls; it stands above them in `trueup.yaml`. */
  readonly notes: readonly string[];
}

export function importControls(file: RunbookFile, controls: Fields | null): ImportedControls {
  const policy: Policy = {};
  if (controls === null) return { policy, notes: [] };
  const notes = notesOf(controls);
  adoptPolicyBlocks(controls, policy);
  const thresholds = controls.object('thresholds', 'variance_thresholds');
  if (thresholds !== null) {
    adoptPolicyBlocks(thresholds, policy);
    adoptLimits(thresholds, policy);
    thresholds.finish();
  }
  adoptLimits(controls, policy);
  judgeSwitches(file, controls);
  controls.finish();
  return { policy, notes };
}

/** `variance_threshold_note` and its like are words for people. */
function notesOf(controls: Fields): string[] {
  const keys = controls.leftovers().map(({ key }) => key);
  const notes = keys.filter((key) => /(^|_)notes?$/.test(key)).flatMap((key) => controls.text(key) ?? []);
  const examples = keys.filter((key) => key.includes('_example_')).map((key) => `${key} is an example of the runbook, to be tuned.`);
  return [...examples, ...notes];
}

/** Blocks that are already spelled as in `trueup.yaml`. */
function adoptPolicyBlocks(fields: Fields, policy: Policy): void {
  const trivial = fields.text('ignore_below');
  if (trivial !== null) policy['ignore_below'] = plainDecimal(trivial);
  for (const key of ['total', 'model', 'counts'] as const) {
    const block = fields.object(key);
    if (block !== null) policy[key] = levelOf(block);
  }
  const cap = fields.text('retry_cap', 'max_retry_amplification', 'retry_amplification_limit', 'max_charges_per_request');
  if (cap !== null) policy['retry_cap'] = { default: plainDecimal(cap) };
  const linked = fields.text('min_linked', 'min_linked_percent');
  if (linked !== null) policy['min_linked'] = plainDecimal(linked);
}

function levelOf(block: Fields): Policy {
  const level: Policy = {};
  for (const verdict of ['warn', 'fail']) {
    const threshold = block.object(verdict);
    if (threshold === null) continue;
    const values = ['amount', 'percent']
      .map((key) => [key, threshold.text(key)] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== null);
    threshold.finish();
    if (values.length > 0) level[verdict] = Object.fromEntries(values.map(([key, value]) => [key, plainDecimal(value)]));
  }
  block.finish();
  return level;
}

/** `max_total_variance_percent: 1.0` and its like: `_percent` and `_pct` are percent, `_ratio` a fraction, `_amount` and `_usd` money; `warn` in the name warns. */
function adoptLimits(fields: Fields, policy: Policy): void {
  for (const { key } of fields.leftovers()) {
    const verdict = /(^|_)warn(ing)?(_|$)/.test(key) ? 'warn' : 'fail';
    const plain = key.replaceAll(/(^|_)(warn(ing)?|fail|threshold|max)(?=_|$)/g, '').replace(/^_/, '');
    const level = limits.find(([, pattern]) => pattern.test(plain))?.[0];
    const unit = /_(percent|pct|ratio|amount|usd)$/.exec(plain)?.[1];
    if (level === undefined || unit === undefined) continue;
    const taken = fields.take(key);
    if (taken === null || taken.value.kind !== 'text' || taken.value.value === null) {
      if (taken !== null) fields.refuse(taken, 'a number');
      continue;
    }
    setLimit(policy, level, verdict, unit, plainDecimal(taken.value.value));
  }
}

function setLimit(policy: Policy, level: Level, verdict: string, unit: string, value: string): void {
  const levels = (policy[level] ??= {}) as Record<string, Record<string, string>>;
  const threshold = (levels[verdict] ??= {});
  const fraction = unit === 'ratio' ? parseMoney(value) : null;
  if (unit === 'amount' || unit === 'usd') threshold['amount'] = value;
  else threshold['percent'] = fraction === null ? value : formatMoney(fraction.times(new Money(100)));
}

function judgeSwitches(file: RunbookFile, controls: Fields): void {
  for (const { key } of controls.leftovers()) {
    if (!alwaysOn.test(key)) continue;
    const taken = controls.take(key);
    if (taken === null) continue;
    const value = taken.value.kind === 'text' ? taken.value.value : null;
    if (value === 'true') continue;
    file.report('import-unknown-model-control', 'warn', taken.keyOffset, { key: controls.pathTo(key), value: `${key}: ${value ?? 'null'}` });
  }
}
