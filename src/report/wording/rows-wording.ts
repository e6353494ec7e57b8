/** Sentences about what the rows say. */
import type { Wording } from './template.ts';

export const rowsWording = {
  'unknown-model': {
    title: 'Traffic of a model that no mapping names',
    sentence:
      '{count}[ {layer}] {count:request|requests}[ for {model}][ under the name {internal_name}] {count:has|have} no mapping in force that names one billed model[; {amount} at stake]',
    remedy: 'Add the model to models.yaml, reviewed; until then quarantine it by policy.rules.',
  },
  unpriced: {
    title: 'Usage without a price in force',
    sentence:
      '{count}[ {layer}] {count:row|rows}[ of {model}] {count:has|have} no price in force[ for the {missing}][, on the side {side}][; {amount} at stake]',
    remedy: 'Capture the price from the provider, in a new snapshot; an absent price is unknown, not zero.',
    when: {
      'no-variant': {
        sentence:
          '{count}[ {layer}] {count:row|rows}[ of {model}] {count:has|have} no price for the tier and region[ (service tier {service_tier})][ (region {region})][, on the side {side}][; {amount} at stake]',
        remedy: 'Add what the provider asks for it to variants in a new snapshot, or the name to standard where it goes at the plain price.',
      },
      'no-meter-price': {
        sentence: '{count}[ {layer}] {count:row counts|rows count}[ {meter}, of which][ {model}] has no price[, on the side {side}][; {amount} at stake]',
        remedy: 'Add what the provider asks for it to meter_prices of the model in a new snapshot; 0 where it asks for nothing.',
      },
    },
  },
  'missing-token-usage': {
    title: 'Rows without token counts',
    sentence:
      '{count}[ {layer}] {count:row|rows}[ with status {status}] {count:has|have} no token counts[ on the side {side}], so that {count:its|their} cost cannot be computed[; {amount} at stake]',
    remedy:
      'Let the client log usage, also for streams (ask for usage in the last chunk); of the provider, ask for an export with token counts. Counts that contradict themselves are put right in the format.',
    when: {
      'needed-quantity': {
        sentence:
          '{count}[ {layer}] {count:row|rows}[ with status {status}] {count:lacks|lack} the quantity that {count:its|their} price needs[ on the side {side}], so that {count:its|their} cost cannot be computed[; {amount} at stake]',
        remedy: 'Export the quantity that needs of the price row names, as a column meter_ with that name behind it, or map it in a file under formats/.',
      },
    },
  },
  'client-stopped-usage': {
    title: 'Interrupted requests whose tokens only the provider knows',
    sentence:
      '{count}[ {layer}] {count:request|requests}[ with status {status}] {count:has|have} token counts at the provider only[, none on the side {side}][; {amount} at stake]',
    remedy:
      'Log the usage of interrupted streams, or show by drill what the provider bills for them and set billing.client_stopped: provider-counts in contract.yaml.',
  },
  'unreported-class': {
    title: 'A token class that a layer does not report',
    sentence: '{count} {layer} {count:row reports|rows report} no {class} tokens; what is not reported counts as 0',
    remedy: 'Export the column if the provider has it; otherwise nothing to do.',
  },
  'export-duplicate': {
    title: 'Rows exported twice',
    sentence: '{count}[ {layer}] {count:row repeats|rows repeat} another in every column and {count:is|are} not counted again',
    remedy: 'Check the bounds of overlapping exports; no money is affected.',
  },
  'duplicate-charge': {
    title: 'Charges that share one identity',
    sentence: '{count}[ {layer}] {count:charge repeats|charges repeat} the identity of another[, {amount} in all]',
    remedy: 'Claim {count:it|them} back from the provider with the sample ids.',
  },
  'conflicting-duplicate': {
    title: 'Rows with one identity and different content',
    sentence: '{count}[ {layer}] {count:row repeats|rows repeat} the identity of another and {count:differs|differ} from it[, {amount} in all]',
    remedy: 'Find out which row is right, and claim the other back if both were charged; the earliest is kept.',
  },
  'shared-provider-id': {
    title: 'One provider id claimed by several requests',
    sentence: '{count}[ {layer}] {count:row carries|rows carry} an id that more than one request claims[, {amount} in all]',
    remedy: 'Log the id that the provider returned for this very call.',
  },
  'set-aside': {
    title: 'Provider rows outside the declared scope',
    sentence: '{count}[ {layer}] {count:row is|rows are} set aside as outside the {reason} that period.yaml states[, {amount} in all]',
    remedy: 'Nothing to do if the export is wider than the period; otherwise correct the scope in period.yaml.',
    when: {
      period: {
        sentence: '{count}[ {layer}] {count:row is|rows are} set aside as outside the {reason} that is judged[, {amount} in all]',
        remedy: 'Nothing to do if the export is wider than the period; otherwise correct start_utc, end_utc or finalized_through_utc in period.yaml.',
      },
      model: { sentence: '{count}[ {layer}] {count:row is|rows are} set aside as of a {reason} that period.yaml does not name[, {amount} in all]' },
      key: { sentence: '{count}[ {layer}] {count:row is|rows are} set aside as of a {reason} that period.yaml does not name[, {amount} in all]' },
    },
  },
  'refund-repeated': {
    title: 'Refund rows that repeat each other',
    sentence: '{count}[ {layer}] {count:refund repeats|refunds repeat} another[, {amount} in all]; {count:it stays|they stay} in the sum',
    remedy: 'Ask the provider whether it refunded twice.',
  },
  'refund-without-amount': {
    title: 'Refund rows without an amount',
    sentence: '{count}[ {layer}] {count:refund states|refunds state} no amount and {count:counts|count} as 0',
    remedy: 'Export the refunds again, each with its amount.',
  },
  'period-corrected': {
    title: 'Rows that correct an earlier period',
    sentence: '{count}[ {layer}] {count:row corrects|rows correct} the period {period}[, which was charged {was_charged}], by {amount} in all',
    remedy: 'Nothing to do: the close of that period stays as it is.',
    when: {
      lacking: {
        sentence:
          '{count}[ {layer}] {count:row corrects|rows correct} a period that this ledger does not have, by {amount} in all; nothing explains {count:it|them}',
        remedy: 'Let the column corrects name the period by its id or by a time in it, and keep that period in the ledger.',
      },
      uncharged: {
        sentence:
          '{count}[ {layer}] {count:row corrects|rows correct} the period {period}, of which nobody can say what it was charged, by {amount} in all; nothing explains {count:it|them}',
        remedy: 'Correct what `trueup reconcile` says of that period, or close it.',
      },
      beyond: {
        sentence:
          '{count}[ {layer}] {count:row corrects|rows correct} the period {period} by {amount} in all, which is no part of the {was_charged} that it was charged; nothing explains {count:it|them}',
        remedy: 'Ask the provider what was wrong with that period.',
      },
    },
  },
  'clock-shift': {
    title: 'The clocks of two layers differ',
    sentence: 'Linked rows of {from} and {to} are {median_seconds} seconds apart (median of {pairs} pairs)[; this looks like a zone of {likely_zone}]',
    remedy:
      'Where its times have no offset, state their zone in its format; where they have a wrong one, export them with the right one. A shifted clock moves rows across the bounds of the period.',
  },
  'stream-incomplete': {
    title: 'Streams that did not complete',
    sentence: '{count}[ {layer}] {count:stream|streams}[ with status {status}] did not complete[; {amount} charged or expected]',
    remedy: 'Compare their tokens with the drill on streaming.',
  },
  'mapping-late': {
    title: 'Traffic before its mapping began',
    sentence:
      '{count} {count:request|requests} for {model}[ under the name {internal_name}] came before {count:its|their} mapping is in force[, from {valid_from_utc}][; {amount} at stake]',
    remedy: 'Set valid_from of its mapping in models.yaml to the day on which the model went live.',
  },
  'new-model': {
    title: 'A billed model that no mapping knows',
    sentence: '{count} {count:charge is|charges are} for {model}, which no mapping names[, {amount} in all]',
    remedy: 'Find out who called it, and add it to models.yaml in a reviewed change.',
  },
  'retry-amplification': {
    title: 'More charges per request than the cap allows',
    sentence:
      'The service {service} has {charges} {charges:charge|charges} for {requests} {requests:request|requests}[, above the cap of {cap} per request][, the {origin}]',
    remedy: 'Look at its retry settings, or raise policy.retry_cap in a reviewed change.',
  },
  'budget-threshold': {
    title: 'Spending that comes near its budget, or is above it',
    sentence: 'Of the budget of {budget} for {scope}, {amount} is charged: {percent} percent[, and it warns from {limit} on]',
    remedy: 'Find out in by_service, by_model and by_key of the result who spends it; what is meant goes into policy.budget in a reviewed change.',
    when: { over: { sentence: 'The budget of {budget} for {scope} is spent, and more: {amount} is charged, {percent} percent of it' } },
  },
  'budget-without-keys': {
    title: 'A budget of keys, and no row names one',
    sentence: 'The budget of {budget} for {scope} cannot be held against anything: no row of the period names a key',
    remedy: 'Let the format read key_ref, of the provider or of the application; or give the budget to services or models in policy.budget.',
  },
  'volume-spike': {
    title: 'A day far above the days before it',
    sentence:
      'On {day} the {layer} shows {value} {measure}; the median of the {days} {days:day|days} before is {median}, and more than {percent} percent above it is a spike',
    remedy: 'Find out which service or key sent it; what is meant can stay as a warning, or policy.volume is raised in a reviewed change.',
  },
  'status-conflict': {
    title: 'Status of our log and of the provider that bill otherwise',
    sentence:
      '{count} {count:request|requests} ended in a status that is billed otherwise than that of {count:its charge|their charges}, {amount} of charges in all',
    remedy:
      'Follow the samples with `trueup explain`: correct the status in the log, ask the provider about theirs, or correct billing.statuses in contract.yaml.',
  },
  'free-charges': {
    title: 'Charges that are free although they carry tokens',
    sentence:
      '{count} {count:charge is not billable, reports no amount and yet carries|charges are not billable, report no amount and yet carry} tokens that would cost {amount}[, above the limit of {threshold} (rule: {rule})]',
    remedy:
      'Have the provider confirm that {count:it is|they are} free, or correct billing.statuses in contract.yaml; a level of your own goes under policy.categories.free_charges.',
  },
  'amount-unreported': {
    title: 'Money that the provider did not report',
    sentence: 'Of {charged} charged, {amount} is what our snapshot makes of charges that report no amount: {reason}',
    remedy: 'Export charged_amount with the usage, or hold the period against its invoice at stage final.',
    when: {
      'confirmed-by-invoice': { remedy: 'Nothing to do; an export with charged_amount would show it row by row.' },
      'confirmed-by-balance': { remedy: 'Nothing to do; an export with charged_amount would show it row by row.' },
    },
  },
  'stated-amount': {
    title: 'What our own logs say that calls cost',
    sentence:
      'The {layer} states {stated} for {count} {count:request|requests} of {model}; expected is {expected}, charged is {charged}[, so it is off by {difference}]',
    remedy: 'Correct the prices that the {layer} calculates with; what it states is no part of the bridge.',
  },
  'period-partial': {
    title: 'A period judged in part',
    sentence: 'The period[ {period}] is judged through {judged_end}[ and ends at {end}]',
    remedy: 'Run again after the end of the period.',
  },
  'finality-unstated': {
    title: 'A final period that does not say whether the provider was final',
    sentence: 'Nothing says that the export of the provider was complete through {end}, the end of the period {period}',
    remedy: 'Find out through when the export is complete, and say so as finalized_through_utc under evidence.provider in period.yaml.',
  },
  'delay-capped': {
    title: 'A delay beyond what policy allows',
    sentence: 'The period {period} states a delay of {delay}, and policy allows {max_delay}: requests are in transit no longer than that',
    remedy: 'Bring delay in period.yaml down to {max_delay}, or raise policy.max_delay in a reviewed change.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
