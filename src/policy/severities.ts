/** How far `rules` may move the severity that a finding has by itself; and one cause, one finding: where two say the same, the one that names the cause stays. */
import { defaultSeverities, failClosedCodes, type Finding, type FindingCode, severities, type Severity } from '../model/finding.ts';
import type { RuleSetting } from '../model/policy.ts';

/** Codes that follow from the policy's own thresholds: to move them, move the threshold. */
const thresholdCodes: readonly FindingCode[] = ['threshold-total', 'threshold-model', 'threshold-category', 'threshold-counts'];

/** Who approves is for the team to say: a team of one has nobody else. They fail unless the policy in force, which is base's, says otherwise. */
const approvalCodes: readonly FindingCode[] = ['approval-not-found', 'segregation'];

/** What a change does to the rules is never a silent green, whatever the rules say of it. */
const ruleCodes: readonly FindingCode[] = ['rules-loosened', 'rules-changed', 'new-period-terms'];

/** True when `rules` may say this of the code. Raising is always allowed; what fails by itself is never lowered, save to quarantine where the code fails closed. */
export function isAllowed(code: FindingCode, setting: RuleSetting): boolean {
  if (approvalCodes.includes(code)) return true;
  if (failClosedCodes.includes(code)) return setting === 'fail' || setting === 'quarantine';
  if (thresholdCodes.includes(code)) return setting === 'fail';
  if (ruleCodes.includes(code)) return gravityOf(setting) >= gravityOf('warn');
  return gravityOf(setting) >= gravityOf(defaultSeverities[code]) || gravityOf(defaultSeverities[code]) <= gravityOf('warn');
}

/** The finding under the policy's setting; null when it is ignored. A finding graver than its code's default is not lowered below it. */
export function settle(found: Finding, setting: RuleSetting | undefined): Finding | null {
  if (setting === undefined || !isAllowed(found.code, setting)) return found;
  const raised = gravityOf(setting) > gravityOf(found.severity);
  const yields = failClosedCodes.includes(found.code) || approvalCodes.includes(found.code);
  const movable = found.severity !== 'inconclusive' && (found.severity !== 'fail' || yields);
  if (!raised && !movable) return found;
  return setting === 'ignore' ? null : { ...found, severity: setting };
}

function gravityOf(severity: Severity | RuleSetting): number {
  return severity === 'ignore' ? -1 : severities.indexOf(severity);
}

interface Repetition {
  readonly repeated: FindingCode;
  readonly by: FindingCode;
  readonly isSame: (repeated: Finding, by: Finding) => boolean;
  /** What the finding that stays says of the other. */
  readonly words: (repeated: Finding) => Readonly<Record<string, string>>;
}

const nothing = () => ({});

const repetitions: readonly Repetition[] = [
  // Where buckets are cut otherwise, what lies in them cannot meet.
  { repeated: 'coverage-low', by: 'bucket-straddles', isSame: () => true, words: nothing },
  { repeated: 'linkage-low', by: 'bucket-straddles', isSame: () => true, words: nothing },
  // Where ids do not join, too little is compared: the ids are the cause.
  {
    repeated: 'coverage-low',
    by: 'linkage-low',
    isSame: () => true,
    words: ({ args: { compared = '', charges = '' } }) => ({ compared, comparable: charges }),
  },
  // Where the ids of all do not join, single pairs say nothing more.
  { repeated: 'likely-broken-join', by: 'linkage-low', isSame: () => true, words: nothing },
  { repeated: 'duplicate-charge', by: 'conflicting-duplicate', isSame: areSameRows, words: nothing },
  { repeated: 'period-partial', by: 'provider-not-final', isSame: (repeated, by) => repeated.args['judged_end'] === by.args['judged_end'], words: nothing },
];

/** Never better than before: what is left out is no graver than what stays. */
export function oncePerCause(findings: readonly Finding[]): Finding[] {
  let left = [...findings];
  for (const { repeated, by, isSame, words } of repetitions) {
    for (const kept of left.filter(({ code }) => code === by)) {
      const same = left.find((one) => one.code === repeated && rank(one) <= rank(kept) && isSame(one, kept));
      if (same === undefined) continue;
      left = left.filter((one) => one !== same).map((one) => (one === kept ? { ...kept, args: { ...kept.args, ...words(same) } } : one));
    }
  }
  return left;
}

function rank({ severity }: Finding): number {
  return severities.indexOf(severity);
}

/** As many rows of the same layer, with the same first one. */
function areSameRows(one: Finding, other: Finding): boolean {
  return one.count === other.count && one.args['layer'] === other.args['layer'] && one.samples[0] === other.samples[0];
}
