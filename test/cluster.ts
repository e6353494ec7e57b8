/** The cluster that tests ask, where the environment names one (`npm run trino` starts it and prints these). */
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultTrinoPatience, openTrino } from '../src/host/trino/ask-trino.ts';
import type { WideClient, WidePlace } from '../src/model/wide-engine.ts';

/** null where none is at hand. */
export function clusterAtHand(): { readonly place: WidePlace; readonly client: WideClient } | null {
  const { TRUEUP_TRINO_URL: url, TRUEUP_TRINO_FOLDER: folder, TRUEUP_TRINO_LOCATION: location } = process.env;
  if (url === undefined || folder === undefined || location === undefined) return null;
  const place = { url, user: 'trueup', catalog: 'hive', folder, location };
  return { place, client: openTrino(place, null, defaultTrinoPatience({ now: () => Date.now(), wait: (milliseconds) => wait(milliseconds) })) };
}
