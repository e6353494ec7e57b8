/** Sentences about exceptions: what they cover, and what is wrong with them. */
import type { Wording } from './template.ts';

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
