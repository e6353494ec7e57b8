/** Outputs come into place whole or not at all. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/report/render-report.ts';
import { beginOutputs, writeOutputs } from '../../../src/report/write-outputs.ts';
import { sampleReport } from './sample-run.ts';

const { result, inputs, ...rest } = sampleReport();
const report = renderReport({ result, inputs, ...rest });
let out = '';

beforeEach(async () => {
  out = join(await mkdtemp(join(tmpdir(), 'trueup-outputs-')), 'deep', 'out');
});
afterEach(() => rm(join(out, '..', '..'), { recursive: true, force: true }));

async function run(lines: string): Promise<void> {
  const outputs = await beginOutputs(out, '2026-05');
  await writeFile(join(outputs.folder, 'lines.csv'), lines);
  await writeOutputs({ folder: outputs.folder, result, report, inputs, rows: { 'lines.csv': 2 } });
  await outputs.commit();
}

describe('writeOutputs', () => {
  it('writes every file and a manifest that holds', async () => {
    await run('a,b\n1,2\n');
    expect(await readdir(out)).toEqual(['2026-05']);
    expect(await readdir(join(out, '2026-05'))).toEqual(['lines.csv', 'manifest.json', 'report.md', 'result.json']);
    const manifest = JSON.parse(await readFile(join(out, '2026-05', 'manifest.json'), 'utf8')) as {
      outputs: { name: string; bytes: number; sha256: string; rows: number | null }[];
    };
    expect(manifest).toMatchObject({
      schema: 'trueup.manifest/1',
      tool_version: '0.1.0',
      period: '2026-05',
      inputs: [{ name: 'trueup.yaml' }, { role: 'provider', rows: 1031 }],
    });
    for (const { name, bytes, sha256, rows } of manifest.outputs) {
      const content = await readFile(join(out, '2026-05', name));
      expect([bytes, sha256]).toEqual([content.length, createHash('sha256').update(content).digest('hex')]);
      expect(rows).toBe(name === 'lines.csv' ? 2 : null);
    }
  });

  it('replaces an older output wholly', async () => {
    await run('old');
    await writeFile(join(out, '2026-05', 'left-over.txt'), 'x');
    await run('new');
    expect(await readdir(join(out, '2026-05'))).not.toContain('left-over.txt');
    expect(await readFile(join(out, '2026-05', 'lines.csv'), 'utf8')).toBe('new');
    expect(await readdir(out)).toEqual(['2026-05']);
  });

  it('leaves what is there when a run is discarded or dies', async () => {
    await run('old');
    const discarded = await beginOutputs(out, '2026-05');
    await discarded.discard();
    const died = await beginOutputs(out, '2026-05');
    await writeFile(join(died.folder, 'result.json'), '{');
    expect(await readFile(join(out, '2026-05', 'lines.csv'), 'utf8')).toBe('old');
    expect((await readdir(out)).filter((name) => !name.startsWith('.'))).toEqual(['2026-05']);
  });

  it('lets runs go on at once, each whole', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `run ${index}`);
    await Promise.all(names.map((name) => run(name)));
    expect(names).toContain(await readFile(join(out, '2026-05', 'lines.csv'), 'utf8'));
    expect(await readdir(join(out, '2026-05'))).toHaveLength(4);
    expect(await readdir(out)).toEqual(['2026-05']);
  });

  it('replaces a link instead of writing through it', async () => {
    await run('first');
    const elsewhere = await mkdtemp(join(tmpdir(), 'trueup-elsewhere-'));
    await rm(join(out, '2026-05'), { recursive: true });
    await symlink(elsewhere, join(out, '2026-05'));
    await run('second');
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readFile(join(out, '2026-05', 'lines.csv'), 'utf8')).toBe('second');
    await rm(elsewhere, { recursive: true });
  });

  it('does not replace what is no output of its own', async () => {
    await mkdir(join(out, '2026-05', 'evidence'), { recursive: true });
    await writeFile(join(out, '2026-05', 'period.yaml'), 'id: 2026-05');
    await expect(run('new')).rejects.toThrow(/is no earlier output/);
    expect(await readdir(out)).toEqual(['2026-05']);
    expect(await readdir(join(out, '2026-05'))).toEqual(['evidence', 'period.yaml']);
    await writeFile(join(out, '2026-06'), 'a file');
    await expect(beginOutputs(out, '2026-06')).rejects.toThrow(/is no earlier output/);
    await writeFile(join(out, '2026-05', 'manifest.json'), '{"schema":"another"}');
    await expect(run('new')).rejects.toThrow(/is no earlier output/);
  });

  it('says so when nothing can be written', async () => {
    await mkdir(join(out, '..'), { recursive: true });
    await writeFile(out, 'a file');
    await expect(beginOutputs(out, '2026-05')).rejects.toThrow(/Nothing can be written/);
  });

  it.each(['', '.', '..', '../x', 'a/b', '-rf', 'a\u0000b', '.hidden', 'x'.repeat(101)])('refuses %j as a folder name', async (id) => {
    await expect(beginOutputs(out, id)).rejects.toThrow(/cannot name a folder/);
  });
});
