/** The one place of words for the steps and sums of the bridge: what people call them, what happened, who acts, and what to do next. */
import type { Step, Subtotal } from '../../model/bridge.ts';
import { type Amount, noAmount } from '../../model/money.ts';

/** Who can find out or put it right, where no mapping names an owner. */
export type Actor = 'platform' | 'finance' | 'provider';

export interface StepWording {
  /** A few words, as the name of a row. */
  readonly label: string;
  /** The label where the step raises or lowers the sum, if that reads otherwise. */
  readonly labelUp?: string;
  readonly labelDown?: string;
  /** What happened, as a clause without a full stop; `{count}` is the step's requests and charges, in the language of `template.ts`. */
  readonly sentence: string;
  /** What to do about it, without a full stop. */
  readonly next: string;
  readonly actor: Actor;
}

export const stepWording: Readonly<Record<Step, StepWording>> = {
  expected: {
    label: 'Expected by our own log',
    sentence: 'what {count} {count:request|requests} of ours should cost at the prices in force',
    next: 'Nothing to do',
    actor: 'platform',
  },
  not_billable: {
    label: 'Calls that cost nothing',
    sentence: '{count} {count:request ended in a status|requests ended in a status} that the contract does not bill',
    next: 'Nothing to do',
    actor: 'platform',
  },
  not_forwarded: {
    label: 'Requests that never left our gateway',
    sentence: '{count} {count:request|requests} of the application {count:is|are} in no log of the gateway',
    next: 'Find out in the gateway where they ended; correct its log if they were sent',
    actor: 'platform',
  },
  in_transit: {
    label: 'Requests not billed yet',
    sentence: '{count} {count:request|requests} at the end of the period {count:has|have} no charge yet',
    next: 'Wait for the next export, which holds their charges',
    actor: 'provider',
  },
  not_charged: {
    label: 'Requests nobody billed',
    sentence: '{count} {count:request|requests} of ours {count:has|have} no charge at the provider',
    next: 'Export the usage again; if they are still not there, ask the provider',
    actor: 'provider',
  },
  unlinked: {
    label: 'Charges nobody of us knows',
    sentence: '{count} {count:charge belongs|charges belong} to no request in any log of ours',
    next: 'Find out who holds the key that made them',
    actor: 'platform',
  },
  gateway_only: {
    label: 'Charges only our gateway knows',
    sentence: '{count} {count:charge belongs to a request|charges belong to requests} that the gateway forwarded and no application logged',
    next: 'Find the service behind them and log its requests',
    actor: 'platform',
  },
  unbacked: {
    label: 'More charges than attempts',
    sentence: '{count} {count:charge goes|charges go} beyond the attempts that our logs show for {count:its request|their requests}',
    next: 'Look for retries that nobody logs, or claim them back',
    actor: 'provider',
  },
  bucket_only: {
    label: 'Billed where we logged nothing',
    sentence: '{count} {count:bucket holds|buckets hold} usage, and no request of ours lies in {count:it|them}',
    next: 'Find out who used the key or model there; compare the zone of the export',
    actor: 'platform',
  },
  bucket_usage: {
    label: 'Usage that differs from our log',
    labelUp: 'More usage than we logged',
    labelDown: 'Less usage than we logged',
    sentence: '{count} {count:bucket counts|buckets count} other usage than our requests in {count:it|them}',
    next: 'Compare tokens and requests of those buckets with the log',
    actor: 'platform',
  },
  bucket_mix: {
    label: 'Usage or prices that differ from our log',
    labelUp: 'Charged more than our log costs',
    labelDown: 'Charged less than our log costs',
    sentence: '{count} {count:bucket states|buckets state} an amount alone, so that tokens, models and prices cannot be told apart',
    next: 'Ask for an export by model with token counts; compare those buckets with the log',
    actor: 'platform',
  },
  carried_forward: {
    label: 'Billed late, for the period before',
    sentence: '{count} {count:charge belongs to a request|charges belong to requests} that the period before left open',
    next: 'Nothing to do',
    actor: 'provider',
  },
  out_of_period: {
    label: 'Charges for requests of another period',
    sentence: '{count} {count:charge belongs to a request|charges belong to requests} outside this period',
    next: 'Compare the two exports at the bound of the period, and whether its times are in one zone',
    actor: 'platform',
  },
  out_of_scope: {
    label: 'Charges of another account, environment or model',
    sentence: '{count} {count:charge belongs to a request|charges belong to requests} outside what this period covers',
    next: 'Correct account, environment or models of the period, or of the export',
    actor: 'finance',
  },
  non_billable: {
    label: 'Billed although it should be free',
    sentence: '{count} {count:charge is|charges are} billed in a status that the contract does not bill',
    next: 'Claim them back with the contract',
    actor: 'provider',
  },
  status_difference: {
    label: 'Billed although our log says it failed',
    sentence: '{count} {count:request|requests} failed by our log and {count:was|were} billed as a success',
    next: 'Compare the log with the answers of the provider',
    actor: 'platform',
  },
  unpriced: {
    label: 'No price for the model',
    sentence: '{count} {count:request or charge has|requests and charges have} a model or a kind of token without a price',
    next: 'Add the price to a snapshot in a reviewed change',
    actor: 'finance',
  },
  missing_usage: {
    label: 'No token counts',
    sentence: '{count} {count:request or charge says|requests and charges say} nothing of the tokens that were used',
    next: 'Log the final usage of each answer; streams report it last',
    actor: 'platform',
  },
  fallback: {
    label: 'Answered by a fallback model',
    sentence: '{count} {count:charge is|charges are} for a model that our mapping names as a fallback',
    next: 'Look at why the primary model did not answer',
    actor: 'platform',
  },
  model_drift: {
    label: 'Billed as another model',
    sentence: '{count} {count:charge is|charges are} for a model that nobody asked for',
    next: 'Ask the provider, or add the alias to models.yaml in a reviewed change',
    actor: 'provider',
  },
  price_timing: {
    label: 'Price changed between call and charge',
    sentence: '{count} {count:charge|charges} fell under a newer price than {count:its request|their requests}',
    next: 'Nothing to do',
    actor: 'finance',
  },
  tier_difference: {
    label: 'Another service tier than was asked for',
    labelUp: 'A dearer service tier than was asked for',
    labelDown: 'A cheaper service tier than was asked for',
    sentence: '{count} {count:request was|requests were} billed in another service tier or region than our log states',
    next: 'Compare the tier in the log with the one on the bill; ask the provider',
    actor: 'provider',
  },
  token_difference: {
    label: 'Token counts differ',
    sentence: '{count} {count:charge counts|charges count} other tokens than our log',
    next: 'Compare a sample with the usage in its answer',
    actor: 'platform',
  },
  meter_difference: {
    label: 'Searches, images or seconds that differ',
    labelUp: 'More searches, images or seconds than we logged',
    labelDown: 'Fewer searches, images or seconds than we logged',
    sentence: '{count} {count:request was|requests were} billed another quantity beside tokens than our log states',
    next: 'Compare what the log counts with what the provider counts',
    actor: 'platform',
  },
  retry: {
    label: 'Retries',
    sentence: '{count} more {count:charge|charges} for requests that were tried again',
    next: 'Look at the retry settings of the service',
    actor: 'platform',
  },
  rounding: {
    label: 'Rounding of each charge',
    sentence: '{count} {count:charge was|charges were} rounded as the contract says',
    next: 'Nothing to do',
    actor: 'provider',
  },
  covered: {
    label: 'Paid by something else than the wallet',
    sentence: '{count} {count:charge is|charges are} covered by a subscription, a key of our own or a credit',
    next: 'Nothing to do, if that cover was agreed',
    actor: 'finance',
  },
  price_difference: {
    label: 'Billed at other prices than ours',
    labelUp: 'Billed above our prices',
    labelDown: 'Billed below our prices',
    sentence: '{count} {count:charge differs|charges differ} from what the tokens cost at the price in force',
    next: 'Compare the price snapshot with the page of the provider and with the contract',
    actor: 'provider',
  },
  duplicate: {
    label: 'Charged twice',
    sentence: '{count} {count:charge repeats|charges repeat} another',
    next: 'Claim them back',
    actor: 'provider',
  },
  refund: {
    label: 'Refunds',
    sentence: '{count} {count:charge was|charges were} paid back',
    next: 'Nothing to do',
    actor: 'provider',
  },
  adjustment: {
    label: 'Adjustments that fit no charge',
    sentence: '{count} {count:row|rows} of the provider {count:changes|change} the sum and {count:fits|fit} no charge',
    next: 'Ask the provider what they are for',
    actor: 'provider',
  },
  correction: {
    label: 'Corrections of earlier periods',
    sentence: '{count} {count:row corrects|rows correct} a period before this one',
    next: 'Hold them against that period; its close stays as it is',
    actor: 'finance',
  },
  other_scope: {
    label: "Charges outside of this period's scope",
    sentence:
      '{count} {count:row|rows} of the account {count:lies|lie} outside of the environment, keys or models of this period, and the balance paid for {count:it|them} too',
    next: 'Nothing to do, if another period judges them',
    actor: 'finance',
  },
  balance_timing: {
    label: 'Charges between the bounds of period and balance',
    sentence: '{count} {count:charge lies|charges lie} in only one of the period and the time between both readings',
    next: 'Nothing to do; readings at the bounds of the period make it vanish',
    actor: 'finance',
  },
  balance_difference: {
    label: 'Balance that nothing accounts for',
    labelUp: 'Balance fell further than the charges',
    labelDown: 'Balance fell less than the charges',
    sentence: 'the balance fell by another amount than charges and movements say',
    next: 'Look for top-ups, expiries and transfers that statement.yaml lacks; ask the provider for its account statement',
    actor: 'finance',
  },
  fx_rate: {
    label: 'Exchange rate of the invoice',
    sentence: 'the invoice converts at another rate than the reference of the policy',
    next: 'Nothing to do within the tolerance; else ask where the rate is from',
    actor: 'finance',
  },
  invoice_rounding: {
    label: 'Rounding on the invoice',
    sentence: 'the invoice rounds what was charged',
    next: 'Nothing to do',
    actor: 'finance',
  },
  usage_subtotal: {
    label: 'Usage on the invoice and in the export differ',
    labelUp: 'Invoice bills more usage than the export holds',
    labelDown: 'Invoice bills less usage than the export holds',
    sentence: 'the usage lines of the invoice and the export of the provider differ',
    next: 'Ask the provider for the rows behind the invoice',
    actor: 'provider',
  },
  credit: { label: 'Credits', sentence: '{count} {count:line|lines} of the invoice', next: 'Keep the reference of the credit', actor: 'finance' },
  discount: { label: 'Discounts', sentence: '{count} {count:line|lines} of the invoice', next: 'Hold it against the contract', actor: 'finance' },
  tax: { label: 'Tax', sentence: '{count} {count:line|lines} of the invoice', next: 'Nothing to do', actor: 'finance' },
  fx: { label: 'Currency conversion', sentence: '{count} {count:line|lines} of the invoice', next: 'Keep the rate and its source', actor: 'finance' },
  minimum: { label: 'Minimum charge', sentence: '{count} {count:line|lines} of the invoice', next: 'Hold it against the contract', actor: 'finance' },
  other: { label: 'Other lines of the invoice', sentence: '{count} {count:line|lines} of the invoice', next: 'Have the provider name them', actor: 'finance' },
  residual: {
    label: 'Invoice does not add up',
    sentence: 'the stated total of the invoice is not the sum of its lines',
    next: 'Complete the lines of invoice.yaml from the document',
    actor: 'finance',
  },
};

const sumLabels: Readonly<Record<Subtotal, string>> = {
  provider_at_snapshot: 'Charges at our prices',
  provider_charged: 'Charged by the provider',
  balance_drawdown: 'Taken from the balance',
  charged_converted: "Charged, in the invoice's currency",
  invoice_usage: 'Usage on the invoice',
  invoice_total: 'Invoice total',
};

/** Sums that categories judge and that are no step. */
const categoryLabels: Readonly<Record<string, string>> = {
  provider_counted: "Expected by the provider's token counts alone",
  free_charges: 'Free although they carry tokens',
};

/** What people call a row of the bridge, or a category; `amount`: whether it raises or lowers the sum, where that is known. A name that no table knows stands for itself. */
export function labelOf(step: string, amount: Amount = noAmount): string {
  const words: StepWording | undefined = Object.hasOwn(stepWording, step) ? stepWording[step as Step] : undefined;
  if (words !== undefined) return (amount === '0' ? undefined : amount.startsWith('-') ? words.labelDown : words.labelUp) ?? words.label;
  if (Object.hasOwn(sumLabels, step)) return sumLabels[step as Subtotal];
  return Object.hasOwn(categoryLabels, step) ? (categoryLabels[step] ?? '') : step;
}
