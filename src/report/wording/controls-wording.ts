/** Sentences about what is controlled: frozen evidence, closes and their chain, drills, exceptions, append-only history, changes of rules. */
import type { Wording } from './template.ts';

export const controlsWording = {
  'evidence-contains-secret': {
    title: 'Evidence that holds a key, or what people wrote',
    sentence: 'The[ {layer}] file {file} holds {problem}[ (column {key})], in {count} {count:row|rows}; the value is not shown',
    remedy: 'Export it again without the column, or with another value in it. A key that stood in a file is to be revoked.',
  },
  'lock-broken': {
    title: 'A lock that cannot be trusted',
    sentence: 'The lock {file} cannot be trusted: {problem}[, {key}][; expected: {expected}][ ({detail})]',
    remedy: 'Restore the lock from git, or reopen the period and freeze again.',
  },
  'close-broken': {
    title: 'A close or reopening that cannot be trusted',
    sentence: 'The file {file} cannot be trusted: {problem}[, {key}][; expected: {expected}][ ({detail})]',
    remedy: 'Restore it from git; what was closed is changed by reopening it, not by editing.',
  },
  'close-chain-broken': {
    title: 'A break in the chain of closes',
    sentence: 'The file {file} does not fit the chain of closes: {problem}[, {other}]',
    remedy: 'Restore the file from git. Of two closes that follow the same one, take the later back and close its period again.',
  },
  'closed-file-changed': {
    title: 'A file of a closed period that changed',
    sentence: 'The file {file} of the closed period {period} is not what was approved[ with {close}]: {problem}[; first written by {written}]',
    remedy: 'Restore it from git, correct it in the next open period, or reopen the period.',
  },
  'close-not-rerun': {
    title: 'A close that could not be recomputed',
    sentence: 'The close {close} could not be recomputed: {problem}[, {file}][ ({detail})]',
    remedy: 'Fetch the whole history (fetch-depth: 0, lfs: true), or restore the file.',
  },
  'result-changed': {
    title: 'A close that a recomputation does not confirm',
    sentence: 'The close {close} states {closed}, recomputed is {recomputed}: {problem}[ (closed by version {closed_version}, recomputed by {version})]',
    remedy: 'Compare the two results; a close of other numbers is to be reopened and approved again.',
  },
  'in-transit-missing': {
    title: 'Requests in transit at the last close that are still not charged',
    sentence:
      '{count} {count:request that was|requests that were} in transit at the last close {count:is|are} still without a charge, {amount} in all; the oldest is {days} {days:day|days} old',
    remedy: 'Ask the provider, or wait for its next export; after 90 days they are no longer carried on.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

export const drillWording = {
  'drill-missing': {
    title: 'A drill that the policy requires has not been run',
    sentence: 'No drill of the kind {kind} had been run by the day of this run',
    remedy: 'Scaffold it with `trueup drill new {kind}`, run it against the provider and keep its evidence.',
  },
  'drill-stale': {
    title: 'A required drill is older than the policy allows',
    sentence: 'The newest drill of the kind {kind}, {drill}, was run on {run_on}, {days} {days:day|days} ago[; the limit is {limit}]',
    remedy: 'Run it again as a new drill, or allow a greater age under policy.drills.',
  },
  'drill-failed': {
    title: 'A drill does not show what it should show',
    sentence: 'The drill {drill} shows {key}: {found}, where {expected} is expected',
    remedy: 'If the expectation is right, the provider or the ledger is not as recorded: correct models, prices or contract; else correct the expectation.',
  },
  'fault-undetected': {
    title: 'A fault that was injected on purpose did not show',
    sentence: 'Of {injected} {injected:fault|faults} of the kind {kind} in the period {period}, {detected} showed as {signal}',
    remedy: 'Look whether a rule or threshold of the policy hides it; if not, please report it with the seed {seed}.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

export const exceptionWording = {
  'exception-used': {
    title: 'An exception covers part of a step',
    sentence:
      'The exception {exception} covers {amount} of {category} and uses {used} of its cap of {cap}; {left} is left[; of the counts it covers {count_used} of at most {count_cap}] (owner {owner}, ticket {ticket}, through {expires_on})',
    remedy: 'Nothing to do while {ticket} is open; remove the exception with its cause.',
  },
  'exception-unused': {
    title: 'An exception that covers nothing',
    sentence: 'The exception {exception} covers nothing of {category}[: what it speaks of is covered by {covered_by}] (owner {owner}, through {expires_on})',
    remedy: 'Correct its filters, or remove it if its cause is gone (ticket {ticket}).',
  },
  'exception-overdrawn': {
    title: 'More than an exception may cover',
    sentence:
      'The exception {exception} speaks of [{matched} of {category}, which is {amount} more than the {cap}][{matched_count} requests and charges of {category}, which is {count} more than the {count_cap}] that it may cover (owner {owner}, through {expires_on})',
    remedy: 'The rest is judged like anything else: look at {ticket} again before anybody raises the cap.',
  },
  'exception-overlap': {
    title: 'Two exceptions speak of the same money',
    sentence:
      '{amount} of what the exception {exception} speaks of in {category} was covered before by {covered_by}; no cent is counted twice (owner {owner}, ticket {ticket}, through {expires_on})',
    remedy: 'Nothing to do if both are meant; they apply in file order. Otherwise narrow their filters.',
  },
  'exception-expiring': {
    title: 'An exception is about to expire',
    sentence: 'The exception {exception} for {category} ends after {expires_on}, in {days_left} {days_left:day|days} (owner {owner})',
    remedy: 'Resolve {ticket}, or have the exception approved anew; after that day its money is unexplained again.',
  },
  'exception-expired': {
    title: 'An exception has expired',
    sentence: 'The exception {exception} for {category} ended after {expires_on} and covers nothing (owner {owner})',
    remedy: 'Remove it, or have it approved anew under {ticket}.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

export const historyWording = {
  'snapshot-changed': {
    title: 'A price snapshot that was changed, renamed or deleted',
    sentence: 'The price snapshot {file} was not left as it was: {problem}[, as {to}][; first written by {written}]',
    remedy: 'Restore it, and add a new dated snapshot; period.yaml says which one is in force from when.',
  },
  'mapping-removed': {
    title: 'A mapping in force in a closed period that was removed or altered',
    sentence: 'The mapping {name} for {model} was in force in the closed period {period}: {problem}[; first written by {written}]',
    remedy: 'Restore the row, retire it with valid_to on or after the last day of the period, and add a new row; or reopen the period.',
  },
  'contract-removed': {
    title: 'A contract item that a closed period rests on and that was removed or altered',
    sentence: 'The closed period {period} rests on the contract item {area}: {problem}[; first written by {written}]',
    remedy: 'Restore the item, retire it with expires_on, and add a new item for what holds now; or reopen the period.',
  },
  'approval-not-found': {
    title: 'A close without the approval that it states',
    sentence: 'The close {close} says that {login} approved it: {problem}[ ({detail})]',
    remedy: 'Let that person approve the head of the pull request, then run the check again.',
  },
  segregation: {
    title: 'A close that its own preparer approved',
    sentence: 'The close {close} is approved by {login}: {problem}[ (commit {commit})][ ({detail})]',
    remedy: 'Let somebody approve it who wrote neither the close nor the evidence.',
  },
} as const satisfies Readonly<Record<string, Wording>>;

export const changeWording = {
  'ledger-removed': {
    title: 'A ledger that the base has and the change lacks',
    sentence: 'The ledger {ledger} is gone',
    remedy: 'Restore it, with its id; a ledger may be moved, and an old one stays as a record.',
  },
  'period-removed': {
    title: 'A period that the base has and the change lacks',
    sentence: 'The period {period} is gone',
    remedy: 'Restore its folder; a period that was judged stays as a record.',
  },
  'base-unreadable': {
    title: 'The ledger of the base commit cannot be read',
    sentence: 'The [period {period} of the ]ledger {ledger} cannot be read as the base commit has it: its own rules judge the change',
    remedy: 'Review policy, contract and exceptions of this change with care: nothing earlier stands against them.',
  },
  'rules-loosened': {
    title: 'A change that loosens a rule',
    sentence: '{key} in {file} is looser: {before} → {after}',
    remedy: 'It is not in force for this change. Have reviewers decide about it by itself; once merged, it judges what comes after.',
  },
  'rules-changed': {
    title: 'A change of rules that cannot be told to be tighter',
    sentence:
      '{count} {count:rule|rules} in {file} {count:changes, and nothing says whether it is looser|change, and nothing says whether they are looser}: {keys}',
    remedy:
      '{count:It is|They are} not in force for this change. Have reviewers decide about {count:it by itself|them by themselves}; data that need {count:it|them} come after, in a change of their own.',
  },
  'new-period-terms': {
    title: 'A new period whose terms nothing in base confirms',
    sentence: 'The new period {period} says {term} {value}, where base has {before}',
    remedy:
      'Nothing of base stands for it: review it like an edit of the rules. If it is not meant, write what base has; a layer that is gone needs its reason.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
