import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, linkSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../src/evidence/evidence-limits.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { applicationCsv, besidesUnread, collect, complaints, evidenceFolder, layerEvidence } from './evidence-folder.ts';

const folder = 'periods/2026-05/evidence';

describe('finding files', () => {
  test('files come by layer and by name in code point order, with their hash, size and header', async () => {
    const root = evidenceFolder({
      [`${folder}/app-\u{1f600}.csv`]: applicationCsv,
      [`${folder}/app-\uff5e.csv`]: applicationCsv,
      [`${folder}/app-2.csv`]: applicationCsv,
      [`${folder}/app-10.csv`]: applicationCsv,
      [`${folder}/gateway.csv`]: applicationCsv,
      [`${folder}/.hidden.csv`]: 'never looked at',
    });
    const evidence = await collect(root, [layerEvidence('gateway', ['evidence/g*.csv']), layerEvidence('application', ['evidence/app-*.csv'])]);
    expect(besidesUnread(evidence)).toEqual([]);
    expect(evidence.files.map((file) => file.name)).toEqual(
      ['app-10.csv', 'app-2.csv', 'app-\uff5e.csv', 'app-\u{1f600}.csv', 'gateway.csv'].map((name) => `${folder}/${name}`),
    );
    expect(evidence.files[0]).toEqual({
      layer: 'application',
      path: join(realpathSync(root), folder, 'app-10.csv'),
      name: `${folder}/app-10.csv`,
      format: builtInFormats[0],
      copy: null,
      bytes: applicationCsv.length,
      sha256: createHash('sha256').update(applicationCsv).digest('hex'),
      container: 'csv',
      compression: 'none',
      header: ['request_id', 'timestamp_utc', 'account_ref', 'service', 'model_requested', 'status'],
    });
  });

  test.each([
    ['evidence/**/*.csv', ['a.csv', 'deep/b.csv', 'deep/er/c.csv']],
    ['evidence/**', ['a.csv', 'deep/b.csv', 'deep/er/c.csv']],
    ['evidence/deep/**/c.csv', ['deep/er/c.csv']],
    ['evidence/{a,deep/b}.csv', ['a.csv', 'deep/b.csv']],
    ['evidence/[!b-z].csv', ['a.csv']],
    ['evidence/?.csv', ['a.csv']],
    ['./evidence//a.csv', ['a.csv']],
    ['evidence/*/*', ['deep/b.csv']],
  ])('the pattern %s finds %j', async (pattern, expected) => {
    const root = evidenceFolder({
      [`${folder}/a.csv`]: applicationCsv,
      [`${folder}/deep/b.csv`]: applicationCsv,
      [`${folder}/deep/er/c.csv`]: applicationCsv,
    });
    const evidence = await collect(root, [layerEvidence('application', [pattern])]);
    expect(besidesUnread(evidence)).toEqual([]);
    expect(evidence.files.map((file) => file.name)).toEqual(expected.map((name) => `${folder}/${name}`));
  });

  test('a pattern that finds nothing is said, with its place in period.yaml', async () => {
    const evidence = await collect(evidenceFolder({}), [layerEvidence('provider', ['evidence/usage-*.csv', 'evidence/a.csv'])]);
    expect(complaints(evidence)).toEqual(['evidence-missing', 'evidence-missing']);
    expect(evidence.findings[0]).toMatchObject({
      severity: 'inconclusive',
      args: { layer: 'provider', pattern: 'evidence/usage-*.csv' },
      source: { file: 'periods/2026-05/period.yaml', line: 9, column: 3 },
    });
  });

  test('an evidence root holds a folder per period, and names are relative to it', async () => {
    const evidenceRoot = evidenceFolder({ '2026-05/evidence/app.csv': applicationCsv });
    const evidence = await collect(evidenceFolder({}), [layerEvidence('application', ['evidence/app.csv'])], { evidenceRoot });
    expect(besidesUnread(evidence)).toEqual([]);
    expect(evidence.files.map((file) => file.name)).toEqual(['2026-05/evidence/app.csv']);
  });
});

