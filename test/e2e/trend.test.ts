/** `trueup trend` on a real ledger: closed months as they were approved and out of their own files, open ones as they stand, and gaps that are no zero. */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCli } from './call-cli.ts';
import { commit, freezeAndClose, replace, settingsFor, threeMonths, workspaceFor } from './controls/three-months.ts';
import { renderTrend } from '../../src/report/trend/render-trend.ts';
import { trendCsv } from '../../src/report/trend/trend-csv.ts';
import type { TrendDocument } from '../../src/report/trend/trend-document.ts';
import { plainScreen } from '../plain-screen.ts';
import { hashesOf } from './read-folder.ts';

const { folder, remove } = workspaceFor('trend');
let root = '';
beforeAll(async () => {
  root = threeMonths(folder, 'ledger');
  await freezeAndClose(root, '2026-03', settingsFor(folder));
  commit(root, 'March');
});
afterAll(remove);

async function trend(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await callCli(folder, ['trend', '--ledger', root, '--as-of', '2026-06-15', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}
const said = new Map<string, string>();
/** Each run judges three months: what was said of the very same files is not asked again. */
async function document(): Promise<string> {
  const files = JSON.stringify(hashesOf(root));
  const text = said.get(files) ?? (await trend('--json'));
  said.set(files, text);
  return text;
}
const figuresIn = (text: string): TrendDocument['periods'] => (JSON.parse(text) as TrendDocument).periods;
const figuresOf = async (): Promise<TrendDocument['periods']> => figuresIn(await document());

describe('trend', () => {
  it('has every period in the order of time, with the figures of its own run', async () => {
    const periods = await figuresOf();
    expect(periods.map(({ period, state, verdict, gap }) => [period, state, verdict, gap])).toEqual([
      ['2026-03', 'closed', 'warn', null],
      ['2026-04', 'open', 'warn', null],
      ['2026-05', 'open', 'pass', null],
    ]);
    const [march, , may] = periods;
    // Worked out from the base: 0.42076 for twelve requests.
    expect(may).toMatchObject({
      expected: '0.42076',
      provider_charged: '0.42076',
      unexplained_gross: '0',
      unexplained_basis_points: '0',
      requests: 12,
      retries: '0',
    });
    expect(march?.models?.map(({ model }) => model)).toEqual(['claude-haiku-4-5-20251001', 'gpt-4.1-nano-2025-04-14']);
    expect(await trend('--json')).toBe(await document());
  });

  it('takes a closed month out of git where the tree has moved on', async () => {
    const before = await figuresOf();
    replace(root, 'trueup.yaml', 'percent: "1", amount: "50"', 'percent: "2", amount: "50"');
    commit(root, 'Another level');
    expect((await figuresOf())[0]).toEqual(before[0]);
  });

  it('says what it does not know, and keeps what was approved', async () => {
    const known = (await figuresOf())[0];
    const evidence = join(root, 'periods/2026-03/evidence');
    renameSync(evidence, `${evidence}-away`);
    try {
      const [march] = await figuresOf();
      expect(march).toMatchObject({ provider_charged: known?.provider_charged, verdict: 'warn', requests: null, retries: null, models: null });
      expect(march?.gap).toMatch(/not here/);
      const table = await trend();
      expect(table).toMatch(/^2026-03 {2}closed {2}warn +0\.42 +0\.00 +0 +\? +\? +\?$/m);
    } finally {
      renameSync(`${evidence}-away`, evidence);
    }
  });

  it('is a gap where an open month cannot be judged', async () => {
    const evidence = join(root, 'periods/2026-05/evidence/provider.csv');
    renameSync(evidence, `${evidence}-away`);
    try {
      const periods = figuresIn(await trend('--json', '--svg', join(folder, 'gap.svg'), '--badge', join(folder, 'gap.json')));
      expect(periods[2]).toMatchObject({ verdict: null, unexplained_basis_points: null, provider_charged: null, gap: 'could not be judged' });
      expect(readFileSync(join(folder, 'gap.svg'), 'utf8')).toContain('>?</text>');
      expect(JSON.parse(readFileSync(join(folder, 'gap.json'), 'utf8'))).toMatchObject({ message: 'not known in 2026-05', color: 'lightgrey' });
    } finally {
      renameSync(`${evidence}-away`, evidence);
    }
  });

  it('is CSV of one row a figure, a picture and a badge', async () => {
    const csv = await trend('--csv', '--svg', join(folder, 'trend.svg'), '--badge', join(folder, 'badge.json'));
    const [head, ...rows] = csv.trimEnd().split('\n');
    expect(head).toBe('account_ref,environment,period,start_utc,state,verdict,currency,measure,model,value');
    expect(rows).toContain('acct_redacted,production,2026-05,2026-05-01T00:00:00Z,open,pass,USD,provider_charged,,0.42076');
    const svg = readFileSync(join(folder, 'trend.svg'), 'utf8');
    expect(svg.match(/<circle /g)?.length).toBe(3);
    expect(svg).not.toMatch(/<script|href|url\(/);
    expect(JSON.parse(readFileSync(join(folder, 'badge.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      label: 'spend unexplained',
      message: '0% in 2026-05',
      color: 'brightgreen',
    });
  });

  it('says where a month that runs will end, in every form', async () => {
    const example = join(import.meta.dirname, '../../examples/cometapi');
    // Four full months are judged here, so the other forms are made of the one document, as the command makes them.
    const { stdout } = await callCli(folder, ['trend', '--ledger', example, '--as-of', '2026-05-22', '--json']);
    const whole = JSON.parse(stdout) as TrendDocument;
    const { periods } = whole;
    expect(periods.map(({ forecast }) => forecast?.days_to_come)).toEqual([undefined, undefined, 10, undefined]);
    const forecast = periods[2]?.forecast;
    // The month is known: it ended at 37.267906.
    expect([Number(forecast?.low) < 37.267906, Number(forecast?.high) > 37.267906]).toEqual([true, true]);
    expect(renderTrend(whole, plainScreen)).toContain(
      `2026-05: about USD ${forecast?.amount} will be charged by the end of the period, between ${forecast?.low} and ${forecast?.high}`,
    );
    expect(trendCsv(whole)).toContain(`,forecast_high,,${forecast?.high}\n`);
    const out = join(folder, 'out');
    await callCli(folder, ['export', '2026-05', 'html', '--ledger', example, '--as-of', '2026-05-22', '--out', out]);
    expect(readFileSync(join(out, '2026-05.html'), 'utf8')).toContain(`Forecast: about USD ${forecast?.amount} `);
  });

  it('refuses two forms at once', async () => {
    expect((await callCli(folder, ['trend', '--ledger', root, '--json', '--csv'])).code).toBe(64);
  });
});
