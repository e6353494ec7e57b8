/** Posts an alert to the address that a workflow hands over as a secret: once, bounded, to that host alone. No word of the address is in an error. */
import { HttpClient } from '@actions/http-client';
import { setTimeout as wait } from 'node:timers/promises';
import { hasSafeWire } from '../../model/bounded-fetch.ts';

/** Why there was no alert, in words without the address. */
export class AlertError extends Error {}

/** In the form that Slack takes, and those that take what Slack does. */
export interface AlertBody {
  readonly text: string;
  /** No word of ours or of others is markup. */
  readonly mrkdwn: false;
}

/** No redirect is followed, and of the answer nothing is read but its status. */
export async function postAlert(address: string, body: AlertBody, milliseconds: number): Promise<void> {
  const url = checkedAddress(address);
  const client = new HttpClient('trueup', [], { allowRedirects: false, allowRetries: false, socketTimeout: milliseconds });
  const status = await Promise.race([statusOf(client, url, body), tooLate(milliseconds)]);
  client.dispose();
  if (status >= 300 && status < 400) throw new AlertError('the address redirects elsewhere');
  if (status < 200 || status > 299) throw new AlertError(`the answer was HTTP status ${status}`);
}

async function statusOf(client: HttpClient, url: URL, body: AlertBody): Promise<number> {
  try {
    const { message } = await client.post(url.href, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8' });
    message.destroy();
    return message.statusCode ?? 0;
  } catch (cause) {
    // The words of the system name the host.
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'the connection broke';
    throw new AlertError(`there was no answer (${code})`);
  }
}

/** Does not keep the process. */
async function tooLate(milliseconds: number): Promise<never> {
  await wait(milliseconds, undefined, { ref: false });
  throw new AlertError(`there was no answer within ${Math.ceil(milliseconds / 1000)} s`);
}

function checkedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !hasSafeWire(url) || url.username !== '' || url.password !== '')
    throw new AlertError('alert-webhook is no address that begins with https and holds no user');
  return url;
}
