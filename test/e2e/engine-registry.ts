/** A package registry of our own that serves the engine's packages from node_modules, and a manifest whose lock file knows their bytes. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { enginePackages } from '../../src/engine/engine-packages.ts';

const root = join(import.meta.dirname, '../..');

export interface EngineRegistry {
  /** With a slash at its end. */
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  readonly close: () => void;
}

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
  readonly integrity: string;
}

/** Writes package.json and package-lock.json of the engine into `folder`, with the hashes of what the registry serves. */
export async function serveEngine(folder: string): Promise<EngineRegistry> {
  const packed = enginePackages(root).map(({ name, folder }) => pack(name, folder));
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'engine'), folder, { recursive: true });
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Record<string, { integrity: string }> };
  for (const { name, integrity } of packed) lock.packages[`node_modules/${name}`]!.integrity = integrity;
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock, null, 2));

  const asked: EngineRegistry['asked'] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    asked.push({ path, authorization: request.headers.authorization });
    const tarball = packed.find((one) => path === `/${tarballOf(one)}`);
    if (tarball !== undefined) return void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball.tarball);
    const known = packed.find(({ name }) => path === `/${name}`);
    if (known === undefined) return void response.writeHead(404).end('{}');
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(describePackage(known, addressOf(server))));
  });
  await listen(server);
  return { url: addressOf(server), asked, close: () => stop(server) };
}

/** A server that takes every request and never answers one. */
export async function serveSilence(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer(() => undefined);
  await listen(server);
  return { url: addressOf(server), close: () => stop(server) };
}

/** Where every registry has it, below its address. */
function tarballOf({ name, version }: Pick<Packed, 'name' | 'version'>): string {
  return `${name}/-/${name.split('/').at(-1) ?? ''}-${version}.tgz`;
}

function describePackage({ name, version, manifest, integrity }: Packed, url: string): unknown {
  const dist = { tarball: `${url}${tarballOf({ name, version })}`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}

function pack(name: string, folder: string): Packed {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const blocks = files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    const inside = `package/${path.slice(folder.length + 1).replaceAll('\\', '/')}`;
    return [tarHeader(inside, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  // Stored, not packed: seventy megabytes would take seconds.
  const tarball = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 0 });
  return { name, version: manifest.version, manifest, tarball, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
}

/** A plain file in the ustar form; names of packages here stay below its hundred bytes. */
function tarHeader(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'utf8');
  header.write('000644 \x00000000 \x00000000 \x00', 100, 'latin1');
  header.write(`${bytes.toString(8).padStart(11, '0')} 00000000000 `, 124, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148, 'latin1');
  return header;
}

function listen(server: Server): Promise<void> {
  return new Promise((done) => server.listen(0, '127.0.0.1', done));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}
