/** What became of a row, in words. */
import type { Layer } from '../../model/evidence.ts';
import { formatInstant } from '../../model/instant.ts';
import type { TraceRow } from '../../model/trace.ts';
import { placeOf, ruleOf, shown, type Case } from './case.ts';

const ofLogs: Readonly<Record<string, string>> = {
  duplicate: 'repeats the attempt of an earlier row with the same request_id and attempt: counted as a duplicate, and takes part in nothing else',
  'export-duplicate': 'the same row exported twice, equal in every column: one is kept, this one only counted',
  first: 'the first row: its names decide the expected model',
  final: 'the final row: its tokens, time and status decide the expected cost, the period and the scope',
  'token-data-error': 'its token counts contradict each other, so they count as missing',
};

const ofProvider: Readonly<Record<string, string>> = {
  duplicate: 'repeats the identity of an earlier charge: a duplicate charge, its money goes to the step duplicate',
  'export-duplicate': 'the same row exported twice, equal in every column: one is kept, this one only counted, without money',
  'refund-repeated': 'a refund that repeats another one; it stays in the sum',
  charge: 'a charge: something the provider accepted and may bill',
  serving: 'the serving charge: the one that answered the request',
  unbacked: 'no logged attempt of ours stands behind it',
  refund: 'a refund: its amount goes to the step refund',
  adjustment: 'a refund or adjustment that no charge stands for: its amount goes to the step adjustment',
  error: 'an error without an amount: no charge, only counted by status',
  'token-data-error': 'its token counts contradict each other, so they count as missing',
};

/** One clause for each role, in order. */
export function roleWords(given: Case, row: TraceRow): string[] {
  const aside = row.roles.find((role) => role.startsWith('set-aside:'));
  // A row that was set aside is nothing else any more.
  if (aside !== undefined) return [`set aside, no part of the bridge: ${asideReason(given, row, aside.slice('set-aside:'.length))}`];
  return row.roles.filter((role) => !(row.layer === 'gateway' && (role === 'first' || role === 'final'))).map((role) => wordsFor(row.layer, role));
}

function wordsFor(layer: Layer, role: string): string {
  if (layer === 'provider') return ofProvider[role] ?? shown(role);
  if (role === 'logged') return `an attempt that the ${layer} logged`;
  return ofLogs[role] ?? shown(role);
}

function asideReason({ period, judgedEnd }: Case, { values }: TraceRow, reason: string): string {
  const declared = `(${placeOf(period.source)})`;
  switch (reason) {
    case 'period':
      return `its time ${shown(values.timestamp_utc)} is outside ${formatInstant(period.start)} to ${formatInstant(judgedEnd)} ${declared}`;
    case 'account':
      return `its account ${shown(values.account_ref)} is not ${shown(period.accountRef)} ${declared}`;
    case 'environment':
      return `its environment ${shown(values.environment)} is not ${shown(period.environment)} ${declared}`;
    case 'model':
      return `its model ${shown(values.model_billed)} is not among the period's models, and it links to no counted request ${declared}`;
    default:
      return shown(reason);
  }
}

/** The rule for a charge's status, as a clause: `status error is not-billable (contract.yaml:11)`. */
export function ruleClause(given: Case, ownStatus: string | null): string {
  const { status } = ruleOf(given, ownStatus);
  const borrowed = ownStatus === null && status !== '(none)' ? 'it has no status of its own, and in the final row ' : '';
  return borrowed + clauseOf(given, ownStatus);
}

/** The rule for the final row's status, as a clause. */
export function finalRuleClause(given: Case): string {
  return clauseOf(given, null);
}

function clauseOf(given: Case, ownStatus: string | null): string {
  const { status, rule, place } = ruleOf(given, ownStatus);
  const words = { billable: 'billable', 'not-billable': 'not billable', unverified: 'unverified, which counts as billable' }[rule];
  return `status ${status} is ${words} (${place})`;
}
