/** Unpacking a package: its files and nothing else, and nothing outside of its folder. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackTarball } from '../../../../src/host/github/install-engine/fetch-tarball.ts';

type Entry = Parameters<ReturnType<typeof pack>['entry']>[0];

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'trueup-unpack-'));
  folder = join(parent, 'into');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

async function tarball(...entries: readonly (readonly [Entry, string])[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

describe('unpackTarball', () => {
  it('writes files with their folders, without the first one, and no mode but its own', async () => {
    const long = `package/${'deep/'.repeat(40)}file.js`;
    await unpackTarball(
      await tarball(
        [{ name: 'package/', type: 'directory' }, ''],
        [{ name: 'package/package.json', mode: 0o4777 }, '{}'],
        [{ name: long }, 'long'],
        [{ name: 'other/lib/empty.js' }, ''],
      ),
      folder,
    );
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe('{}');
    expect(statSync(join(folder, 'package.json')).mode & 0o7111).toBe(0);
    expect(readFileSync(join(folder, long.replace('package/', '')), 'utf8')).toBe('long');
    expect(readFileSync(join(folder, 'lib/empty.js'), 'utf8')).toBe('');
  });

  it.each<[string, Entry, RegExp]>([
    ['a path upwards', { name: 'package/../../outside.js' }, /path that leads elsewhere/],
    ['an absolute path', { name: '/package/outside.js' }, /path that leads elsewhere/],
    ['a drive', { name: 'package/C:/outside.js' }, /path that leads elsewhere/],
    ['a backslash', { name: 'package\\..\\..\\outside.js' }, /path that leads elsewhere/],
    ['a symbolic link', { name: 'package/link', type: 'symlink', linkname: '../../outside.js' }, /holds a symlink/],
    ['a hard link', { name: 'package/link', type: 'link', linkname: '/etc/hosts' }, /holds a link/],
    ['a pipe', { name: 'package/pipe', type: 'fifo' }, /holds a fifo/],
  ])('refuses %s', async (_, header, reason) => {
    await expect(unpackTarball(await tarball([header, '']), folder)).rejects.toThrow(reason);
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(existsSync(join(parent, 'outside.js'))).toBe(false);
  });

  it('refuses a name that comes twice', async () => {
    const twice = await tarball([{ name: 'package/a.js' }, 'one'], [{ name: 'package/a.js' }, 'two']);
    await expect(unpackTarball(twice, folder)).rejects.toThrow('EEXIST');
    expect(readFileSync(join(folder, 'a.js'), 'utf8')).toBe('one');
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['cut off', (whole) => whole.subarray(0, whole.length - 200)],
    ['not packed', () => Buffer.from('<html>')],
    ['no archive inside', () => gzipSync(Buffer.alloc(2048, 'x'))],
  ])('refuses what is %s', async (_, spoil) => {
    const whole = await tarball(
      [{ name: 'package/a.js' }, 'x'.repeat(5000)],
      [{ name: 'package/b.js' }, Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 251)).toString('latin1')],
    );
    await expect(unpackTarball(spoil(whole), folder)).rejects.toThrow();
  });
});
