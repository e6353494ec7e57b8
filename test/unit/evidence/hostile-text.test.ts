/** Text that is meant to fill memory or time: endless lines, deep and wide JSON, empty lines without number, archives that grow. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ArrayScan } from '../../../src/evidence/array-scan.ts';
import { DepthScan } from '../../../src/evidence/depth-scan.ts';
import { defaultLimits } from '../../../src/evidence/evidence-limits.ts';
import { LineScan } from '../../../src/evidence/line-scan.ts';
import { zstdFrame } from './zstd-frame.ts';
import { collect, collectOne, complaints, evidenceFolder, layerEvidence } from './evidence-folder.ts';

const row = '{"timestamp_utc":"2026-05-01T00:00:00Z","model_billed":"m"}';
const mebibyte = 2 ** 20;

describe('one row', () => {
  test.each([
    ['a long line of CSV', 'a.csv', `timestamp_utc,model_billed\n${'x'.repeat(2 * mebibyte)}\n`, 'evidence-limit rowBytes'],
    ['a long line of JSON', 'a.jsonl', `${row}\n{"a":"${'x'.repeat(2 * mebibyte)}"}\n`, 'evidence-limit rowBytes'],
    ['a long element', 'a.json', `[${row},{"a":"${'x'.repeat(2 * mebibyte)}"}]`, 'evidence-limit rowBytes'],
    ['a deep line', 'a.jsonl', `${row}\n{"a":${'['.repeat(101)}${']'.repeat(101)}}\n`, 'evidence-limit depth'],
    ['a deep element', 'a.json', `[${row},{"a":${'['.repeat(101)}${']'.repeat(101)}}]`, 'evidence-limit depth'],
    ['brackets inside text', 'a.jsonl', `${row}\n${row.replace('"m"', `"\\"${'['.repeat(500)}"`)}\n`, undefined],
    ['a long line that just fits', 'a.csv', `timestamp_utc,model_billed\n${'x'.repeat(mebibyte - 2)},y\n`, undefined],
  ])('%s', async (_, name, text, expected) => {
    expect(complaints(await collectOne(name, text, 'trueup', 'provider'))).toEqual(expected === undefined ? [] : [expected]);
    const packed = await collectOne(`${name}.gz`, gzipSync(text), 'trueup', 'provider');
    expect(complaints(packed)).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('many chunks', () => {
  const pieces = (text: string, size: number): Buffer[] =>
    Array.from({ length: Math.ceil(text.length / size) }, (_, index) => Buffer.from(text.slice(index * size, (index + 1) * size)));

  test.each([1, 2, 3, 7, 64])('of %i bytes say the same as one', (size) => {
    const deep = `{"a":"\\\\\\"[[["}\n${'{"b":'.repeat(4)}1${'}'.repeat(4)}\n`;
    const read = (limit: number) => () => {
      const scan = new DepthScan(limit);
      for (const piece of pieces(deep, size)) scan.accept(piece);
    };
    expect(read(4)).not.toThrow();
    expect(read(3)).toThrow('depth');
    const lines = (text: string, limits: ConstructorParameters<typeof LineScan>[0]) => () => {
      const scan = new LineScan(limits);
      for (const piece of pieces(text, size)) scan.accept(piece);
    };
    expect(lines('a\n\n\nb\n\nc\n', { rowBytes: 64, blankRows: 3 })).not.toThrow();
    expect(lines('a\n\n\nb\n\nc\n', { rowBytes: 64, blankRows: 2 })).toThrow('blankRows');
    expect(lines(`a\n${'b'.repeat(200)}\nc`, { rowBytes: 200, blankRows: 0 })).not.toThrow();
    expect(lines(`a\n${'b'.repeat(200)}\nc`, { rowBytes: 199, blankRows: 0 })).toThrow('rowBytes');
    expect(lines(`a\r${'b'.repeat(200)}\rc`, { rowBytes: 199, blankRows: 0 })).toThrow('rowBytes');
    const array = ' [ {"a": "],[", "b": [1, 2]} , 3,\n {"c": {}} ] ';
    const scan = new ArrayScan({ rowBytes: 64, depth: 3, headLines: 10 });
    for (const piece of pieces(array, size)) scan.accept(piece);
    expect(scan.places.map(([from, to]) => array.slice(from, to).trim())).toEqual(['{"a": "],[", "b": [1, 2]}', '3', '{"c": {}}']);
  });
});

describe('growth', () => {
  const limits = { expansionFloorBytes: mebibyte };
  const header = 'timestamp_utc,model_billed\n';
  const grown = async (name: string, content: Uint8Array) =>
    complaints(await collect(evidenceFolder({ [`periods/2026-05/evidence/${name}`]: content }), [layerEvidence('provider', [`evidence/${name}`])], { limits }));

  test('gzip that holds nothing but repetition reaches the limit, which gzip can', async () => {
    const text = Buffer.from(header + 'a,b\n'.repeat(mebibyte));
    const packed = gzipSync(text, { level: 9 });
    expect(text.length / packed.length).toBeGreaterThan(defaultLimits.expansion);
    expect(text.length / packed.length).toBeLessThan(1032);
    expect(await grown('a.csv.gz', packed)).toEqual(['evidence-limit expansion']);
  });

  test('zstd that repeats one byte reaches it', async () => {
    // Blocks of one repeated byte: 128 KiB from four bytes each.
    const block = Buffer.from([0x02, 0x00, 0x10, 0x61]);
    const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...Array.from({ length: 64 }, () => block)]);
    expect(await grown('a.csv.zst', frame)).toEqual(['evidence-limit expansion']);
    expect(await grown('b.csv.zst', zstdFrame(Buffer.from(`${header}a,b\n`), { blockBytes: 1000, checksum: false }))).toEqual([]);
  });

  test('a million empty lines are none of an export', async () => {
    const many = header + '\n'.repeat(defaultLimits.blankRows + 2);
    expect(complaints(await collectOne('a.csv', many, 'trueup', 'provider'))).toEqual(['evidence-limit blankRows']);
    expect(complaints(await collectOne('a.csv', header + '\r\n'.repeat(5000), 'trueup', 'provider'))).toEqual([]);
  });
});
