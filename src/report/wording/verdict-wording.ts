/** Sentences about sums, thresholds and what the run could not do. */
import type { Wording } from './template.ts';

export const verdictWording = {
  'unexplained-step': {
    title: 'A step of the bridge that nothing explains',
    sentence:
      'The step {step} holds {amount} that nothing explains ({count} requests and charges, {increase} up, {decrease} down[; exceptions cover {excepted}])[; by model {models}][; by service {services}][; owned by {owners}]',
    remedy: 'Follow the samples with `trueup explain`; what is known belongs into a reviewed exception.',
  },
  'nothing-to-reconcile': {
    title: 'No rows at all',
    sentence: 'No layer of the period {period} holds a row: nothing was compared',
    remedy: 'Export the evidence of the period; if there was no traffic, there is nothing to close.',
  },
  'coverage-low': {
    title: 'Too little was compared to judge the bill',
    sentence:
      '{compared} of {charges} charges were held against {requests} counted requests[, {set_aside} provider rows are set aside][; accounts: {accounts}][; environments: {environments}][; keys: {keys}][; models: {models}]',
    remedy: 'Spell account_ref, environment and models in period.yaml as the rows do, and export all layers for the same interval and scope.',
  },
  leak: {
    title: 'Spending that nobody of ours logged',
    sentence: '{count} charges of {amount} belong to no request of ours, while what we logged is found at the provider: {spent}',
    remedy: 'Find out who holds the key, block it if nobody does, and log its traffic if it is ours.',
  },
  'linkage-low': {
    title: 'Too many rows that do not link',
    sentence: '{value} {fact} are more than {threshold} ({rule}): the join is wrong, not the bill',
    remedy: 'Compare the shapes of the ids in each layer and correct the columns of the format.',
  },
  'cross-foot': {
    title: 'A sum that should hold does not',
    sentence: '{what}: the whole is {whole}, its parts sum to {parts}',
    remedy: 'This is an error of the tool. Please report it with the ledger if you can share it.',
  },
  'engine-failure': {
    title: 'The rows could not be reconciled',
    sentence: 'The run stopped before it could judge[: {problem}]',
    remedy: 'Correct the other findings first; if there are none, please report this.',
  },
  'engine-missing': {
    title: 'The native engine could not be had',
    sentence: 'The rows were not read: {problem}[ ({detail})][, in {folder}]',
    remedy:
      'Let the runner reach its package registry, or install the engine beforehand: run `npm ci --omit=dev` where Trueup lies, or run `npm ci --omit=dev --ignore-scripts` in a copy of its folder `engine` and keep that copy in the tool cache of the runner as the folder that is named, or use a container image with either.',
  },
  'threshold-total': {
    title: 'More unexplained money than the total or a service may have',
    sentence: '{scope}: {value} unexplained is above {threshold} ({rule}[; override {override}])',
    remedy: 'Explain or claim {distance} of it; the largest steps come first below.',
  },
  'threshold-model': {
    title: 'More unexplained money than a model may have',
    sentence: '{scope}: {value} unexplained is above {threshold} ({rule}[; override {override}])',
    remedy: 'Explain or claim {distance} of it; by_model has its bridge.',
  },
  'threshold-category': {
    title: 'More money in a step than its category may have',
    sentence: '{scope}: {value} is above {threshold} ({rule}[, the {origin} level])',
    remedy: 'Bring it down by {distance}, or state a level of your own under policy.categories in a reviewed change.',
  },
  'threshold-counts': {
    title: 'More unexplained requests and charges than the counts may have',
    sentence: '{value} unexplained requests and charges are more than {threshold} ({rule})',
    remedy: 'Explain at least {distance} of them; counts come before costs. What is known goes into a reviewed exception with max_count.',
  },
  residual: {
    title: 'The invoice does not add up',
    sentence: 'The stated total differs from the sum of the lines by {amount}',
    remedy: 'Complete the lines of invoice.yaml from the document, to the digit.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