describe('one file, one witness', () => {
  test('two patterns, or a link beside its target, count a file once', async () => {
    const root = evidenceFolder({ [`${folder}/app.csv`]: applicationCsv });
    symlinkSync('app.csv', join(root, folder, 'zlink.csv'));
    const evidence = await collect(root, [layerEvidence('application', ['evidence/*.csv', 'evidence/app.csv'])]);
    expect(besidesUnread(evidence)).toEqual([]);
    expect(evidence.files.map((file) => file.name)).toEqual([`${folder}/app.csv`]);
  });

  test('a file that two layers name is refused in the second', async () => {
    const root = evidenceFolder({ [`${folder}/app.csv`]: applicationCsv });
    const evidence = await collect(root, [layerEvidence('application', ['evidence/*.csv']), layerEvidence('gateway', ['evidence/app.csv'])]);
    expect(evidence.files.map((file) => file.layer)).toEqual(['application']);
    expect(evidence.findings[0]).toMatchObject({
      code: 'evidence-limit',
      severity: 'inconclusive',
      args: { problem: 'two-layers', layer: 'gateway', other: 'application', file: `${folder}/app.csv` },
    });
  });

  test('equal files under two names stay two files: rows say what repeats', async () => {
    const root = evidenceFolder({ [`${folder}/a.csv`]: applicationCsv, [`${folder}/b.csv`]: applicationCsv });
    expect((await collect(root, [layerEvidence('application', ['evidence/*.csv'])])).files).toHaveLength(2);
  });
});

describe('nothing leaves the root', () => {
  test.each(['../2026-04/evidence/a.csv', '/etc/passwd', 'evidence/../../../x.csv', 'C:\\x.csv', 'evidence\\..\\x.csv', 'evidence/{a,../b}.csv', 'a\0.csv'])(
    'the pattern %j is refused',
    async (pattern) => {
      const evidence = await collect(evidenceFolder({ [`${folder}/a.csv`]: applicationCsv }), [layerEvidence('application', [pattern])]);
      expect(evidence.files).toEqual([]);
      expect(evidence.findings).toMatchObject([{ code: 'path-escape', severity: 'inconclusive', args: { pattern } }]);
    },
  );

  test.each(['evidence/*.csv', 'evidence/out.csv', 'evidence/**', 'evidence/{out,other}.csv'])('a link to a file outside is refused by %s', async (pattern) => {
    const outside = evidenceFolder({ 'secret.csv': applicationCsv });
    const root = evidenceFolder({ [`${folder}/notes.txt/keep`]: '' });
    symlinkSync(join(outside, 'secret.csv'), join(root, folder, 'out.csv'));
    const evidence = await collect(root, [layerEvidence('application', [pattern])]);
    expect(evidence.files).toEqual([]);
    expect(evidence.findings).toContainEqual(
      expect.objectContaining({ code: 'path-escape', args: { layer: 'application', pattern, file: `${folder}/out.csv` } }),
    );
  });

  test.each(['evidence/far/a.csv', 'evidence/*/a.csv', 'evidence/far/*.csv'])('a link to a folder outside is refused by %s', async (pattern) => {
    const outside = evidenceFolder({ 'a.csv': applicationCsv });
    const root = evidenceFolder({ [`${folder}/x.csv`]: applicationCsv });
    symlinkSync(outside, join(root, folder, 'far'));
    const evidence = await collect(root, [layerEvidence('application', [pattern])]);
    expect(evidence.files).toEqual([]);
    expect(complaints(evidence)).toEqual(['path-escape']);
  });

  test('a period folder that is a link outward is refused', async () => {
    const outside = evidenceFolder({ 'evidence/a.csv': applicationCsv });
    const root = evidenceFolder({ 'periods/x': '' });
    symlinkSync(outside, join(root, 'periods/2026-05'));
    const evidence = await collect(root, [layerEvidence('application', ['evidence/*.csv'])]);
    expect(evidence.files).toEqual([]);
    expect(complaints(evidence)).toEqual(['path-escape']);
  });

  test('a link that stays inside is followed, a loop of links ends, a dangling link matches nothing', async () => {
    const root = evidenceFolder({ 'shared/app.csv': applicationCsv, [`${folder}/keep/x`]: '' });
    symlinkSync(join(root, 'shared/app.csv'), join(root, folder, 'app.csv'));
    symlinkSync('.', join(root, folder, 'loop'));
    symlinkSync('nowhere', join(root, folder, 'dangling.csv'));
    const evidence = await collect(root, [layerEvidence('application', ['evidence/**/*.csv'])]);
    expect(besidesUnread(evidence)).toEqual([]);
    expect(evidence.files.map((file) => file.name)).toEqual([`${folder}/app.csv`]);
  });

  test('a pipe is no evidence, and is not waited for', async () => {
    const root = evidenceFolder({ [`${folder}/keep`]: '' });
    execFileSync('mkfifo', [join(root, folder, 'pipe.csv')]);
    const evidence = await collect(root, [layerEvidence('application', ['evidence/pipe.csv'])]);
    expect(complaints(evidence)).toEqual(['evidence-corrupt not-a-regular-file']);
  });
});

