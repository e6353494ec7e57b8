/** When a period may not be closed, and that nothing is written then; the example's months in a chain; the commands. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleLedger } from '../../../scripts/generate/example-ledger.ts';
import { monthPlans } from '../../../scripts/generate/example-months.ts';
import { type Approval, type ClosedPeriod, closePeriod, reopenPeriod } from '../../../src/period/close-period.ts';
import { addCloseCommand } from '../../../src/cli/close.ts';
import { addFreezeCommand } from '../../../src/cli/freeze.ts';
import { addReopenCommand } from '../../../src/cli/reopen.ts';
import { addVerifyCommand } from '../../../src/cli/verify.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { validateLedger } from '../../../src/period/reconcile.ts';
import { scenarios } from '../../scenarios/expected.ts';
import { commit, filesBelow, freezeAndClose, git, months, replace, said, settingsFor, verifyByRerun, workspaceFor } from './three-months.ts';
import { plainScreen } from '../../plain-screen.ts';

const workspace = workspaceFor('close');
afterAll(() => workspace.remove());
const settings = settingsFor(workspace.folder);
const approval: Approval = { approvedBy: 'jane', note: null };
const period = 'periods/2026-05';
const example = join(import.meta.dirname, '../../../examples/cometapi');

let ledgers = 0;
function base(): string {
  const root = join(workspace.folder, `ledger-${(ledgers += 1)}`);
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  return root;
}

/** Freezes, closes, and checks that a refusal left nothing behind. */
async function close(root: string, how: Partial<Approval> = {}, asOf = '2026-06-15'): Promise<ClosedPeriod> {
  const frozen = await freezePeriod(root, '2026-05', settings);
  expect(frozen.findings).toEqual([]);
  const before = filesBelow(root);
  const closed = await closePeriod(root, '2026-05', { ...approval, ...how }, { ...settings, asOf });
  expect(filesBelow(root)).toEqual(closed.written === null ? before : [...before, closed.written].sort());
  return closed;
}

describe('a period is closed', () => {
  it('after pass, by the login that approves', async () => {
    const root = base();
    const { written, refusals, result } = await close(root);
    expect([written, refusals, result?.verdict]).toEqual([`${period}/close-1.yaml`, [], 'pass']);
    expect(readFileSync(join(root, period, 'close-1.yaml'), 'utf8')).toContain('\napproved_by: jane\nverdict: pass\n');
    await expect(closePeriod(root, '2026-05', approval, settings)).rejects.toThrow('is closed');
    await expect(freezePeriod(root, '2026-05', settings)).rejects.toThrow('is closed');
  });

  it('after warn only with a note', async () => {
    const root = base();
    replace(root, 'trueup.yaml', 'min_linked: "95"', 'rules: { unreported-class: warn }\n  min_linked: "95"');
    replace(root, `${period}/evidence/application.csv`, 'success,1,120000,0,', 'success,1,120000,,');
    const refused = await close(root);
    expect(refused).toMatchObject({ written: null, refusals: ['The verdict is warn, and no --note says why that is accepted'] });
    const note = 'cached tokens: not logged on May 2\nsee "OPS-7"';
    const { written } = await closePeriod(root, '2026-05', { ...approval, note }, settings);
    expect(written).toBe(`${period}/close-1.yaml`);
    expect(readFileSync(join(root, period, 'close-1.yaml'), 'utf8')).toContain(`note: ${JSON.stringify(note)}`);
  });
});

describe('results that are kept', () => {
  const kept = [`${period}/results/close-1/report.md`, `${period}/results/close-1/result.json`];
  function keeping(): string {
    const root = base();
    replace(root, 'trueup.yaml', 'min_linked: "95"', 'min_linked: "95"\n  keep_results: true');
    return root;
  }

  it('are written beside the close, which names them', async () => {
    const root = keeping();
    await freezePeriod(root, '2026-05', settings);
    const before = filesBelow(root);
    const { written, result } = await closePeriod(root, '2026-05', approval, settings);
    expect(filesBelow(root)).toEqual([...before, written ?? '', ...kept].sort());
    expect(JSON.parse(readFileSync(join(root, kept[1] ?? ''), 'utf8'))).toEqual(result);
    const verified = await verifyByRerun(root, settings);
    expect([verified.findings, verified.periods[0]?.rerun]).toEqual([[], 'confirmed']);
  });

  it('are missed when one is changed or gone', async () => {
    const root = keeping();
    await freezePeriod(root, '2026-05', settings);
    await closePeriod(root, '2026-05', approval, settings);
    writeFileSync(join(root, kept[0] ?? ''), 'All is well.\n');
    rmSync(join(root, kept[1] ?? ''));
    const { findings } = await verifyByRerun(root, settings);
    expect(findings.map(({ code, args }) => `${code} ${args['problem']} ${args['file']}`)).toEqual([
      `closed-file-changed after-close-changed ${kept[0]}`,
      `closed-file-changed after-close-missing ${kept[1]}`,
    ]);
  });
});

