/** Turns a page into a small picture with the machine's Chromium; `CHROMIUM` names another. What draws is pinned beside this file and is no part of the product. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Sharp on a dense screen. */
const scale = 1.5;
const longestOutput = 64 * 1024 * 1024;
const chromium = process.env['CHROMIUM'] ?? 'chromium';

export const drawer = createRequire(join(import.meta.dirname, 'package.json'));

/** The page's title says how high it is: the first look reads it, the second draws. */
export function photograph(page: string, width: number): Buffer {
  const image = `${page}.png`;
  const look = (...options: string[]): string => {
    const shared = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--virtual-time-budget=10000', '--allow-file-access-from-files'];
    const all = [...shared, ...options, pathToFileURL(page).href];
    return execFileSync(chromium, all, { encoding: 'utf8', maxBuffer: longestOutput, stdio: ['ignore', 'pipe', 'ignore'] });
  };
  const title = /<title>([^<]*)<\/title>/.exec(look(`--window-size=${width},1000`, '--dump-dom'))?.[1] ?? '';
  const height = Math.ceil(Number(title));
  if (!(height > 0 && height < 10_000)) throw new Error(`The page could not be drawn: ${title || 'it has no height'}.`);
  look(`--window-size=${width},${height}`, `--force-device-scale-factor=${scale}`, `--screenshot=${image}`);
  return readFileSync(image);
}

interface Codec {
  decode(file: ArrayBuffer): { readonly width: number; readonly height: number };
  toRGBA8(image: ReturnType<Codec['decode']>): ArrayBuffer[];
  encode(frames: readonly ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
}

/** Text and lines need no more than a palette. */
export async function shrink(image: Buffer): Promise<Buffer> {
  const { default: codec } = (await import(pathToFileURL(drawer.resolve('upng-js')).href)) as { default: Codec };
  const decoded = codec.decode(new Uint8Array(image).buffer);
  return Buffer.from(codec.encode(codec.toRGBA8(decoded), decoded.width, decoded.height, 256));
}
