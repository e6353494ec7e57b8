/** One table of a ledger's files: each kind is told by its path, and a kind more is known to everything that rests on the table. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyLedger } from '../../../src/drills/faults/ledger-copy.ts';
import { changedLedgerPaths } from '../../../src/gate/judge-gate.ts';
import { compareLedgers, type LedgerChange } from '../../../src/gate/compare/compare-ledgers.ts';
import { underBase } from '../../../src/gate/compare/under-base.ts';
import { FactCache } from '../../../src/gate/fact-cache.ts';
import { parseInstant } from '../../../src/model/instant.ts';
import { bearsOnLedger, kindOf, layout, ledgerPath, pathsFor, periodPath, recordOf } from '../../../src/model/layout.ts';
import type { Ledger, Period } from '../../../src/model/ledger.ts';
import { listClosedFiles } from '../../../src/period/closed-files.ts';
import type { PeriodFacts, PeriodTask } from '../../../src/period/period-facts.ts';
import { inputsDigest, validateLedger } from '../../../src/period/reconcile.ts';
import { auditRemarksOf, type ClosedChange } from '../../../src/policy/judge-approval.ts';

const example = join(import.meta.dirname, '../../../examples/cometapi');

describe('kinds', () => {
  it.each([
    ['trueup.yaml', 'settings'],
    ['models.yaml', 'models'],
    ['contract.yaml', 'contract'],
    ['prices/cometapi/2026-03-01.yaml', 'prices'],
    ['prices/2026-03-01.yml', 'prices'],
    ['formats/theirs.yaml', 'format'],
    ['periods/2026-03/period.yaml', 'period'],
    ['periods/2026-03/invoice.yaml', 'invoice'],
    ['periods/2026-03/invoice-2.yaml', 'furtherInvoice'],
    ['periods/2026-03/exceptions.yaml', 'exceptions'],
    ['periods/2026-03/evidence.lock', 'lock'],
    ['periods/2026-03/close-1.yaml', 'close'],
    ['periods/2026-03/reopen-12.yaml', 'reopen'],
    ['drills/a/drill.yaml', 'drill'],
    ['periods/2026-03/evidence/period.yaml', null],
    ['periods/period.yaml', null],
    ['a/trueup.yaml', null],
    ['prices/page.html', null],
    ['trueupXyaml', null],
  ])('%s is %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });

  it('every path that is made is of its kind', () => {
    expect([ledgerPath('contract'), ledgerPath('prices', 'a/b'), periodPath({ folder: 'periods/x' }, 'close', '3')].map(kindOf)).toEqual([
      'contract',
      'prices',
      'close',
    ]);
  });

  it('what lies in a folder of ledger files bears on the ledger, and what has their beginning alone does not', () => {
    const bears = ['trueup.yaml', 'periods', 'periods/x/evidence/a.csv', 'prices/page.html', 'drills/a/README.md'];
    expect([...bears, 'trueup.yaml/a', 'periodsx/a', 'README.md', 'evidence/a.csv'].filter(bearsOnLedger)).toEqual(bears);
  });

  it('numbers of records', () => {
    expect(['close-2.yaml', 'reopen-10.yaml', 'close-1.open.csv', 'close-x.yaml'].map(recordOf)).toEqual([
      { verb: 'close', number: 2 },
      { verb: 'reopen', number: 10 },
      null,
      null,
    ]);
  });
});

/** What a kind more is, by one line: of all periods, and of one. */
const shared = { path: 'budget.yaml', of: 'ledger', rows: 'all', judged: true, close: 'other', rules: 'none', lenient: true, sealed: false } as const;
const own = { ...shared, path: 'periods/*/budget.yaml', of: 'period' } as const;

