/** Brings one tarball over the network, bounded in time and size, hands it on only when its bytes are those that the lock file names, and unpacks plain files alone. */
import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { HttpClient } from '@actions/http-client';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

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

const mostUnpackedBytes = 512 * 1024 * 1024;
const mostEntries = 10_000;

/** Throws at the first entry that is a link, a device, or leads out of the folder; what was written until then stays, for the caller to remove. */
export async function unpackTarball(tarball: Buffer, folder: string): Promise<void> {
  const archive = extract();
  const read = pipeline(Readable.from([tarball]), createGunzip(), archive);
  // Its failure also ends the loop below, which says it; this keeps it from being said twice.
  read.catch(() => undefined);
  let bytes = 0;
  let entries = 0;
  for await (const entry of archive) {
    const { name, type, size } = entry.header;
    bytes += size;
    entries += 1;
    if (bytes > mostUnpackedBytes || entries > mostEntries) throw new Error('it unpacks to more than a package holds');
    const place = placeOf(entry.header);
    if (type !== 'file' && type !== 'directory') throw new Error(`it holds a ${type}, ${JSON.stringify(name)}`);
    const parts: Buffer[] = [];
    for await (const part of entry as AsyncIterable<Buffer>) parts.push(part);
    if (type === 'directory' || place === null) continue;
    await mkdir(join(folder, dirname(place)), { recursive: true });
    // A name that comes twice is refused rather than written over.
    await writeFile(join(folder, place), parts, { flag: 'wx', mode: 0o644 });
  }
  await read;
}

/** Without the first folder, which a registry names as it likes; null for that folder itself. */
function placeOf({ name }: Header): string | null {
  const parts = name.replace(/\/+$/, '').split('/');
  const strange = parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part));
  if (strange) throw new Error(`it holds a path that leads elsewhere, ${JSON.stringify(name)}`);
  return parts.length === 1 ? null : join(...parts.slice(1));
}
