/** Hostile ledger files of megabytes take neither memory nor time: they are read in a process of their own, whose peak is measured. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

const sizes = [1000, 100_000, 240_000, 480_000, 700_000, 1_000_000, most];

/** The text at the largest size, and at the largest that is parsed: what is beyond a bound stays so when more of the same follows. */
function bothOf(make: (bytes: number) => string): readonly [string, string] {
  const beyond = sizes.findIndex((bytes) => beyondBounds(make(bytes)) !== null);
  return [make(most), make(sizes[Math.max(0, beyond - 1)] ?? most)];
}

/**
 * Kind → megabytes that the process took at most up to the end of reading it, the program and the loader of its language included: the peak of each is no
 * lower than it would be alone.
 */
function peaksOf(kinds: readonly string[]): Map<string, number> {
  const files = kinds.map((kind, index) =>
    bothOf(texts[kind]!).map((text, size) => {
      const file = join(folder, `${index}-${size}.yaml`);
      writeFileSync(file, text);
      return file;
    }),
  );
  const program = `
    import { readFileSync } from 'node:fs';
    import { readYaml } from ${JSON.stringify(join(root, 'src/ledger/yaml-document.ts'))};
    for (const files of ${JSON.stringify(files)}) {
      for (const file of files) readYaml('file.yaml', readFileSync(file, 'utf8'));
      process.stdout.write(process.resourceUsage().maxRSS + '\\n');
      gc();
    }`;
  writeFileSync(join(folder, 'read.ts'), program);
  const ran = spawnSync(process.execPath, ['--expose-gc', '--import', import.meta.resolve('tsx'), join(folder, 'read.ts')], { cwd: root, encoding: 'utf8' });
  expect(ran.stderr).toBe('');
  const lines = ran.stdout.trimEnd().split('\n');
  return new Map(kinds.map((kind, index) => [kind, Number(lines[index]) / 1024]));
}

const kinds = Object.keys(texts);
let peaks: ReadonlyMap<string, number>;
beforeAll(() => {
  peaks = peaksOf(kinds);
});

it.each(kinds)('%s is read in bounded memory, at the largest size and at the largest that is parsed', (kind) => {
  expect(peaks.get(kind)).toBeLessThan(300);
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
