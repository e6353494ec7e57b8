/** Sentences about frozen evidence, closes and their chain. */
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
