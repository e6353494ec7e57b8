/** Sentences about what a change may not do to the past, and about who approves a close. */
import type { Wording } from './template.ts';

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
