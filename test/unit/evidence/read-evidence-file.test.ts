import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { applicationCsv, applicationHeader, applicationRow, collect, collectOne, complaints, evidenceFolder, layerEvidence } from './evidence-folder.ts';
import { skippableFrame, zstdBomb, zstdFrame } from './zstd-frame.ts';

const folder = 'periods/2026-05/evidence';
/** `applicationCsv` with a second row, compressed with content checksum by the reference encoder. */
const zstdFixture = Buffer.from(
  'KLUv/QRohQMAsgcYF4BtDkS0BkUssZMsE4JJ1EXtJrYYAYAQi0GA+buR02m0SSsQUj9Jtiqb7r3qDlvvah6FUsZSaVCJYIrlggDH1uZ0b8udw+T3RfCcyGHrJjq7mtuxPYw2n3md7rXmR+gwBAABEhxClnUXj83UHiGBWPs=',
  'base64',
);

async function complaintsAbout(name: string, content: string | Uint8Array): Promise<string[]> {
  return complaints(await collectOne(name, content));
}

describe('empty files and pointers', () => {
  test.each([
    ['a.csv', '', 'evidence-empty no-bytes'],
    ['a.csv.gz', '', 'evidence-empty no-bytes'],
    ['a.parquet', '', 'evidence-empty no-bytes'],
    ['a.csv', '\n\r\n  \t\n', 'evidence-empty no-content'],
    ['a.jsonl', '\ufeff\n', 'evidence-empty no-content'],
    ['a.csv.gz', gzipSync(''), 'evidence-empty no-content'],
    ['a.csv.zst', zstdFrame(''), 'evidence-empty no-content'],
  ])('%s with %j: %s', async (name, content, expected) => {
    expect(await complaintsAbout(name, content)).toEqual([expected]);
  });

  test.each(['a.csv', 'a.csv.gz', 'a.jsonl.zst', 'a.parquet'])('a git LFS pointer in place of %s is named as such', async (name) => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
    expect(await complaintsAbout(name, pointer)).toEqual(['evidence-pointer git-lfs']);
  });

  test('a header without rows is a quiet layer, not an empty file', async () => {
    expect(await complaintsAbout('a.csv', `${applicationHeader}\n`)).toEqual([]);
    expect(await complaintsAbout('a.csv', applicationHeader)).toEqual([]);
  });
});

describe('encoding', () => {
  const utf16be = Buffer.from(`\ufeff${applicationCsv}`, 'utf16le').swap16();
  test.each([
    ['UTF-16LE', Buffer.from(`\ufeff${applicationCsv}`, 'utf16le')],
    ['UTF-16BE', utf16be],
    ['UTF-32LE', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(applicationCsv)])],
    ['UTF-32BE', Buffer.concat([Buffer.from([0, 0, 0xfe, 0xff]), Buffer.from(applicationCsv)])],
  ])('%s is told by its mark', async (encoding, content) => {
    const evidence = await collectOne('a.csv', content);
    expect(evidence.findings).toMatchObject([
      { code: 'evidence-encoding', severity: 'inconclusive', args: { problem: 'byte-order-mark', encoding }, source: { file: `${folder}/a.csv`, line: 0 } },
    ]);
  });

  test('UTF-16 without a mark is full of NUL bytes', async () => {
    expect(await complaintsAbout('a.csv', Buffer.from(applicationCsv, 'utf16le'))).toEqual(['evidence-encoding nul-byte']);
  });

  test('the mark of UTF-8 is welcome and no part of the first name', async () => {
    const evidence = await collectOne('a.csv', `\ufeff${applicationCsv}`);
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]?.header[0]).toBe('request_id');
    expect(await complaintsAbout('a.csv', `\ufeff"request_id"${applicationCsv.slice(10)}`)).toEqual([]);
  });

  test('invalid text and NUL bytes are told with their place', async () => {
    const latin1 = await collectOne('a.csv', Buffer.concat([Buffer.from(applicationCsv), Buffer.from('Zoë', 'latin1')]));
    expect(latin1.findings).toMatchObject([{ args: { problem: 'invalid-utf-8', byte: `${applicationCsv.length + 2}` } }]);
    const nul = await collectOne('a.csv', `${applicationCsv}r2,\0`);
    expect(nul.findings).toMatchObject([{ args: { problem: 'nul-byte', byte: `${applicationCsv.length + 3}` } }]);
  });

  test.each(['plain', 'gzip', 'zstd'])('is checked to the last byte of a long %s file', async (compression) => {
    const long = Buffer.concat([Buffer.from(applicationCsv), Buffer.alloc(3_500_000, 'ü€😀\n'), Buffer.from([0xf0, 0x9f, 0x98])]);
    const [name, content] =
      compression === 'gzip' ? ['a.csv.gz', gzipSync(long)] : compression === 'zstd' ? ['a.csv.zst', zstdFrame(long, { blockBytes: 99_999 })] : ['a.csv', long];
    const evidence = await collectOne(name, content);
    expect(evidence.findings).toMatchObject([{ code: 'evidence-encoding', args: { problem: 'invalid-utf-8', byte: `${long.length - 3}` } }]);
  });
});

