/** Hostile ledger files of megabytes take neither memory nor time: each kind is read in a process of its own, whose peak is measured. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { beyondBounds, maxDepth, readYaml } from '../../../src/ledger/yaml-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-yaml-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = join(import.meta.dirname, '../../..');
/** As large as a ledger file may be. */
const most = 4 * 1024 * 1024;
const fill = (piece: string, bytes: number): string => piece.repeat(Math.floor(bytes / piece.length));
const texts: Readonly<Record<string, (bytes: number) => string>> = {
  'a list of megabytes': (bytes) => `files:\n${fill('- a\n', bytes - 10)}`,
  'a list in brackets': (bytes) => `[${fill('a,', bytes - 10)}]`,
  'a list of nothing': (bytes) => fill('-\n', bytes),
  'commas alone': (bytes) => `[${fill(',', bytes - 10)}]`,
  'empty mappings': (bytes) => `[${fill('{},', bytes - 10)}]`,
  'one key again and again': (bytes) => fill('a: b\n', bytes),
  'question marks': (bytes) => fill('? \n', bytes),
  anchors: (bytes) => fill('- &a a\n', bytes),
  tags: (bytes) => fill('- !!x a\n', bytes),
  comments: (bytes) => `${fill('#\n', bytes - 10)}a: 1\n`,
  'many documents': (bytes) => fill('--- a\n', bytes),
  'a text of a million lines': (bytes) => `a: >\n${fill(' x\n', bytes - 10)}`,
  'a quoted text of a million lines': (bytes) => `a: "${fill('x\n ', bytes - 10)}"\n`,
  brackets: (bytes) => fill('[', bytes),
  'lists in lists': (bytes) => fill('- ', bytes),
};

/** Megabytes that reading takes at most, one text after the other, the program and the loader of its language included. */
function peakOf(texts: readonly string[]): number {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const program = `
    import { readFileSync } from 'node:fs';
    import { readYaml } from ${JSON.stringify(join(root, 'src/ledger/yaml-document.ts'))};
    for (const file of ${JSON.stringify(files)}) readYaml('file.yaml', readFileSync(file, 'utf8'));
    process.stdout.write(String(process.resourceUsage().maxRSS));`;
  writeFileSync(join(folder, 'read.ts'), program);
  const ran = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), join(folder, 'read.ts')], { cwd: root, encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  return Number(ran.stdout) / 1024;
}

describe.each(Object.entries(texts))('%s', (_, make) => {
  it('is read in bounded memory, at the largest size and at the largest that is parsed', () => {
    const parsed = [most, 1_000_000, 700_000, 480_000, 240_000, 100_000].find((bytes) => beyondBounds(make(bytes)) === null) ?? 1000;
    expect(peakOf([make(most), make(parsed)])).toBeLessThan(300);
  });
});

it('says where the limit is', () => {
  const { document, findings } = readYaml('a.yaml', `a: 1\nb: ${'['.repeat(maxDepth + 1)}`);
  expect(document).toBeNull();
  expect(findings.map(({ code, source, args }) => [code, source?.line, source?.column, args['problem']])).toEqual([
    ['yaml-limit', 2, 4 + maxDepth, `nested deeper than ${maxDepth} levels`],
  ]);
});

it('takes ledger files as large as they come', () => {
  const models = Array.from(
    { length: 5000 },
    (_, index) => `- { model: vendor/model-${index}, input: "0.1", cached_input: "0.05", output: "0.4", request: "0" }`,
  );
  expect(beyondBounds(`prices:\n${models.join('\n')}\n`)).toBeNull();
  expect(beyondBounds(`note: |\n${' a line\n'.repeat(20_000)}`)).toBeNull();
});
