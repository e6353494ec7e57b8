/** A prepaid month in every view: the bridge ends at the balance, the statement stands beside it, and the auditor's script comes to the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Expected, scenarios } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import type { Result } from '../../src/model/result.ts';
import { callCli } from './call-cli.ts';
import { python, runPython } from './packet/run-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'trueup-prepaid-views-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 20 + 50 + 5 − 3.25 − 69.82924 = 1.92076; the rows charge 0.42076, and an expiry of 1.50 is not written down. */
const name = 'balance-expiry-forgotten';
let ledger = '';
const run = async (...words: readonly string[]): Promise<string> => (await callCli(folder, [...words, '--ledger', ledger, '--as-of', '2026-06-15'])).stdout;
beforeAll(async () => {
  const expected = JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8')) as Expected;
  ledger = await layOut(folder, name, expected);
});

describe('a prepaid month', () => {
  it('has its statement in the result, a key of its own in every cut, and no part in any model', async () => {
    await run('reconcile', '2026-05', '--out', 'out');
    const result = JSON.parse(readFileSync(join(folder, 'out/2026-05/result.json'), 'utf8')) as Result;
    expect(result.balance).toEqual({
      opening: { at_utc: '2026-05-01T00:00:00Z', balance: '20' },
      closing: { at_utc: '2026-06-01T00:00:00Z', balance: '69.82924' },
      movements: { top_up: '50', bonus: '5', transfer: '-3.25' },
      not_counted: '0',
      drawdown: '1.92076',
      paid: { USD: { amount: '52.75', fee: '2.75' } },
    });
    expect(result.totals).toMatchObject({ provider_charged: '0.42076', balance_drawdown: '1.92076', unexplained_net: '1.5', invoice_total: null });
    for (const cut of ['by_model', 'by_service', 'by_day', 'by_role'] as const) {
      const own = result[cut].find(({ key }) => key === '(balance)');
      expect(own?.totals).toMatchObject({ expected: '0', provider_charged: '0', balance_drawdown: '1.5' });
      expect(result[cut].filter(({ bridge }) => bridge.some(({ step }) => step === 'balance_difference'))).toEqual([own]);
    }
    expect(result.decision.filter(({ scope }) => scope.includes('(balance)'))).toEqual([]);
  });

  it('says where it ends on the terminal, in the comment, the report and the page', async () => {
    const terminal = await run('reconcile', '2026-05', '--out', 'out', '--verbose');
    expect(terminal).toContain('Taken from the balance  1.92');
    expect(terminal).toContain('= Left at 2026-06-01T00:00:00Z');
    expect(terminal).toContain('+1.50  Balance fell further than the charges');
    const comment = await run('reconcile', '2026-05', '--out', 'out', '--render', 'comment');
    expect(comment).toContain('| **= Taken from the balance** |  | **1.92** |');
    expect(comment).toContain('| Paid for the movements | 52.75 USD |\n| of it fees | 2.75 USD |');
    expect(readFileSync(join(folder, 'out/2026-05/report.md'), 'utf8')).toContain('| **= Left at 2026-06-01T00:00:00Z** | **69.82924** |');
    await run('export', '2026-05', 'html', '--out', 'page');
    expect(readFileSync(join(folder, 'page/2026-05.html'), 'utf8')).toContain('What is left of the prepaid balance');
  });

  it('is a journal that empties the prepaid account by what was taken', async () => {
    await run('export', '2026-05', 'journal', '--out', 'journal');
    const journal = readFileSync(join(folder, 'journal/2026-05-journal/2026-05.journal'), 'utf8');
    expect(journal).toContain('* Paid from the balance\n    liabilities:llm:charged  USD 0.42076\n');
    expect(journal).toContain('expenses:llm:unexplained:balance-difference  USD 1.5');
    expect(journal).toContain('assets:llm:prepaid  USD -1.92076');
  });

  it.skipIf(python === null)('is computed again by the script of the packet, until the statement is another', async () => {
    await run('export', '2026-05', 'packet', '--out', 'packet');
    const packet = join(folder, 'packet/2026-05-packet');
    expect(readFileSync(join(packet, 'ipe.csv'), 'utf8')).toContain('balance,closing at 2026-06-01T00:00:00Z,evidence/balance-closing.json');
    expect(runPython(join(packet, 'reperform.py'))).toMatchObject({ code: 0 });
    const terms = join(packet, 'reperform.json');
    writeFileSync(terms, readFileSync(terms, 'utf8').replace('"69.82924"', '"68.82924"'));
    const { code, output } = runPython(join(packet, 'reperform.py'));
    expect([code, output]).toEqual([1, expect.stringContaining('balance_difference: computed 2.5, result.json says 1.5')]);
  });
});