describe('gzip', () => {
  const packed = gzipSync(applicationCsv);

  test('one member or several are read', async () => {
    expect(await complaintsAbout('a.csv.gz', packed)).toEqual([]);
    const members = Buffer.concat([gzipSync(applicationHeader), gzipSync('\n'), gzipSync(''), gzipSync(`${applicationRow}\n`)]);
    const evidence = await collectOne('a.csv.gz', members);
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]).toMatchObject({ compression: 'gzip', bytes: members.length, header: applicationHeader.split(',') });
  });

  test('cut at any byte, it is found', async () => {
    const files = Object.fromEntries(Array.from({ length: packed.length - 2 }, (_, cut) => [`${folder}/${cut + 2}.csv.gz`, packed.subarray(0, cut + 2)]));
    const evidence = await collect(evidenceFolder(files), [layerEvidence('application', ['evidence/*.gz'])]);
    expect(evidence.files).toHaveLength(packed.length - 2);
    expect(new Set(complaints(evidence))).toEqual(new Set(['evidence-corrupt truncated']));
    expect(evidence.findings).toHaveLength(packed.length - 2);
  });

  test('cut inside a second member, it is found', async () => {
    const second = gzipSync(applicationRow);
    for (const cut of [1, 5, 10, second.length - 8, second.length - 1]) {
      expect([cut, await complaintsAbout('a.csv.gz', Buffer.concat([packed, second.subarray(0, cut)]))]).toEqual([cut, ['evidence-corrupt truncated']]);
    }
  });

  test('a flipped bit in data, checksum or length is found', async () => {
    for (const at of [12, packed.length - 7, packed.length - 2]) {
      const flipped = Buffer.from(packed);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect([at, await complaintsAbout('a.csv.gz', flipped)]).toEqual([at, ['evidence-corrupt damaged']]);
    }
  });

  test.each([
    ['text', Buffer.from('garbage')],
    ['zero bytes', Buffer.alloc(512)],
    ['zero bytes and text', Buffer.concat([Buffer.alloc(2 ** 21), Buffer.from('more')])],
  ])('%s after the last member is found', async (_, tail) => {
    const [complaint, ...others] = await complaintsAbout('a.csv.gz', Buffer.concat([packed, tail]));
    expect(others).toEqual([]);
    expect(complaint).toMatch(/^evidence-corrupt (damaged|trailing-bytes)$/);
  });

  test('a bomb is stopped', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 24, 'aaaaaaa\n'));
    const root = evidenceFolder({ [`${folder}/a.csv.gz`]: bomb });
    const layer = [layerEvidence('application', ['evidence/*'])];
    expect(complaints(await collect(root, layer, { limits: { expansion: 100, expansionFloorBytes: 2 ** 20 } }))).toEqual(['evidence-limit expansion']);
    const limited = await collect(root, layer, { limits: { textBytes: 2 ** 22 } });
    expect(complaints(limited)).toEqual(['evidence-limit textBytes']);
    expect(limited.files[0]?.bytes).toBe(bomb.length);
  });
});

