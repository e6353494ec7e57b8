/** Sentences about pairs of rows that look like one call. */
import type { Wording } from './template.ts';

export const pairWording = {
  'likely-hidden-retry': {
    title: 'Charges that look like a retry that nobody logged',
    sentence:
      '{count}[ {layer}] {count:charge|charges} of {amount} that no attempt of ours stands behind {count:looks|look} like a second try of a call that we know: the same model, key and input tokens, at most 10 minutes apart',
    remedy: 'Log every attempt of the client, those that it makes by itself among them, or switch off the retries of its library.',
  },
  'likely-broken-join': {
    title: 'Requests and charges that look like one call and do not link',
    sentence:
      '{count}[ {layer}] {count:charge|charges} of {amount} that nobody of ours knows {count:looks|look} like {count:a request|requests} without a charge: the same model and tokens, at most 15 minutes later; the id of a request looks like {request_shape}, that of a charge like {charge_shape}',
    remedy: 'Compare the two ids of each sample, and log the id that the provider returned for the call; if they are two calls, the bill is wrong.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
