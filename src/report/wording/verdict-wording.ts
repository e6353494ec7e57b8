/** Words for what a run holds against its rules, and for what it could not do. */
import type { Wording } from './template.ts';

export const verdictWording = {
  'unexplained-step': {
    title: 'A step of the bridge that nothing explains',
    sentence:
      'The step {step} holds [{currency} ]{amount} that nothing explains ({count} {count:request or charge|requests and charges}, {increase} up, {decrease} down[; exceptions cover {excepted} more])[; by model: {models}][; by service: {services}][; owned by {owners}]',
    remedy: 'Follow its requests with `trueup explain`; what is known belongs into a reviewed exception.',
  },
  'nothing-to-reconcile': {
    title: 'No rows at all',
    sentence: 'No layer of the period {period} holds a row: nothing was compared',
    remedy: 'Export the evidence of the period; if there was no traffic, there is nothing to close.',
  },
  'coverage-low': {
    title: 'Too little was compared to judge the bill',
    sentence:
      '{compared} of {charges} {charges:charge was|charges were} held against {requests} counted {requests:request|requests}[, {set_aside} provider {set_aside:row is|rows are} set aside][; accounts: {accounts}][; environments: {environments}][; keys: {keys}][; models: {models}]',
    remedy: 'Spell account_ref, environment, keys and models in period.yaml as the rows do, and export all layers for the same interval and scope.',
    when: {
      'no-application': {
        sentence:
          'The application keeps no log: {charges} {charges:charge rests|charges rest} on the word of the provider alone, and {compared} of them could be held against {requests} requests of ours',
        remedy:
          'Name a log of the application, or of a proxy or tracing tool beside it, as evidence of the layer application; docs/usage-pull.md says what a month without one can show.',
      },
    },
  },
  leak: {
    title: 'Spending that nobody of ours logged',
    sentence: '{count} {count:charge|charges} of {amount} {count:belongs|belong} to no request of ours, while what we logged is found at the provider: {spent}',
    remedy: 'Find out who holds the key, block it if nobody does, and log its traffic if it is ours.',
  },
  'linkage-low': {
    title: 'Too many rows that do not link',
    sentence:
      'The join is wrong, not the bill[: {charges} {charges:charge has no request of ours, and the limit is|charges have no request of ours, and the limit is} {charges_threshold} ({charges_rule})][; {requests} {requests:request has no charge, and the limit is|requests have no charge, and the limit is} {requests_threshold} ({requests_rule})][; request_id of the application looks like {application_request_id}][; provider_request_id of the application like {application_provider_request_id}][; request_id of the gateway like {gateway_request_id}][; provider_request_id of the gateway like {gateway_provider_request_id}][; request_id of the provider like {provider_request_id}][; provider_request_id of the provider like {provider_provider_request_id}][; {compared} of {comparable} charges were compared]',
    remedy: 'Let the format of each layer name the columns whose ids look alike, and log the id that the provider returned.',
    when: {
      'without-bucket': {
        sentence:
          '{requests} {requests:attempt of ours lies|attempts of ours lie} where the provider has no bucket, and the limit is {requests_threshold} ({requests_rule})[; {compared} of {comparable} of its rows were compared]',
        remedy:
          'Export every day of the period, and let the zone and by of the bucket in period.yaml say how the export is cut; keys and models are spelt as our log spells them.',
      },
      'without-line': {
        sentence:
          '{requests} {requests:attempt of ours is|attempts of ours are} of models that no line of the invoice bills, and the limit is {requests_threshold} ({requests_rule})[; {compared} of {comparable} of its lines were compared]',
        remedy:
          'Copy every usage line of the document into invoice.yaml, each with the billable_model that models.yaml maps our requests to; what the provider bills later belongs into a reviewed exception.',
      },
    },
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
  'cluster-failure': {
    title: 'The cluster could not reconcile the rows',
    sentence: 'The run stopped before it could judge: {problem}',
    remedy:
      'Look whether the cluster answers, whether its user may make schemas and tables in the catalog, and whether both see the same folder, and run again; or reconcile without `--engine trino`.',
  },
  'engine-missing': {
    title: 'The native engine could not be had',
    sentence: 'The rows were not read: {problem}[ ({detail})][, in {folder}]',
    remedy:
      'Let the runner reach its package registry, or install the engine beforehand: run `npm ci --omit=dev` where Trueup lies, or run `npm ci --omit=dev --ignore-scripts` in a copy of its folder `engine` and keep that copy in the tool cache of the runner as the folder that is named, or use a container image with either.',
  },
  'threshold-total': {
    title: 'More unexplained money than the total or a service may have',
    sentence: '{scope} has {value} unexplained, above the limit of {threshold} (rule: {rule}[; override {override}])',
    remedy: 'Explain or claim back at least {distance} of it, the largest steps of the bridge first.',
  },
  'threshold-model': {
    title: 'More unexplained money than a model may have',
    sentence: '{scope} has {value} unexplained, above the limit of {threshold} (rule: {rule}[; override {override}])',
    remedy: 'Explain or claim back at least {distance} of it; by_model in the result has its bridge.',
  },
  'threshold-category': {
    title: 'More money in a step than its category may have',
    sentence: '{scope} holds {value}, above the limit of {threshold} (rule: {rule}[, the {origin} level])',
    remedy: 'Correct or claim back at least {distance} of it, or state a level of your own under policy.categories in a reviewed change.',
  },
  'threshold-counts': {
    title: 'More unexplained requests and charges than the counts may have',
    sentence: '{scope} have {value} unexplained {value:request or charge|requests and charges}, above the limit of {threshold} (rule: {rule})',
    remedy: 'Explain at least {distance} of them; counts come before costs. What is known goes into a reviewed exception with max_count.',
  },
  residual: {
    title: 'The invoice does not add up',
    sentence: 'The stated total of the invoice differs from the sum of its lines by {amount}',
    remedy: 'Complete the lines of invoice.yaml from the document, to the digit.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
