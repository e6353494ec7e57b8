/** Same inputs, same bytes: of two runs, of evidence shuffled, split, renamed and packed otherwise, and of what a spreadsheet may open. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../properties/random.ts';
import { baseAlone } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { hashesOf } from './read-folder.ts';
import { callCli } from './call-cli.ts';
import { runCli } from './run-cli.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-bytes-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const example = join(import.meta.dirname, '../../examples/cometapi');
const period = 'periods/2026-05';

/** In this process, unless `by` says otherwise. */
async function reconcile(ledger: string, out: string, more: readonly string[] = [], by: typeof callCli | typeof runCli = callCli): Promise<string> {
  const { code, stderr } = await by(workspace, ['reconcile', '2026-05', '--ledger', ledger, '--out', out, '--as-of', '2026-06-15', ...more]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  return join(workspace, out, '2026-05');
}

describe('the failing month of the example', { timeout: 300_000 }, () => {
  let first = '';
  beforeAll(async () => {
    // In a process of its own: what the others write is held against it.
    first = await reconcile(example, 'first', ['--lines', 'csv'], runCli);
  });

  it('gives the same files twice, and over an earlier run', async () => {
    const before = hashesOf(first);
    expect(Object.keys(before ?? {})).toEqual(['lines.csv', 'lines.parquet', 'manifest.json', 'report.md', 'result.json']);
    const second = await reconcile(example, 'second', ['--lines', 'csv', '--memory', '512MB']);
    expect(hashesOf(second)).toEqual(before);
    expect(hashesOf(await reconcile(example, 'second', ['--lines', 'csv']))).toEqual(before);
    expect(readdirSync(join(workspace, 'second'))).toEqual(['2026-05']);
  });

  it('gives the same result.json when the evidence is shuffled, split, renamed and packed otherwise', async () => {
    const ledger = join(workspace, 'shuffled');
    cpSync(example, ledger, { recursive: true });
    const names = ['app-1.csv.gz', 'app-2.csv.gz', 'gateway.csv.gz', 'usage.csv.gz'];
    const [one, two, gateway, usage] = names.map((name) => linesOf(join(ledger, period, 'evidence', name)));
    if (one === undefined || two === undefined || gateway === undefined || usage === undefined) throw new Error('the example has other evidence');
    rmSync(join(ledger, period, 'evidence'), { recursive: true });
    cpSync(join(example, period, 'evidence'), join(ledger, period, 'evidence'), { recursive: true, filter: (from) => !from.endsWith('.gz') });
    writeParts(ledger, 'logs', [one[0] ?? '', ...one.slice(1), ...two.slice(1)], 3);
    writeParts(ledger, 'proxy', gateway, 2);
    writeParts(ledger, 'bill', usage, 5);
    const file = join(ledger, period, 'period.yaml');
    const yaml = readFileSync(file, 'utf8')
      .replace('app-*.csv.gz', 'logs-*')
      .replace('gateway.csv.gz', '{proxy-0.csv,proxy-1.csv.gz}')
      .replace('usage.csv.gz', 'bill-*');
    writeFileSync(file, yaml.replace('[evidence/{proxy-0.csv,proxy-1.csv.gz}]', '["evidence/{proxy-0.csv,proxy-1.csv.gz}"]'));
    const shuffled = await reconcile(ledger, 'other');
    expect(readFileSync(join(shuffled, 'result.json'), 'utf8')).toBe(readFileSync(join(first, 'result.json'), 'utf8'));
  });
});

function linesOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
}

/** The header and a shuffled share of the rows in each part; every other part is packed. */
function writeParts(ledger: string, name: string, [header = '', ...rows]: readonly string[], parts: number): void {
  const shuffled = seededRandom(parts).shuffle(rows);
  for (let part = 0; part < parts; part += 1) {
    const text = [header, ...shuffled.filter((_, index) => index % parts === part), ''].join('\n');
    const path = join(ledger, period, 'evidence', `${name}-${part}.csv`);
    if (part % 2 === 0) writeFileSync(path, text);
    else writeFileSync(`${path}.gz`, gzipSync(text));
  }
}

it('lines.csv has no cell that a spreadsheet would run', { timeout: 120_000 }, async () => {
  const formulas = ['=HYPERLINK("http://x")', '+1+1', '-2+3', '@SUM(A1)', '\tx', '=1\n=2'];
  const quoted = formulas.map((text) => `"${text.replaceAll('"', '""')}"`);
  const model = 'gpt-4.1-nano-2025-04-14';
  const ledger = await layOut(workspace, '_base', {
    ...baseAlone,
    append: quoted.flatMap((text, index) => [
      {
        path: `${period}/evidence/application.csv`,
        text: `${text},,2026-05-20T10:00:00Z,acct_redacted,production,${text},${text},support-chat-primary,gpt-4.1-nano,success,1,1000,0,0,0,100,0\n`,
      },
      {
        path: `${period}/evidence/provider.csv`,
        text: `${text},${text},2026-05-20T10:00:01Z,acct_redacted,production,${index % 2 === 0 ? model : text},charge,success,1,1000,0,0,0,100,0,-0.5,USD\n`,
      },
    ]),
  });
  const csv = readFileSync(join(await reconcile(ledger, 'cells', ['--lines', 'csv']), 'lines.csv'), 'utf8');
  const cells = cellsOf(csv);
  for (const text of formulas) expect(cells).toContain(`'${text}`);
  // A negative amount is a number and stays one.
  expect(cells.some((cell) => /^-0\.50*$/.test(cell))).toBe(true);
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell))).toEqual([]);
});

/** Every cell of a CSV text (RFC 4180). */
function cellsOf(csv: string): string[] {
  return [...csv.matchAll(/(?:^|,|\n)(?:"((?:[^"]|"")*)"|([^",\n]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
