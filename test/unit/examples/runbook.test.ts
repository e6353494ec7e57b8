/** docs/runbook.md gives every instruction of the runbook a place: what does it and what shows it are there, and no line is without one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowSteps } from '../../../src/model/bridge.ts';
import { contractAreas } from '../../../src/model/contract-area.ts';
import { canonicalColumns } from '../../../src/model/evidence.ts';
import { findingCodes } from '../../../src/model/finding.ts';
import { lineColumns } from '../../../src/model/line.ts';

const root = join(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const page = read('docs/runbook.md');

interface Row {
  readonly number: number;
  readonly quote: string;
  readonly does: readonly string[];
  readonly shows: readonly string[];
}

const marks = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
const rows: Row[] = page.split('\n').flatMap((line) => {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [, number = '', quote = '', does = '', shows = ''] = cells;
  return /^\d+$/.test(number) && cells.length === 6
    ? [{ number: Number(number), quote: quote.replaceAll('\\|', '|'), does: marks(does), shows: marks(shows) }]
    : [];
});

/** Every name that a published schema gives to a key. */
function keysOf(schema: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === 'properties' && typeof value === 'object' && value !== null) for (const key of Object.keys(value)) keys.add(key);
      visit(value);
    }
  };
  visit(JSON.parse(read(`schema/${schema}.schema.json`)));
  return keys;
}

const schemas = ['close', 'contract', 'drill', 'exceptions', 'format', 'invoice', 'models', 'period', 'prices', 'settings', 'result'];
const keys = new Map(schemas.map((name) => [name, keysOf(name)]));
const sums = ['provider_at_snapshot', 'provider_charged', 'invoice_usage', 'invoice_total'];
const invoiceSteps = ['usage_subtotal', 'credit', 'discount', 'tax', 'fx', 'minimum', 'other', 'rounding', 'refund', 'adjustment'];
const steps: readonly string[] = [...rowSteps, ...sums, ...invoiceSteps];
const reportParts = [...read('src/report/render-report.ts').matchAll(/section\('([^']+)'/g)].map((match) => match[1]);
const commands = [...read('README.md').matchAll(/^\| `(trueup [a-z]+(?: [a-z]+)?)[^`]*` \|/gm)].map((match) => match[1] ?? '');

const kinds: Readonly<Record<string, (name: string) => boolean>> = {
  column: (name) => (canonicalColumns as readonly string[]).includes(name),
  line: (name) => (lineColumns as readonly string[]).includes(name),
  step: (name) => steps.includes(name),
  result: (name) => keys.get('result')?.has(name) ?? false,
  report: (name) => reportParts.includes(name),
  contract: (name) => contractAreas.some(({ area }) => area === name),
};

function isThere(mark: string): boolean {
  const [kind = '', name] = mark.split(': ');
  if (name !== undefined && kind.endsWith('.yaml')) return keys.get(kind === 'trueup.yaml' ? 'settings' : kind.slice(0, -5))?.has(name) ?? false;
  if (name !== undefined) return kinds[kind]?.(name) ?? false;
  if (mark.startsWith('trueup ')) return commands.includes(mark);
  if (mark.includes('/') || mark.endsWith('.md')) return existsSync(join(root, mark));
  return (findingCodes as readonly string[]).includes(mark);
}

/** A scenario, a drill of the example, or a test file, with the name of the test after a colon. */
function isShown(mark: string): boolean {
  const [file = '', name] = mark.split(/: (.*)/s);
  if (!/^(test|examples)\//.test(file) || !existsSync(join(root, file))) return false;
  if (name === undefined) return file.endsWith('.test.ts') || existsSync(join(root, file, 'expected.json')) || existsSync(join(root, file, 'drill.yaml'));
  return read(file).includes(`'${name}'`);
}

describe('each row', () => {
  it('is numbered, and they are as many as the page says', () => {
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
    expect(page).toContain(`There are ${rows.length} rows.`);
    expect(rows.length).toBeGreaterThan(200);
  });

  it('names what does it, and all of that is there', () => {
    expect(rows.filter(({ does }) => does.length === 0)).toEqual([]);
    expect(rows.flatMap(({ number, does }) => does.filter((mark) => !isThere(mark)).map((mark) => `${number}: ${mark}`))).toEqual([]);
  });

  it('names what shows it, and all of that is there', () => {
    expect(rows.filter(({ shows }) => shows.length === 0)).toEqual([]);
    expect(rows.flatMap(({ number, shows }) => shows.filter((mark) => !isShown(mark)).map((mark) => `${number}: ${mark}`))).toEqual([]);
  });

  it('would be missed if it named something that is not there', () => {
    const absent = ['period.yaml: starts', 'column: colour', 'line: colour', 'step: colour', 'result: colour', 'report: Colours', 'contract: colours'];
    expect([...absent, 'trueup colour', 'docs/colour.md', 'unknown-colour'].filter(isThere)).toEqual([]);
    expect(['test/scenarios/colour', 'test/tidy.test.ts: is a colour', 'docs/runbook.md', 'test/scenarios'].filter(isShown)).toEqual([]);
  });
});

it('docs/command-line.md says what every column of the lines holds', () => {
  const table = read('docs/command-line.md').split('### The columns of the lines')[1]?.split('\n## ')[0] ?? '';
  expect([...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap((row) => marks(row[1] ?? '')).toSorted()).toEqual([...lineColumns].toSorted());
});

it('is linked from README.md', () => {
  expect(read('README.md')).toContain('(docs/runbook.md)');
});

const runbook = join(root, '../shared/docs/RUNBOOK.md');

// The runbook is no part of the repository; where it lies beside the checkout, every line of it must have a row, in its order.
describe.runIf(existsSync(runbook))('the runbook', () => {
  const units = unitsOf(existsSync(runbook) ? readFileSync(runbook, 'utf8').split('\n') : []);
  const found = new Map<number, number>();
  let at = 0;
  for (const { number, quote } of rows) {
    const unit = units.findIndex(({ text }, index) => index >= at && text.includes(quote));
    if (unit >= 0) at = unit;
    found.set(number, unit);
  }

  it('says what each row quotes, in the order of the rows', () => {
    expect(rows.filter(({ number }) => found.get(number) === -1).map(({ number, quote }) => `${number}: ${quote}`)).toEqual([]);
  });

  it('has no instruction without a row: no bullet, no row of a table, no sentence', () => {
    const quoted = new Set(found.values());
    expect(units.filter(({ instructs }, index) => instructs && !quoted.has(index)).map(({ text }) => text)).toEqual([]);
    expect(units.filter(({ instructs }) => instructs).length).toBeGreaterThan(200);
  });
});

/** Lines, and the sentences of those that instruct; a row of a table and the sample are one. */
function unitsOf(lines: readonly string[]): { text: string; instructs: boolean }[] {
  return lines.flatMap((line, index) => {
    const instructs = isInstruction(line, lines[index + 1] ?? '');
    const parts = instructs && !/^[|{]/.test(line) ? line.split(/(?<=[.?]) (?=[A-Z])/) : [line];
    return parts.map((text) => ({ text, instructs }));
  });
}

/** Headings, labels that end with a colon, the head and the rule of a table, and the date of the review instruct nobody. */
function isInstruction(line: string, next: string): boolean {
  if (line.startsWith('|')) return !/^\|( ?-+ ?\|)+$/.test(line) && !/^\|( ?-+ ?\|)+$/.test(next);
  if (line.startsWith('- ')) return true;
  return /[.?}]$/.test(line);
}
