/** Runs every scenario: a small ledger laid over `_base`, one thing wrong with it, and what Trueup must say. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../src/evidence/formats/built-in-formats.ts';
import { importRunbook } from '../src/ledger/import-runbook.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { Finding } from '../src/model/finding.ts';

interface ExpectedFinding {
  readonly code: string;
  readonly severity: string;
  readonly at?: string;
  readonly amount?: string;
  readonly count?: number;
}
interface Expected {
  readonly command: 'validate' | 'reconcile' | 'import';
  /** Neither for `import`, which reads the scenario's runbook.json alone. */
  readonly asOf: string;
  readonly period: string;
  readonly exit: 0 | 1 | 2;
  /** Paths of the base that this scenario does without. */
  readonly remove?: readonly string[];
  /** Files grown with a comment to more than so many bytes, so that no big file is kept here. */
  readonly pad?: readonly { readonly path: string; readonly bytes: number }[];
  /** Links to a copy of the base outside the ledger. */
  readonly link?: readonly { readonly path: string; readonly outside: string }[];
  /** All findings, in the order of the report. Keys that are left out are not compared. */
  readonly findings: readonly ExpectedFinding[];
}

const scenarios = new URL('scenarios/', import.meta.url).pathname;
const workspace = mkdtempSync(join(tmpdir(), 'trueup-scenarios-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const names = readdirSync(scenarios).filter((name) => name !== '_base' && statSync(join(scenarios, name)).isDirectory());

describe('validate', () => {
  it('finds nothing wrong with the base', async () => {
    const { ledger, findings } = await readLedger(join(scenarios, '_base'), { asOf: '2026-06-15', builtInFormats });
    expect(findings).toEqual([]);
    expect(ledger?.periods.map((period) => period.id)).toEqual(['2026-05']);
  });

  for (const name of names) {
    const expected = JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected;
    if (expected.command !== 'validate') continue;
    it(name, async () => {
      const { findings } = await readLedger(layOut(name, expected), { asOf: expected.asOf, builtInFormats });
      expectFindings(findings, expected);
    });
  }
});

describe('import', () => {
  for (const name of names) {
    const expected = JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected;
    if (expected.command !== 'import') continue;
    it(name, async () => {
      const { findings } = await importRunbook(join(scenarios, name, 'runbook.json'), join(workspace, name));
      expectFindings(findings, expected);
    });
  }
});

/** The base with the scenario's files over it, in a folder of its own. */
function layOut(name: string, expected: Expected): string {
  const root = join(workspace, name);
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  for (const path of expected.remove ?? []) rmSync(join(root, path), { recursive: true });
  cpSync(join(scenarios, name), root, { recursive: true, filter: (from) => from !== join(scenarios, name, 'expected.json') });
  for (const { path, bytes } of expected.pad ?? []) appendFileSync(join(root, path), `# ${'x'.repeat(bytes)}\n`);
  for (const { path, outside } of expected.link ?? []) symlinkSync(join(scenarios, '_base', outside), join(root, path));
  return root;
}

function expectFindings(findings: readonly Finding[], expected: Expected): void {
  expect(findings.map((found, index) => facts(found, expected.findings[index]))).toEqual(expected.findings);
  expect(exitOf(findings)).toBe(expected.exit);
}

/** The facts of a finding that the expectation names; code and severity always. */
function facts({ code, severity, source, amount, count }: Finding, named: ExpectedFinding | undefined): ExpectedFinding {
  return {
    code,
    severity,
    ...(named?.at === undefined ? {} : { at: `${source?.file}:${source?.line}:${source?.column}` }),
    ...(named?.amount === undefined ? {} : { amount: amount ?? 'none' }),
    ...(named?.count === undefined ? {} : { count }),
  };
}

function exitOf(findings: readonly Finding[]): number {
  if (findings.some((found) => found.severity === 'inconclusive')) return 2;
  return findings.some((found) => found.severity === 'fail') ? 1 : 0;
}
