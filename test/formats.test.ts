/**
 * Every built-in format on a small export made after the facts: each canonical value against what was worked out by hand, and what `trueup reconcile` says of a
 * ledger that holds it. docs/formats.md shows the same headlines.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { callCli } from './e2e/call-cli.ts';
import { scenarios } from './scenarios/expected.ts';
import { readExport, type ReadRows } from './unit/engine/read-export.ts';
import { builtInFormats, trueup } from '../src/evidence/formats/built-in-formats.ts';
import { completedFormat, openFactsOf } from '../src/model/declared-reading.ts';
import type { CanonicalColumn, InputPart, Layer } from '../src/model/evidence.ts';
import type { DeclaredReading } from '../src/model/ledger.ts';

const folder = join(import.meta.dirname, 'formats');
const workspace = mkdtempSync(join(tmpdir(), 'trueup-formats-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** `case.json` of a sample; `evidence` is what period.yaml says of its layer. */
interface Sample {
  readonly sample: string;
  readonly layer: Layer;
  readonly evidence: {
    readonly format: string;
    readonly constants?: Readonly<Partial<Record<CanonicalColumn, string>>>;
    readonly bucket?: { readonly width: string; readonly zone: string; readonly by: readonly string[] };
    readonly input_includes?: readonly InputPart[];
    readonly output_includes?: readonly 'reasoning'[];
  };
  readonly rows: ReadRows;
  readonly filtered?: number;
  readonly verdict: string;
  /** Codes, sorted. */
  readonly findings: readonly string[];
  readonly headline: string;
}

const names = readdirSync(folder).filter((name) => name !== '_ledger');
const exitCodes: Readonly<Record<string, number>> = { pass: 0, warn: 0, fail: 1, inconclusive: 2 };

function sampleOf(name: string): Sample {
  return JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as Sample;
}

function declaredOf({ constants, bucket, input_includes: input, output_includes: output }: Sample['evidence']): DeclaredReading {
  return {
    ...(constants === undefined ? {} : { constants }),
    ...(bucket === undefined ? {} : { zone: bucket.zone }),
    ...(input === undefined || output === undefined ? {} : { inclusion: { inputIncludes: input, outputIncludesReasoning: output.includes('reasoning') } }),
  };
}

it('each built-in format has a sample', () => {
  const others = builtInFormats.filter((format) => format !== trueup);
  expect(names.toSorted()).toEqual(others.map(({ name }) => name).toSorted());
});

describe('docs/formats.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/formats.md'), 'utf8');
  const table = page.slice(page.indexOf('## Built in'), page.indexOf('- **Buckets**'));
  const rows = [...table.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = '', cells = '']) => [name, ...cells.split(' | ').map((cell) => cell.trim())]);

  it('has a row for each built-in format, in their order', () => {
    expect(rows.map(([name]) => name)).toEqual(builtInFormats.map(({ name }) => name));
  });

  it.each(names)('says layer, grain and headline of %s, and what has to be declared', (name) => {
    const { layer, headline, evidence } = sampleOf(name);
    const format = builtInFormats.find((one) => one.name === name);
    const [, , ofLayer, grain, , counts = '', unsaid = '', ofHeadline] = rows.find(([of]) => of === name) ?? [];
    expect([ofLayer, grain?.split(':')[0], ofHeadline]).toEqual([layer, format?.grain ?? 'row', headline]);
    expect(counts.includes('**declare**')).toBe(evidence.input_includes !== undefined);
    expect(unsaid.includes('**declare**')).toBe(format !== undefined && openFactsOf(format).includes('zone'));
    expect(evidence.bucket !== undefined).toBe(format?.grain === 'bucket');
    expect(unsaid.includes('**constants**') || name === 'litellm-pages').toBe(evidence.constants !== undefined);
  });
});

describe('reads every value', () => {
  it.each(names)('%s', async (name) => {
    const { sample, layer, evidence, rows, filtered = 0 } = sampleOf(name);
    const format = builtInFormats.find((one) => one.name === evidence.format);
    if (format === undefined) throw new Error(`no format ${evidence.format}`);
    const file = readFileSync(join(folder, name, sample), 'utf8');
    const read = await readExport({ [sample]: file }, completedFormat(format, declaredOf(evidence)), layer);
    expect(read.rows).toEqual(rows);
    expect(read.filtered).toBe(filtered);
  });
});

/** The shared ledger with the sample as its layer; the other side, where it is no application log, in the format trueup. */
function layOut(name: string): string {
  const { sample, layer, evidence } = sampleOf(name);
  const root = join(workspace, name);
  cpSync(join(folder, '_ledger'), root, { recursive: true });
  // A contract in which everything is verified.
  cpSync(join(scenarios, '_base/contract.yaml'), join(root, 'contract.yaml'));
  const period = join(root, 'periods/2026-05');
  mkdirSync(join(period, 'evidence'), { recursive: true });
  const files = readdirSync(join(folder, name)).filter((file) => file !== 'case.json');
  for (const file of files) cpSync(join(folder, name, file), join(period, 'evidence', file));
  const layers = {
    ...(layer === 'provider' ? { application: { files: ['evidence/other.csv'], format: 'trueup' } } : {}),
    ...(layer === 'gateway' ? { application: { files: ['evidence/application.csv'], format: 'trueup' } } : {}),
    ...(layer === 'provider'
      ? {}
      : { provider: { files: ['evidence/other.csv'], format: 'trueup', finalized_through_utc: '2026-06-02T00:00:00Z', delay: '24h' } }),
    [layer]: { ...evidence, files: [`evidence/${sample}`] },
  };
  const lines = [
    'id: 2026-05',
    'start_utc: 2026-05-01T00:00:00Z',
    'end_utc: 2026-06-01T00:00:00Z',
    'account_ref: acct_redacted',
    'currency: USD',
    'stage: usage',
    'prices: [ { snapshot: cometapi/2026-05-01 } ]',
    `evidence: ${JSON.stringify(layers)}`,
    `layers: ${layer === 'gateway' ? '{}' : '{ gateway: { none: the application calls the provider itself } }'}`,
  ];
  writeFileSync(join(period, 'period.yaml'), `${lines.join('\n')}\n`);
  return root;
}

/** The first line that `trueup reconcile` prints about a period. */
function headlineOf(stdout: string): string {
  return stdout.split('\n').find((line) => line.trim() !== '') ?? '';
}

describe('reconciles', { timeout: 120_000 }, () => {
  it.each(names)('%s', async (name) => {
    const { verdict, findings, headline } = sampleOf(name);
    const root = layOut(name);
    const { code, stdout, stderr } = await callCli(root, ['reconcile', '2026-05', '--as-of', '2026-06-15']);
    const result = JSON.parse(readFileSync(join(root, '.trueup/2026-05/result.json'), 'utf8')) as { verdict: string; findings: { code: string }[] };
    const found = [...new Set(result.findings.map((finding) => finding.code))].toSorted();
    expect({ verdict: result.verdict, findings: found, headline: headlineOf(stdout), stderr: code === exitCodes[verdict] ? '' : stderr }).toEqual({
      verdict,
      findings: findings.toSorted(),
      headline,
      stderr: '',
    });
  });
});
