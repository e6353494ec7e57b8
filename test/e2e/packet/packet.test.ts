/** The auditor's packet of the example: what it holds, and a script that agrees with it until anything in it is changed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashesOf, manifestOf } from '../read-folder.ts';
import { callCli } from '../call-cli.ts';
import { share } from '../../properties/drawn-seeds.ts';
import { python, runPython } from './run-python.ts';

const example = resolve('examples/cometapi');
const months = ['2026-03', '2026-04', '2026-05'];
const folder = mkdtempSync(join(tmpdir(), 'trueup-packet-'));
const packetOf = (month: string, out = 'out'): string => join(folder, out, `${month}-packet`);

type Change = (text: string) => string;

/** Adds one to the cell of the column in the first line where it is a number other than 0. */
function raised(column: string): Change {
  return (text) => {
    const lines = text.split('\n');
    const at = (lines[0] ?? '').split(',').indexOf(column);
    const index = lines.findIndex((line, number) => number > 0 && !line.includes('"') && Number(line.split(',')[at]) > 0);
    const cells = (lines[index] ?? '').split(',');
    const cell = cells[at] ?? '';
    cells[at] = cell.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
    return lines.with(index, cells.join(',')).join('\n');
  };
}

const planted: readonly (readonly [name: string, file: string, change: Change])[] = [
  ['an amount in the lines', 'lines.csv', raised('expected')],
  ['a charged amount in the lines', 'lines.csv', raised('charged_amount')],
  ['a step in the lines', 'lines.csv', raised('retry')],
  ['a quantity of the provider', 'lines.csv', raised('output_quantity')],
  ['a quantity of the application', 'lines.csv', raised('expected_output_quantity')],
  ['a price in the lines', 'lines.csv', raised('expected_input_price')],
  ['a price in the price list', 'reperform.json', (text) => text.replace(/("input": )"([\d.]+)"/, '$1"9$2"')],
  ['the rounding', 'reperform.json', (text) => text.replace(/"quantum": "[\d.]+"/, '"quantum": "0.01"')],
  ['a line that was left out', 'lines.csv', (text) => text.split('\n').toSpliced(3, 1).join('\n')],
  ['a row of the bridge', 'result.json', (text) => text.replace(/("step":\s*"token_difference",\s*"amount":\s*)"/, '$1"1')],
];

beforeAll(async () => {
  for (const month of months) await write(month, 'out');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(month: string, out: string): Promise<void> {
  const { code, stderr } = await callCli(folder, ['export', month, 'packet', '--ledger', example, '--out', join(folder, out), '--as-of', '2026-06-15']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

it('is the same folder, byte for byte, each time', { timeout: 60_000 }, async () => {
  await write('2026-05', 'again');
  expect(hashesOf(packetOf('2026-05', 'again'))).toEqual(hashesOf(packetOf('2026-05')));
});

it('lists every file of the folder in its manifest', () => {
  const { 'manifest.json': _, ...files } = hashesOf(packetOf('2026-05')) ?? {};
  expect(manifestOf(packetOf('2026-05'))).toEqual(files);
});

it('holds the ledger files as they are, under the ids that git gives them', () => {
  const [, ...rows] = readFileSync(join(packetOf('2026-05'), 'files.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(rows.length).toBeGreaterThan(4);
  for (const row of rows) {
    const [name = '', , , blob] = row.split(',');
    expect(readFileSync(join(packetOf('2026-05'), 'ledger', name))).toEqual(readFileSync(join(example, name)));
    expect(spawnSync('git', ['hash-object', '--no-filters', join(example, name)], { encoding: 'utf8' }).stdout.trim()).toBe(blob);
  }
});

it('says of each piece of evidence what was read and what the source states', () => {
  const [header = '', ...rows] = readFileSync(join(packetOf('2026-05'), 'ipe.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(header).toContain('rows_at_source,rows_here,control_at_source,control_here');
  expect(rows.find((row) => row.startsWith('provider,'))).toContain(',5738,not stated,37.27988,');
  expect(rows.find((row) => row.startsWith('invoice,'))).toContain(',5671,5671,39.767906,37.267906,');
  expect(readFileSync(join(packetOf('2026-05'), 'ipe.md'), 'utf8')).toContain('- provider: each of the 31 days has a row.');
});

it('is a few pages', () => {
  expect(readFileSync(join(packetOf('2026-05'), 'reperform.py'), 'utf8').split('\n').length).toBeLessThanOrEqual(220);
});

describe.runIf(python !== null)('computed again', () => {
  it.each(months)('%s agrees to the digit', { timeout: 60_000 }, (month) => {
    const { code, output } = runPython(join(packetOf(month), 'reperform.py'));
    expect(output).toContain('everything agrees');
    expect(code).toBe(0);
  });

  it.each(share(planted))('%s is found', { timeout: 60_000 }, (_name, file, change) => {
    const copy = mkdtempSync(join(folder, 'planted-'));
    cpSync(packetOf('2026-05'), copy, { recursive: true });
    const before = readFileSync(join(copy, file), 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(join(copy, file), after);
    const { code, output } = runPython(join(copy, 'reperform.py'));
    expect(output).toMatch(/DIFFERS|computed/);
    expect(code).toBe(1);
  });
});
