/** The remedy in every finding works when it is followed: done to a small ledger that has the finding, it is gone, nothing else comes, and a good month is green. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { type Finding, type FindingCode, findingCodes } from '../../src/model/finding.ts';
import { worstVerdict } from '../../src/model/verdict.ts';
import { verdictOf } from '../../src/policy/choose-decisions.ts';
import { wording } from '../../src/report/wording.ts';
import { scenarios, type Expected } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { runReconcile } from '../scenarios/run-reconcile.ts';
import { elsewhere, restoreFrom, ways, type Way } from './remedies.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-remedies-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** A file of the ledger, a key of it, or a place under a key. */
const names =
  /\b[a-z]+\.yaml\b|\bpolicy\.[a-z]|\b[a-z]+_[a-z_]+\b|\b(?:under|in) (?:layers|formats|verification|evidence|notes)\b|\bstage: |`prices\/`|lfs: true/;
const naming = findingCodes.filter((code) => names.test(wording[code].remedy));

function follow(root: string, way: Way): void {
  restoreFrom(join(scenarios, '_base'), root, way);
  way.more?.(root);
  for (const [path, text] of Object.entries(way.write ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const [path, find, put] of way.edit ?? []) {
    const parts = readFileSync(join(root, path), 'utf8').split(find);
    if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times in ${path}`);
    writeFileSync(join(root, path), parts.join(put));
  }
  for (const [path, text] of Object.entries(way.append ?? {})) appendFileSync(join(root, path), text);
}

interface Outcome {
  readonly codes: readonly string[];
  readonly verdict: string;
}

/** What is only said asks for nothing. */
function codesOf(findings: readonly Finding[]): string[] {
  return findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
}

async function outcomeOf(root: string, expected: Expected): Promise<Outcome> {
  if (expected.command === 'validate') {
    const { findings } = await readLedger(root, { asOf: expected.asOf, builtInFormats });
    return { codes: codesOf(findings), verdict: worstVerdict(findings.map(({ severity }) => verdictOf[severity])) };
  }
  const run = await runReconcile(root, expected);
  return { codes: codesOf(run.findings), verdict: run.verdict };
}

const all = Object.entries(ways).flatMap(([code, of]) => of.map((way, index) => [code as FindingCode, way.following, way, index] as const));

describe.concurrent('followed', { timeout: 120_000 }, () => {
  it.each(all)('%s: %s', async (code, following, way, index) => {
    const expected = JSON.parse(readFileSync(join(scenarios, way.scenario, 'expected.json'), 'utf8')) as Expected;
    const before = expected.findings.map((found) => found.code);
    expect(before).toContain(code);
    const { remedy, when = {} } = wording[code];
    expect([remedy, ...Object.values(when).map((own) => own.remedy)].join('\n')).toContain(following);
    const folder = join(workspace, `${code}-${index}`);
    mkdirSync(folder);
    const root = await layOut(folder, way.scenario, expected);
    follow(root, way);
    const { codes, verdict } = await outcomeOf(root, expected);
    expect({ left: codes.filter((each) => each === code), verdict }).toEqual({ left: [], verdict: way.afterwards ?? 'pass' });
    expect(codes.filter((each) => !before.includes(each) && !(way.brings ?? []).includes(each as FindingCode))).toEqual([]);
  });
});

describe('every remedy that names a file or a key', () => {
  it('is followed here, or says why it cannot be', () => {
    expect(naming.length).toBeGreaterThan(25);
    expect(naming.filter((code) => ways[code] === undefined && elsewhere[code] === undefined)).toEqual([]);
  });

  it('is not excused without need', () => {
    expect(Object.keys(elsewhere).filter((code) => ways[code as FindingCode] !== undefined || !naming.includes(code as FindingCode))).toEqual([]);
  });
});