describe('a period is not closed', () => {
  it('before it is frozen, or when its evidence moved since', async () => {
    const root = base();
    await expect(closePeriod(root, '2026-05', approval, settings)).rejects.toThrow('not frozen');
    await freezePeriod(root, '2026-05', settings);
    replace(root, `${period}/evidence/provider.csv`, '0.01216', '0.01217');
    expect(await closePeriod(root, '2026-05', approval, settings)).toMatchObject({ written: null, refusals: ['The evidence is not what was frozen'] });
  });

  it('when a frozen file is read by nobody and set aside by nobody', async () => {
    const root = base();
    writeFileSync(join(root, period, 'evidence/provider-2.csv'), 'x');
    const aside = 'ignored_files: [ { file: evidence/provider-2.csv, reason: a copy } ]\n';
    replace(root, `${period}/period.yaml`, 'references:', `${aside}references:`);
    await freezePeriod(root, '2026-05', settings);
    replace(root, `${period}/period.yaml`, aside, '');
    const { refusals } = await closePeriod(root, '2026-05', { ...approval, note: 'fine' }, settings);
    expect(refusals).toEqual(['Files under evidence/ are neither read nor set aside with a reason']);
  });

  it('on fail', async () => {
    const root = base();
    replace(root, `${period}/evidence/provider.csv`, '0.01216', '5.01216');
    expect((await close(root, { note: 'please' })).refusals).toEqual(['The verdict is fail']);
  });

  it('before it is over', async () => {
    expect((await close(base(), { note: 'early' }, '2026-05-31')).refusals).toContain(
      'The period is judged only through 2026-05-31T00:00:00Z, and ends at 2026-06-01T00:00:00Z',
    );
  });

  it('while a row lacks usage, also in quarantine', async () => {
    const root = base();
    replace(root, 'trueup.yaml', 'min_linked: "95"', 'rules: { missing-token-usage: quarantine }\n  min_linked: "95"');
    replace(root, `${period}/evidence/provider.csv`, 'success,1,60000,0,0,0,3000,0,0.00576', 'success,1,,0,0,0,,0,0.00676');
    replace(root, 'trueup.yaml', 'percent: "1", amount: "50"', 'percent: "90"');
    replace(root, 'trueup.yaml', 'model: { fail: { percent: "1" } }', 'model: { fail: { percent: "90" } }');
    replace(root, 'trueup.yaml', 'counts: { fail: { percent: "0.5" } }', 'counts: { fail: { percent: "90" } }');
    const { refusals } = await close(root, { note: 'please' });
    expect(refusals).toEqual([
      'Rows are unpriced, unknown, without usage or quarantined: missing-token-usage',
      'The step missing_usage holds 1 requests and charges',
      expect.stringMatching(/ are quarantined$/),
    ]);
  });

  it.each([{ approvedBy: 'jane doe' }, { approvedBy: '' }, { approvedBy: '-x' }, { note: ' ' }, { note: '\u001b[31m' }])('with %j', async (how) => {
    const root = base();
    await freezePeriod(root, '2026-05', settings);
    await expect(closePeriod(root, '2026-05', { ...approval, ...how }, settings)).rejects.toThrow(/is no login|The note is/);
  });

  it('when its freeze was taken back', async () => {
    const root = base();
    await freezePeriod(root, '2026-05', settings);
    expect((await reopenPeriod(root, '2026-05', 'wrong export', '2026-06-15')).written).toBe(`${period}/reopen-1.yaml`);
    await expect(closePeriod(root, '2026-05', approval, settings)).rejects.toThrow('was taken back');
    replace(root, `${period}/evidence/application.csv`, 'chat,sales', 'chat,support');
    const { written } = await close(root);
    expect(written).toBe(`${period}/close-2.yaml`);
  });
});

/** What nobody may close over: requests without usage or price, and money that nothing explains. */
const unclosable =
  'duplicate-charge conflicting-duplicate unlinked not-charged not-forwarded gateway-only unbacked model-drift wrong-price cached-twice ' +
  'missing-usage status-difference billed-error unpriced unmapped';

