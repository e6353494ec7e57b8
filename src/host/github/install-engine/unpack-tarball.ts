/** Unpacks a package's tarball into a folder that is not there yet: plain files inside of it and nothing else. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

const mostBytes = 512 * 1024 * 1024;
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
    if (bytes > mostBytes || entries > mostEntries) throw new Error('it unpacks to more than a package holds');
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