describe('zstd', () => {
  test('real frames, several frames, skippable frames and frames without checksum are read', async () => {
    expect(await complaintsAbout('a.csv.zst', zstdFixture)).toEqual([]);
    const frames = Buffer.concat([
      skippableFrame(100_000),
      zstdFrame(applicationHeader),
      zstdFrame('\n', { checksum: false }),
      skippableFrame(0),
      zstdFrame(''),
      zstdFixture,
      zstdFrame(`${applicationRow}\n`, { checksum: false, blockBytes: 1 }),
    ]);
    const evidence = await collectOne('a.csv.zst', frames);
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]).toMatchObject({ compression: 'zstd', bytes: frames.length, header: applicationHeader.split(',') });
  });

  test.each([
    ['a real frame', zstdFixture],
    ['raw blocks with checksum', zstdFrame(applicationCsv)],
    ['raw blocks without checksum', zstdFrame(applicationCsv, { checksum: false })],
    ['a skippable frame at the end', Buffer.concat([zstdFixture, skippableFrame(5)])],
  ])('%s, cut at any byte, is found', async (_, whole) => {
    const boundary = whole.length > zstdFixture.length && whole.subarray(0, zstdFixture.length).equals(zstdFixture) ? zstdFixture.length : -1;
    const cuts = Array.from({ length: whole.length - 4 }, (__, index) => index + 4).filter((cut) => cut !== boundary);
    const files = Object.fromEntries(cuts.map((cut) => [`${folder}/${cut}.csv.zst`, whole.subarray(0, cut)]));
    const evidence = await collect(evidenceFolder(files), [layerEvidence('application', ['evidence/*.zst'])]);
    expect(evidence.findings).toHaveLength(cuts.length);
    expect(new Set(complaints(evidence))).toEqual(new Set(['evidence-corrupt truncated']));
  });

  test('frames longer than a read are followed across chunks', async () => {
    const text = `${applicationCsv}${`${applicationRow}\n`.repeat(60_000)}`;
    const whole = Buffer.concat([zstdFrame(text, { blockBytes: 2 ** 17 }), zstdFrame(text, { blockBytes: 7001, checksum: false })]);
    expect(await complaintsAbout('a.csv.zst', whole)).toEqual([]);
    expect(await complaintsAbout('a.csv.zst', whole.subarray(0, -1))).toEqual(['evidence-corrupt truncated']);
  });

  test('damage is found', async () => {
    expect(await complaintsAbout('a.csv.zst', Buffer.concat([zstdFixture, Buffer.from('garbage')]))).toEqual(['evidence-corrupt damaged']);
    expect(await complaintsAbout('a.csv.zst', Buffer.concat([zstdFixture, Buffer.alloc(4)]))).toEqual(['evidence-corrupt damaged']);
    const reservedBlock = zstdFrame(applicationCsv);
    reservedBlock[6] = (reservedBlock[6] ?? 0) | 6;
    expect(await complaintsAbout('a.csv.zst', reservedBlock)).toEqual(['evidence-corrupt damaged']);
    const entropy = Buffer.from(zstdFixture);
    entropy.fill(0xff, 12, 40);
    expect(await complaintsAbout('a.csv.zst', entropy)).toEqual(['evidence-corrupt damaged']);
  });

  test('bombs are stopped: much text, a large window, tiny blocks under a window', async () => {
    const layer = [layerEvidence('application', ['evidence/*'])];
    const bomb = evidenceFolder({ [`${folder}/a.csv.zst`]: zstdBomb(64) });
    expect(complaints(await collect(bomb, layer, { limits: { expansionFloorBytes: 2 ** 20 } }))).toEqual(['evidence-limit expansion']);
    expect(await complaintsAbout('a.csv.zst', zstdFrame(applicationCsv, { windowLog: 27 }))).toEqual(['evidence-limit windowBytes']);
    const tiny = evidenceFolder({ [`${folder}/a.csv.zst`]: zstdFrame(applicationCsv, { windowLog: 23, blockBytes: 1 }) });
    expect(complaints(await collect(tiny, layer, { limits: { windowMoves: 2 ** 29 } }))).toEqual(['evidence-limit windowMoves']);
  });
});

