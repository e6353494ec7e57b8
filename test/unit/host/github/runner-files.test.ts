/** The files of the runner: a summary that it does not drop, and outputs of one line each. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendSummary, setOutputs } from '../../../../src/host/github/runner-log.ts';
import { asStep } from '../../../e2e/action/as-step.ts';
import { parseOutputs } from '../../../e2e/action/run-announcement.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-runner-'));
  file = join(folder, 'file');
  writeFileSync(file, '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the summary', () => {
  const append = async (render: (budget: number) => string) => asStep({ GITHUB_STEP_SUMMARY: file }, async () => appendSummary({ summaryFile: file }, render));

  it('is appended, within what earlier parts have left of a megabyte', async () => {
    await append(() => 'first\n');
    const budgets: number[] = [];
    await append((budget) => {
      budgets.push(budget);
      return 'é'.repeat(budget / 2);
    });
    expect(budgets).toEqual([999_994]);
    expect(statSync(file).size).toBe(1_000_000);
  });

  it('that does not fit is not written, and nothing of it comes with the next', async () => {
    await expect(append((budget) => 'é'.repeat(budget))).rejects.toThrow('longer than the runner takes');
    await append(() => 'short\n');
    expect(readFileSync(file, 'utf8')).toBe('short\n');
  });

  it('is not asked for where the runner offers none', async () => {
    await appendSummary({ summaryFile: null }, () => expect.unreachable());
  });
});

describe('outputs', () => {
  const hostile = { 'base-sha': 'abc', folder: 'a\r\nverdict<<EOF\npass\nEOF' };

  it('are single lines, and cannot set another', async () => {
    await asStep({ GITHUB_OUTPUT: file }, async () => setOutputs({ outputFile: file }, hostile));
    expect(parseOutputs(readFileSync(file, 'utf8'))).toEqual({ 'base-sha': 'abc', folder: 'a verdict<<EOF pass EOF' });
  });

  it('are not set by a command in the log where the runner offers no file', async () => {
    expect((await asStep({ GITHUB_OUTPUT: '' }, async () => setOutputs({ outputFile: null }, hostile))).log).toBe('');
  });
});
