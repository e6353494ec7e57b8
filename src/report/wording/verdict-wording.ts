/** Sentences about sums, thresholds and what the run could not do. */
import type { Wording } from './template.ts';

export const verdictWording = {
  'unexplained-step': {
    title: 'A step of the bridge that nothing explains',
    sentence:
      'The step {step} holds {amount} that nothing explains ({count} requests and charges, {increase} up, {decrease} down[; exceptions cover {excepted}])',
    remedy: 'Follow the samples with `trueup explain`; what is known belongs into a reviewed exception.',
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
    sentence: '{scope}: {value} is above {threshold} ({rule})',
    remedy: 'Bring it down by {distance}, or move the threshold in a reviewed change.',
  },
  'threshold-counts': {
    title: 'More unexplained requests and charges than the counts may have',
    sentence: '{value} unexplained requests and charges are more than {threshold} ({rule})',
    remedy: 'Explain at least {distance} of them; counts come before costs.',
  },
  residual: {
    title: 'The invoice does not add up',
    sentence: 'The stated total differs from the sum of the lines by {amount}',
    remedy: 'Complete the lines of invoice.yaml from the document, to the digit.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