describe('a name that contradicts the content', () => {
  const packed = gzipSync(applicationCsv);
  test.each([
    ['a.csv', packed, 'csv', 'gzip'],
    ['a.jsonl', zstdFixture, 'jsonl', 'zstd'],
    ['a.csv', Buffer.from('PK\x03\x04rest'), 'csv', 'zip'],
    ['a.csv', Buffer.from('PAR1....PAR1'), 'csv', 'parquet'],
    ['a.csv.gz', applicationCsv, 'gzip', 'unknown'],
    ['a.csv.gz', zstdFixture, 'gzip', 'zstd'],
    ['a.csv.zst', packed, 'zstd', 'gzip'],
    ['a.parquet', applicationCsv, 'parquet', 'unknown'],
    ['a.csv.gz', gzipSync(packed), 'csv', 'gzip'],
    ['a.csv.zst', zstdFrame(packed), 'csv', 'gzip'],
  ])('%# %s', async (name, content, expected, found) => {
    const evidence = await collectOne(name, content);
    expect(evidence.findings).toMatchObject([{ code: 'evidence-corrupt', args: { problem: 'name-contradicts-content', expected, found } }]);
  });
});

describe('parquet', () => {
  const footer = Buffer.alloc(4);
  const whole = Buffer.concat([Buffer.from('PAR1'), footer, Buffer.from('PAR1')]);
  test('has its magic at both ends and a footer that fits', async () => {
    const evidence = await collectOne('a.parquet', whole);
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]).toMatchObject({ container: 'parquet', compression: 'none', header: [] });
    for (let cut = 4; cut < whole.length; cut += 1) {
      expect((await complaintsAbout('a.parquet', whole.subarray(0, cut)))[0]).toMatch(/^evidence-corrupt (truncated|damaged)$/);
    }
    const tooLong = Buffer.from(whole);
    tooLong.writeUInt32LE(99, 4);
    expect(await complaintsAbout('a.parquet', tooLong)).toEqual(['evidence-corrupt damaged']);
  });
});

const jsonRow = {
  request_id: 'r1',
  timestamp_utc: '2026-05-01T00:00:00Z',
  account_ref: 'acct_redacted',
  service: 'chat',
  model_requested: 'gpt-4.1-nano',
  status: 'success',
};

describe('jsonl', () => {
  const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

  test('keys may differ from line to line', async () => {
    const { service, ...first } = jsonRow;
    expect(await complaintsAbout('a.jsonl', lines(first, { ...first, service, input_tokens: 5 }))).toEqual([]);
    expect(await complaintsAbout('a.ndjson.gz', gzipSync(lines(jsonRow)))).toEqual([]);
    expect(await complaintsAbout('a.jsonl', `\r\n${JSON.stringify(jsonRow)}`)).toEqual([]);
  });

  test('a byte order mark is no part of JSON', async () => {
    const evidence = await collectOne('a.jsonl', `\ufeff${lines(jsonRow)}`);
    expect(evidence.findings).toMatchObject([{ code: 'evidence-encoding', args: { problem: 'byte-order-mark', encoding: 'UTF-8' } }]);
  });

  test.each([
    ['[{"request_id":1}]', 'evidence-syntax json-array'],
    ['{\n  "request_id": 1\n}', 'evidence-syntax not-an-object'],
    ['"text"\n', 'evidence-syntax not-an-object'],
    ['null\n', 'evidence-syntax not-an-object'],
    [applicationCsv, 'evidence-syntax not-an-object'],
  ])('%j is no JSONL', async (content, expected) => {
    expect(await complaintsAbout('a.jsonl', content)).toEqual([expected]);
  });

  test('keys that are missing, misspelt or unknown are said', async () => {
    const { service: _, status: __, ...rest } = jsonRow;
    const evidence = await collectOne('a.jsonl', lines({ ...rest, Status: 'success', colour: 'red' }));
    expect(
      evidence.findings.map((found) => [found.severity, found.args['problem'], found.args['column'] ?? found.args['columns'] ?? found.args['found']]),
    ).toEqual([
      ['inconclusive', 'misspelt-column', 'Status'],
      ['inconclusive', 'missing-column', 'service'],
      ['warn', 'unknown-column', 'colour'],
    ]);
  });

  test('a first line without an end is a limit', async () => {
    expect(await complaintsAbout('a.jsonl', `{"request_id":"${'x'.repeat(2 ** 21)}"}\n`)).toEqual(['evidence-limit rowBytes']);
  });
});
