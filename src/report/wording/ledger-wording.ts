/** Sentences about the files of the ledger. */
import type { Wording } from './template.ts';

export const ledgerWording = {
  'file-missing': {
    title: 'A ledger file is missing',
    sentence: 'The file {file} is missing',
    remedy: 'Add the file, or correct the name that points to it.',
  },
  'file-too-large': {
    title: 'A ledger file is too large',
    sentence: 'The file {file} is larger than allowed[; the limit is {limit} bytes]',
    remedy: 'Split the file; rows of evidence belong into the evidence folder of their period.',
  },
  'yaml-syntax': {
    title: 'A file is not valid YAML',
    sentence: 'The file cannot be parsed: {problem}',
    remedy: 'Correct the place that the caret points to.',
  },
  'yaml-limit': {
    title: 'A YAML file goes beyond a safety limit',
    sentence: 'The file goes beyond a safety limit: {problem}',
    remedy: 'Write the values out instead of repeating them by anchors, and nest less deeply.',
  },
  'unknown-key': {
    title: 'A key that the file kind does not have',
    sentence: 'There is no key {key} in a file of this kind',
    remedy: 'Correct the spelling or remove the key; `trueup schema` lists the keys of every file kind.',
  },
  'missing-key': {
    title: 'A required key is missing',
    sentence: 'The key {key} is missing[; expected is {expected}]',
    remedy: 'Add the key.',
  },
  'invalid-value': {
    title: 'A value that its key does not take',
    sentence: 'The value[ {value}][ of {key}] is not accepted[; expected is {expected}]',
    remedy: 'Write a value that the key takes.',
  },
  'path-escape': {
    title: 'A path leads out of the ledger',
    sentence:
      'The path[ {file}][ {value}][ of {key}][, which the pattern {pattern} of the layer {layer} finds,] leads out of the folder that it must stay in[; expected is {expected}]',
    remedy: 'Put the file inside the ledger, without a link that leads outside, or name its folder with --evidence-root.',
  },
  placeholder: {
    title: 'A placeholder stands where a fact belongs',
    sentence: 'The placeholder {value} stands in {key}[, and the {about} is unknown]',
    remedy: 'Replace it by a value that somebody has checked, with its source.',
  },
  'hash-mismatch': {
    title: 'A file is not the one that was recorded',
    sentence: 'The file {file} is not the one that was recorded: its SHA-256 is {found}, recorded is {declared}',
    remedy: 'Restore the recorded file, or record the new hash in a reviewed change that says why.',
  },
  'duplicate-id': {
    title: 'Two things share one id',
    sentence: 'The[ {kind}] id {id} is given twice',
    remedy: 'Give each its own id.',
  },
  'policy-incomplete': {
    title: 'The policy has no threshold that could fail a run',
    sentence: 'The policy sets no {missing}: nothing could fail by it',
    remedy: 'Set a fail threshold under policy in trueup.yaml, for the total and for the counts.',
  },
  'period-bounds': {
    title: 'The bounds of a period are not whole UTC time',
    sentence: 'The {key} of the period {period} is not accepted: {value} is {reason}',
    remedy: 'Write start_utc and end_utc in UTC, the start before the end.',
  },
  'period-future': {
    title: 'A period has not begun',
    sentence: 'The period {period} starts[ at {start},] after the day of the run[, which is {as_of}]',
    remedy: 'Run again when the period has begun, or set --as-of.',
  },
  'period-gap': {
    title: 'Time that no period covers',
    sentence: 'No period of this account and environment covers the time from {from} to {to}[, before {period}]',
    remedy: 'Let the next period start where the one before ends, or add the missing one.',
  },
  'period-overlap': {
    title: 'Two periods cover the same time',
    sentence: 'The periods {first} and {second} of one account and environment both cover the time from {from} to {to}',
    remedy: 'Move the bounds, so that each moment belongs to one period.',
  },
  'layer-missing': {
    title: 'A layer has neither evidence nor a reason',
    sentence: 'There is no evidence of the layer {layer}[ of the period {period}][, only a reason: {declared}][; {problem}]',
    remedy:
      'Add its export; gateway and application may be declared absent, with a reason under layers, the provider where an invoice bills each model by itself.',
    when: {
      'lines-none': {
        remedy:
          'Add its export, or copy the invoice into invoice.yaml with one usage line for each model and its billable_model; these lines are then compared with your log.',
      },
      'lines-unnamed': {
        remedy:
          'Add its export, or write billable_model on every usage line of the invoice, as its document or the usage page breaks the amount down by model.',
      },
      'lines-currency': { remedy: 'Add its export: lines of an invoice stand in for it only in the currency of the period.' },
      'lines-stage': {
        remedy: 'Add its export, or wait for the invoice and set stage: final: its usage lines are then compared with your log, model by model.',
      },
    },
  },
  'provider-not-final': {
    title: 'A provider that is not final through the period',
    sentence:
      'The period {period} ends at {end}, and the provider is not final through then[, only through {finalized_through_utc}]: it is judged through {judged_end}',
    remedy: 'Export the usage again when it is complete, and set finalized_through_utc in period.yaml to what the provider then says.',
    when: {
      'lines-in-part': {
        sentence:
          'The lines of the invoice sum up all of the period {period}, which ends at {end}, and only a part of it is to be judged[, through {judged_end}]',
        remedy: 'Judge the period once it is over, without --through; only an export of the provider tells its days.',
      },
    },
  },
  'format-unknown': {
    title: 'An export format that nobody defines',
    sentence: 'There is no format {format}[ for the layer {layer}][ of the period {period}][; known: {known}]',
    remedy: 'Name a built-in format (docs/formats.md lists them), or describe the columns in a file under formats.',
  },
  'snapshot-unknown': {
    title: 'A price snapshot that does not exist',
    sentence: 'There is no price snapshot {snapshot}[, which the period {period} names]',
    remedy: 'Correct the id, or add the snapshot as a file of its own under `prices/`.',
  },
  'snapshot-id-path': {
    title: 'A snapshot whose id and file name differ',
    sentence: 'The snapshot {snapshot} stands in {file}[, not in {expected}]',
    remedy: 'Rename the file or correct the id.',
  },
  'price-authority': {
    title: 'A period priced by another source than the declared authority',
    sentence: 'The snapshot {snapshot}[, which prices the period {period},] is not from {authority}, whose prices this ledger takes',
    remedy: 'Name a snapshot of the authority in period.yaml, or change price_authority in trueup.yaml in a reviewed change.',
  },
  'snapshot-late': {
    title: 'Prices captured after the period that they price',
    sentence: 'The snapshot[ {snapshot}] was captured[ on {accessed_at},] after the period[ {period}] that it prices, and no note says why',
    remedy: 'Use a snapshot from within the period, or say in notes why these prices held.',
  },
  'price-cached-above-input': {
    title: 'Cached input dearer than plain input',
    sentence: 'The cached input price[ {cached_input}] of {billable_model} is above its input price[ {input}][ in {snapshot}]',
    remedy: 'Check both prices and the unit basis against the source.',
  },
  'price-jump': {
    title: 'A price ten times higher or lower than before',
    sentence: 'The {key} of {billable_model} went from {from}[ in {before}] to {to}[ in {snapshot}]',
    remedy: 'Check the unit basis: per token, per 1K and per 1M differ by a factor of 1000.',
  },
  'price-vanished': {
    title: 'A price that the snapshot before still had',
    sentence: 'The snapshot {snapshot} lacks a price that {before} had: {billable_model}[, {key}]',
    remedy: 'Add the price, or say in notes, with the name of the model, that the provider withdrew it.',
  },
  'price-not-terminating': {
    title: 'A unit price that is not an exact decimal',
    sentence: 'The unit price that {key} of {billable_model}[ in {snapshot}] gives needs more than {limit} decimals',
    remedy: 'Write the price in the unit in which the provider states it.',
  },
  'price-sample': {
    title: 'A known sample that the prices do not reproduce',
    sentence: 'The sample of {billable_model}[ in {snapshot}] should cost {expected}[; the prices give {computed}][: {reason}]',
    remedy: 'Correct the prices, the ratio or the unit basis; a sample is a fact from the provider.',
    when: {
      differs: { sentence: 'The sample of {billable_model}[ in {snapshot}] should cost {expected}[, and the prices give {computed}]' },
      tokens: { remedy: 'Correct the token counts of the sample as the provider states them.' },
      unpriced: {
        sentence: 'The sample of {billable_model}[ in {snapshot}] should cost {expected}, and there is {reason}',
        remedy: 'Add the price from its source; a sample is a fact from the provider.',
      },
    },
  },
  'unverified-pricing': {
    title: 'Prices that nobody has verified',
    sentence: 'The prices of {snapshot} are not verified[; the period {period} uses them]',
    remedy: 'Check them against contract, invoice or console, and record who did it when under verification.',
  },
  'meters-disagree': {
    title: 'A meter that the snapshots of a period count differently',
    sentence: 'In the period {period} the meter {meter} is counted otherwise by {snapshot} than by {other}',
    remedy: 'Give what is counted in another way a name of its own, in the snapshot and in the export, or split the period where the counting changes.',
  },
  'variants-overlap': {
    title: 'Two variants whose prices can both hold',
    sentence: 'In {snapshot} a row can be both {first}[ (line {first_line})] and {second}, which both have prices: it would have none',
    remedy: 'Write one of the two as a factor, or give both a value of one key (service_tier, region, hours_utc) that tells them apart.',
  },
  'tier-incomplete': {
    title: 'A tier that leaves out a price class of its base',
    sentence: 'A tier of {billable_model}[ in {snapshot}] names no {missing}',
    remedy: 'Name every class of the base in every tier.',
  },
  'mapping-conflict': {
    title: 'Two mappings in force that disagree',
    sentence:
      '{requested_model} is mapped to {billable_model}[ as {internal_name}] and[, on line {other_line},] to {other_billable_model}[ as {other_internal_name}] at the same time',
    remedy: 'End the older one with valid_to, or tell them apart by internal_name.',
  },
  'mapping-fallback-unknown': {
    title: 'A fallback for a mapping that does not exist',
    sentence: 'The fallback {internal_name} stands in for {fallback_for}, which names no primary that is in force with it',
    remedy: 'Correct fallback_for.',
  },
  'unverified-billing-rule': {
    title: 'Nobody has verified whether this status is billed',
    sentence: 'Whether requests with status {status} are billed is not verified; they count as billable[; {amount} at stake]',
    remedy: 'Ask the provider or run the drill, and write the answer into contract.yaml.',
  },
  'contract-missing': {
    title: 'An area of the contract that nobody has asked about',
    sentence:
      'The contract register has no item for {area}[; why it matters: {reason}][; what can support it: {admissible}][; answers that stand under earlier names move: {earlier}]',
    remedy:
      'Add an item to contract.yaml {count:for it|for each}, with the answer and its proof; docs/contract.md says what to verify, why, and what can support it.',
  },
  'contract-unverified': {
    title: 'An area of the contract that nobody has verified',
    sentence: 'Nobody has verified {area}[; why it matters: {reason}][; what can support it: {admissible}]',
    remedy: 'Run the drill or ask the provider, then set status to verified and name the proof under proved_by.',
  },
  'contract-unproved': {
    title: 'A verified area of the contract without its proof',
    sentence: '{area} is called verified and lacks {missing}[; why it matters: {reason}][; what can support it: {admissible}]',
    remedy: 'Name the drill, the ticket or the document under proved_by, with source, verified_on and verified_by.',
  },
  'contract-expired': {
    title: 'An area of the contract whose verification has expired',
    sentence: 'The verification of {area} ended after {expires_on}[; why it matters: {reason}][; what can support it: {admissible}]',
    remedy: 'Verify it again, and set verified_on and expires_on anew.',
  },
  'client-stopped-unproved': {
    title: 'A billing rule about broken-off requests that nothing proves',
    sentence: 'billing.client_stopped says provider-counts for {status} requests, and it is not followed: {problem} ({area})',
    remedy:
      'Run the drill or ask the provider, then give {area} an item with status verified, source, proved_by, verified_on and verified_by; or take the setting back.',
  },
  'import-quotes': {
    title: 'Typographic quotes in the imported JSON',
    sentence: 'The JSON has {count} typographic {count:quote|quotes}[ in {key}], read as {count:a plain one|plain ones}',
    remedy: 'Nothing to do if the ledger that was written reads rightly; otherwise copy the JSON again from its source.',
  },
  'import-unknown-model-control': {
    title: 'A control of the imported runbook that says nothing about unknown models',
    sentence: 'The imported runbook does not fail on unknown models[: it says {value}][, at {key}]',
    remedy: 'Nothing to do: unknown models always fail here unless quarantined.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