describe.each([
  ['of all periods', shared, 'budget.yaml'],
  ['of one period', own, 'periods/2026-03/budget.yaml'],
])('a kind more, %s, by one line', (_, kind, path) => {
  const rows = layout as Record<string, unknown>;
  let root = '';
  let before: Ledger;
  let period: Period;

  /** The ledger with such a file. */
  const withBudget = (text: string): Ledger => ({ ...before, files: [...before.files, { name: path, bytes: 1, sha256: '0', document: { limit: text } }] });

  beforeAll(async () => {
    rows['budget'] = kind;
    root = mkdtempSync(join(tmpdir(), 'trueup-layout-'));
    cpSync(example, root, { recursive: true });
    writeFileSync(join(root, path), 'limit: 1\n');
    const { ledger } = await validateLedger(root, '2026-06-15');
    before = ledger!;
    period = before.periods.find(({ id }) => id === '2026-03')!;
  });
  afterAll(() => {
    delete rows['budget'];
    rmSync(root, { recursive: true, force: true });
  });

  it('comparison of paths', () => {
    const at = (blob: string) => ({ folder: '.', files: [{ path, mode: '100644', blob, bytes: 1, tracked: true }] });
    expect(changedLedgerPaths(at('a'), at('b'))).toEqual([path]);
  });

  it('comparison of ledgers: a period that it bears on is touched', () => {
    const change = (head: Ledger): LedgerChange => compareLedgers(withBudget('1'), head, { changedPaths: [path], moved: new Map() });
    expect(change(withBudget('2')).touched).toContain('2026-03');
  });

  it("rules of base: a file that is rules as a whole is base's, and an edit of it is said", () => {
    rows['budget'] = { ...kind, rules: 'whole' };
    try {
      expect(compareLedgers(withBudget('1'), withBudget('2'), { changedPaths: [], moved: new Map() }).edits.map(({ file }) => file)).toEqual([path]);
      const composed = underBase(withBudget('2'), withBudget('1'), '2026-03');
      expect(composed.files.find(({ name }) => name === path)?.document).toEqual({ limit: '1' });
    } finally {
      rows['budget'] = kind;
    }
  });

  it('cache of facts', () => {
    const cache = new FactCache();
    const task = (ledger: Ledger): PeriodTask => ({ ledger, findings: [], period, settings: { asOf: '2026-06-15' } as PeriodTask['settings'] });
    cache.keep(task(withBudget('1')), {} as PeriodFacts);
    expect([cache.has(task(withBudget('1'))), cache.has(task(withBudget('2')))]).toEqual([true, false]);
  });

  it("digest of a run's inputs", () => {
    const digest = (text: string): string => inputsDigest(withBudget(text), period, '2026-06-15', parseInstant('2026-04-01T00:00:00Z')!, {});
    expect(digest('1')).not.toBe(digest('2'));
  });

  it('files of a close', async () => {
    const sha256 = '2c9b3e8a'; // Not compared: the file is not among those that were read.
    const ledger = { ...before, files: [...before.files, { name: path, bytes: 9, sha256, document: null }] };
    const lock = { files: [] } as unknown as Parameters<typeof listClosedFiles>[0]['lock'];
    await expect(listClosedFiles({ ledger, period, lock, evidenceRoot: null, carriedFrom: null, balanceFrom: null, corrected: [] })).rejects.toThrow(
      `${path} changed while the period was closed.`,
    );
  });

  it('audit: what a result rests on, and an edit together with the close', () => {
    expect(pathsFor(period, ({ judged }) => judged)).toContain(path);
    const commit = { commit: 'a'.repeat(40), author: { name: 'A', email: 'a@example.com', login: null }, message: '', touches: new Map([[path, 'changed']]) };
    const facts = {
      close: { name: 'periods/2026-03/close-1.yaml', approvedBy: 'B' },
      added: { ...commit, reviewers: [] },
      changedLater: 0,
      change: [commit],
      evidence: [],
      folder: '.',
      period: 'periods/2026-03',
      logins: new Map(),
      pull: null,
    } as unknown as ClosedChange;
    expect(
      auditRemarksOf(facts)
        .filter(({ code }) => code === 'policy-with-close')
        .map(({ words }) => words['file']),
    ).toEqual([path]);
  });

  it('copies in which faults are made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trueup-layout-copy-'));
    try {
      const copy = await copyLedger({ ledger: before, period, evidenceRoot: null, folder });
      expect(readFileSync(join(copy.root, path), 'utf8')).toBe('limit: 1\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
