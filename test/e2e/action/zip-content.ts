/** What is in a zip file, by name. */
import { inflateRawSync } from 'node:zlib';

export function zipContent(zip: Buffer): Record<string, Buffer> {
  const found: Record<string, Buffer> = {};
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 46)) {
    const name = zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString('utf8');
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    found[name] = zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
  }
  return found;
}
