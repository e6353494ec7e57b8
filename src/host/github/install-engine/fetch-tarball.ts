/** Brings one tarball over the network, bounded in time and size, and hands it on only when its bytes are those that the lock file names. */
import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import { HttpClient } from '@actions/http-client';

export interface TarballRequest {
  readonly url: URL;
  /** `sha512-` and the hash in base64. */
  readonly integrity: string;
  /** Ends everything, wherever it stands. */
  readonly signal: AbortSignal;
  /** A server that says nothing for so long is given up. */
  readonly silenceMilliseconds: number;
}

/** Four times what the largest package of the engine weighs. */
const mostBytes = 128 * 1024 * 1024;

/** Through the proxy that the environment names, if it names one. Throws with a reason that needs no address. */
export async function fetchTarball({ url, integrity, signal, silenceMilliseconds }: TarballRequest): Promise<Buffer> {
  const client = new HttpClient('trueup', [], { allowRetries: true, maxRetries: 2, maxRedirects: 3, socketTimeout: silenceMilliseconds });
  const { message } = await client.get(url.href);
  addAbortSignal(signal, message);
  if (message.statusCode !== 200) {
    message.destroy();
    throw new Error(`it answered ${message.statusCode ?? 'nothing'}`);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    parts.push(part);
  }
  const tarball = Buffer.concat(parts);
  if (`sha512-${createHash('sha512').update(tarball).digest('base64')}` !== integrity) throw new Error('its bytes are not those of the lock file');
  return tarball;
}