describe('limits', () => {
  const files = { [`${folder}/a.csv`]: applicationCsv, [`${folder}/b.csv`]: applicationCsv };
  const layer = [layerEvidence('application', ['evidence/*.csv'])];

  test('of files, of bytes, of entries, of patterns', async () => {
    const root = evidenceFolder(files);
    const few = await collect(root, layer, { limits: { files: 1 } });
    expect([few.files.length, complaints(few)]).toEqual([1, ['evidence-limit files']]);
    expect(complaints(await collect(root, layer, { limits: { fileBytes: 10 } }))).toEqual(['evidence-limit fileBytes', 'evidence-limit fileBytes']);
    expect(complaints(await collect(root, layer, { limits: { entries: 1 } }))).toEqual(['evidence-limit entries']);
    expect(complaints(await collect(root, [layerEvidence('application', ['x'.repeat(600)])]))).toEqual(['evidence-limit patternLength']);
    expect(complaints(await collect(root, [layerEvidence('application', ['{a,b}'.repeat(40)])]))).toEqual(['evidence-limit patterns']);
  });

  test('many stars take no time', async () => {
    const root = evidenceFolder({ [`${folder}/${'a'.repeat(200)}.csv`]: applicationCsv });
    const started = process.cpuUsage();
    const evidence = await collect(root, [layerEvidence('application', [`evidence/${'*a'.repeat(100)}b`])]);
    expect(complaints(evidence)).toEqual(['evidence-missing']);
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

  test('are generous enough for a year of exports', () => {
    expect(defaultLimits.fileBytes).toBeGreaterThan(3.4e9);
  });
});

describe('what a file is', () => {
  test('a name that says nothing is refused', async () => {
    for (const name of ['usage.xlsx', 'usage', 'usage.parquet.gz', 'usage.gz', 'csv']) {
      const root = evidenceFolder({ [`${folder}/${name}`]: applicationCsv });
      const evidence = await collect(root, [layerEvidence('application', [`evidence/${name}`])]);
      expect([name, evidence.files.length, complaints(evidence)]).toEqual([name, 0, ['evidence-corrupt unknown-kind']]);
    }
  });

  test('hard links are one file per name and read as such', async () => {
    const root = evidenceFolder({ [`${folder}/a.csv`]: applicationCsv });
    linkSync(join(root, folder, 'a.csv'), join(root, folder, 'b.CSV'));
    const evidence = await collect(root, [layerEvidence('application', ['evidence/*'])]);
    expect(evidence.files.map((file) => file.container)).toEqual(['csv', 'csv']);
  });
});

test('a file that changes while it is read is said', async () => {
  const root = evidenceFolder({ [`${folder}/a.csv`]: `${applicationCsv}${'x\n'.repeat(2 ** 21)}` });
  const path = join(root, folder, 'a.csv');
  const evidence = await collect(root, [layerEvidence('application', ['evidence/a.csv'])], {
    onProgress: () => appendFileSync(path, 'more\n'),
  });
  expect(complaints(evidence)).toEqual(['evidence-changed while-reading']);
});

test('a file that is rewritten in place while it is read is said', async () => {
  const content = `${applicationCsv}${'x\n'.repeat(2 ** 20)}`;
  const root = evidenceFolder({ [`${folder}/a.csv`]: content });
  const path = join(root, folder, 'a.csv');
  const evidence = await collect(root, [layerEvidence('application', ['evidence/a.csv'])], {
    onProgress: () => writeFileSync(path, content),
  });
  expect(complaints(evidence)).toContain('evidence-changed while-reading');
});

test('progress adds up to the bytes on disk', async () => {
  const root = evidenceFolder({ [`${folder}/a.csv`]: `${applicationCsv}${'x\n'.repeat(2 ** 20)}`, [`${folder}/b.csv`]: applicationCsv });
  let seen = 0;
  const evidence = await collect(root, [layerEvidence('application', ['evidence/*.csv'])], { onProgress: (bytes) => (seen += bytes) });
  expect(seen).toBe(evidence.files.reduce((sum, file) => sum + file.bytes, 0));
});

test('all findings come at once', async () => {
  const root = evidenceFolder({ [`${folder}/a.csv`]: '', [`${folder}/b.csv`]: 'Request_ID,foo\n', [`${folder}/c.csv`]: applicationCsv });
  mkdirSync(join(root, folder, 'empty'));
  const evidence = await collect(root, [layerEvidence('application', ['evidence/*.csv', 'evidence/none.csv', '../x'])]);
  expect(evidence.files).toHaveLength(3);
  expect(new Set(evidence.findings.map((found) => found.code))).toEqual(new Set(['evidence-missing', 'path-escape', 'evidence-empty', 'evidence-header']));
});

describe('what nobody reads', () => {
  const layer = [layerEvidence('application', ['evidence/app.csv'])];
  const unread = async (root: string, more: Parameters<typeof collect>[2] = {}) =>
    (await collect(root, layer, more)).findings.map(({ code, severity, args }) => [code, severity, args['files']]);

  test('is named in one finding, links and hidden names too, and nothing outside is looked at', async () => {
    const outside = evidenceFolder({ 'secret.csv': '' });
    const root = evidenceFolder({
      [`${folder}/app.csv`]: applicationCsv,
      [`${folder}/.usage.csv`]: '',
      [`${folder}/.gitkeep`]: '',
      [`${folder}/.cache/b.csv`]: '',
      'shared/c.csv': '',
    });
    symlinkSync(outside, join(root, folder, 'far'));
    symlinkSync('../../../shared', join(root, folder, 'near'));
    symlinkSync('app.csv', join(root, folder, 'same.csv'));
    symlinkSync('.', join(root, folder, 'loop'));
    expect(await unread(root)).toEqual([['evidence-unread', 'warn', 'evidence/.cache/b.csv, evidence/.usage.csv, evidence/far, evidence/near/c.csv']]);
  });

  test('under an evidence root: there, and what the ledger itself still holds', async () => {
    const evidenceRoot = evidenceFolder({ '2026-05/evidence/app.csv': applicationCsv, '2026-05/evidence/b.csv': '', '2026-05/c.csv': '' });
    const root = evidenceFolder({ [`${folder}/app.csv`]: 'version https://git-lfs.github.com/spec/v1', [`${folder}/d.csv`]: '' });
    expect(await unread(root, { evidenceRoot })).toEqual([['evidence-unread', 'warn', 'evidence/b.csv, evidence/d.csv']]);
  });

  test('is not said where a pattern finds nothing: the misspelt name is the one cause', async () => {
    const root = evidenceFolder({ [`${folder}/App.csv`]: applicationCsv });
    expect(await unread(root)).toEqual([['evidence-missing', 'inconclusive', undefined]]);
  });
});