/** The example with a May in which none of that happened; March and April are the committed ones, byte for byte. */
function closableExample(root: string): void {
  const plans = monthPlans.map((plan) =>
    plan.id === '2026-05'
      ? {
          ...plan,
          kinds: Object.fromEntries(Object.entries(plan.kinds).filter(([kind]) => !unclosable.split(' ').includes(kind))),
          invoice: { ...plan.invoice, usageError: '0' },
        }
      : plan,
  );
  for (const [name, content] of exampleLedger(plans)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

describe('the example ledger', { timeout: 240_000 }, () => {
  it('March, April with its interrupted calls, and a May without what nobody may close over are closed in a chain, and a rerun confirms them', async () => {
    const root = join(workspace.folder, 'example');
    closableExample(root);
    git(root, 'init', '-q');
    const closed: ClosedPeriod[] = [];
    for (const month of months) closed.push(await freezeAndClose(root, month, settings));
    commit(root, 'Close three months');
    expect(closed.map(({ result }) => result?.verdict)).toEqual(['pass', 'warn', 'warn']);
    for (const name of filesBelow(example).filter((name) => /^periods\/2026-0[34]\//.test(name))) {
      expect(readFileSync(join(root, name)).equals(readFileSync(join(example, name))), name).toBe(true);
    }
    // Five requests of the last seconds of April are charged in the first seconds of May.
    expect(closed[2]?.result?.count_bridge.find(({ step }) => step === 'carried_forward')?.count).toBe(5);
    const { ledger } = await validateLedger(root, settings.asOf);
    const closes = ledger?.periods.flatMap(({ controls }) => controls.closes) ?? [];
    expect(closes.map(({ previous }) => previous?.name ?? null)).toEqual([null, 'periods/2026-03/close-1.yaml', 'periods/2026-04/close-1.yaml']);
    expect(closes.map(({ openItems }) => openItems?.count ?? 0)).toEqual([0, 5, 12]);
    replace(root, 'trueup.yaml', 'fail: { percent: "2", amount: "50" }', 'fail: { percent: "0.0001" }');
    commit(root, 'Another policy');
    const { periods, ...verified } = await verifyByRerun(root, settings);
    expect(said(verified)).toEqual([]);
    const rerun = periods.filter(({ state }) => state === 'closed').map((one) => [one.id, one.rerun]);
    expect(rerun).toEqual(months.map((month) => [month, 'confirmed']));
  });
});

describe('the commands', () => {
  const said: string[] = [];
  let code = -1;
  let running = 'a'.repeat(64);
  async function trueup(...arguments_: readonly string[]): Promise<string> {
    const program = new Command().exitOverride();
    const context = {
      print: (text: string) => void said.push(text),
      finish: (next: number) => void (code = next),
      today: () => '2026-06-15',
      screen: plainScreen,
      toolVersion: '1.0.0',
      programSha256: () => running,
      temporaryRoot: workspace.folder,
      memoryBytes: () => 1_000_000_000n,
      environment: process.env,
    };
    for (const add of [addFreezeCommand, addCloseCommand, addReopenCommand, addVerifyCommand]) add(program, context);
    said.length = 0;
    await program.parseAsync(arguments_, { from: 'user' });
    return said.join('');
  }

  it('freeze, close, verify, reopen', async () => {
    const root = base();
    git(root, 'init', '-q');
    const ledger = ['--ledger', root];
    expect([await trueup('freeze', '2026-05', ...ledger), code]).toEqual([`Froze 3 files. Wrote ${period}/evidence.lock\n`, 0]);
    commit(root, 'Freeze');
    expect([await trueup('verify', ...ledger), code]).toEqual(['2026-05: frozen, 3 files\n\nNo findings.\n', 0]);
    expect([await trueup('close', '2026-05', '--approved-by', 'jane', ...ledger), code]).toEqual([
      expect.stringMatching(/^PASS May 2026[^]*\nWrote periods\/2026-05\/close-1\.yaml\n$/),
      0,
    ]);
    commit(root, 'Close');
    replace(root, 'models.yaml', 'owner: research', 'owner: somebody');
    expect([await trueup('verify', '--rerun', ...ledger), code]).toEqual([
      '2026-05: closed, 1 close, 11 files in the one in force, recomputed to the same result\n\nNo findings.\n',
      0,
    ]);
    const whole = readFileSync(join(root, period, 'close-1.yaml'), 'utf8');
    expect(whole).toMatch(new RegExp(`^program_sha256: "?${running}"?$`, 'm'));
    running = 'b'.repeat(64);
    expect([await trueup('verify', '--rerun', ...ledger), code]).toEqual([
      '2026-05: closed, 1 close, 11 files in the one in force, recomputed to the same result, by another program than the one that closed it\n\nNo findings.\n',
      0,
    ]);
    writeFileSync(join(root, period, 'close-1.yaml'), whole.slice(0, 300));
    expect([await trueup('verify', ...ledger), code]).toEqual([expect.stringMatching(/^2026-05: closed, by a close that cannot be trusted\n/), 2]);
    writeFileSync(join(root, period, 'close-1.yaml'), whole);
    rmSync(join(root, period, 'evidence/provider.csv'));
    expect([await trueup('verify', ...ledger), code]).toEqual([expect.stringContaining('it was frozen and is gone'), 2]);
    expect([await trueup('reopen', '2026-05', '--reason', 'lost', ...ledger), code]).toEqual([`Wrote ${period}/reopen-1.yaml\n`, 0]);
    expect([await trueup('freeze', '2026-05', ...ledger), code]).toEqual([expect.stringMatching(/evidence-missing[^]*Nothing was written\.\n$/), 2]);
    expect([await trueup('close', '2026-05', '--approved-by', 'jane', ...ledger), code]).toEqual([
      expect.stringMatching(/The evidence is not what was frozen\.\nNothing was written\.\n$/),
      2,
    ]);
  });
});
