/** What is judged, and by whose rules: real repositories, real commits, the real engine (ACTION rules 3 to 6, 19). */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BridgeState } from '../../src/model/gate.ts';
import { renderComment } from '../../src/report/render-comment.ts';
import { callCli } from './call-cli.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { amountOf, judge, judgeAgainst, only, periodsOf } from './judge-repository.ts';
import { runCli } from './run-cli.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const may = 'ledger/periods/2026-05';
const june = 'ledger/periods/2026-06';

/** A charge of seven cents that no log knows: unexplained money and an unexplained count. */
const strangeCharge = (month: string): string =>
  `,comet-999,2026-${month}-20T08:15:02Z,acct_redacted,production,gpt-4.1-nano-2025-04-14,charge,success,,700000,0,0,0,43750,0,0.07,USD\n`;

/** The rules of the scenarios' ledger, and rules that let the strange charge pass. */
const strict = {
  total: 'total: { warn: { percent: "0.1" }, fail: { percent: "1", amount: "50" } }',
  model: 'model: { fail: { percent: "1" } }',
  counts: 'counts: { fail: { percent: "0.5" } }',
};
const loose = { total: 'total: { fail: { percent: "90" } }', model: 'model: { fail: { percent: "90" } }', counts: 'counts: { fail: { percent: "90" } }' };
const linked = ['min_linked: "95"', 'min_linked: "50"'] as const;

function loosen(repository: Repository, folder = 'ledger'): void {
  for (const key of ['total', 'model', 'counts'] as const) repository.edit(`${folder}/trueup.yaml`, strict[key], loose[key]);
}
function tighten(repository: Repository): void {
  for (const key of ['total', 'model', 'counts'] as const) repository.edit('ledger/trueup.yaml', loose[key], strict[key]);
}

/** A committed ledger of May; one strange charge in twelve still links well enough to be judged. */
function started(more: (repository: Repository) => void = () => undefined): Repository {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  repository.edit('ledger/trueup.yaml', ...linked);
  repository.write('README.md', 'A repository.\n');
  more(repository);
  repository.commit('base');
  repository.git('checkout', '--quiet', '-b', 'change');
  return repository;
}

describe.concurrent('a change', { timeout: 120_000 }, () => {
  it('of nothing in the ledger is not applicable, and runs nothing', async () => {
    const repository = started();
    repository.write('README.md', 'Another repository.\n');
    repository.write('ledger/README.md', 'Beside the ledger.\n');
    repository.commit('words');
    const report = await judgeAgainst(repository, 'main');
    expect(report).toMatchObject({ mode: 'change', verdict: 'not-applicable', commits: { base: repository.git('rev-parse', 'main') } });
    expect(only(report)).toMatchObject({ path: 'ledger', id: 'acme-llm-spend', verdict: 'not-applicable', periods: [], findings: [] });
    expect(existsSync(`${repository.root}-tmp/out`)).toBe(false);
  });

  it('of evidence is judged in its own period alone, committed or not, tracked or not', async () => {
    const repository = started((fresh) => fresh.addJune('ledger'));
    repository.append(`${june}/evidence/provider.csv`, strangeCharge('06'));
    const edited = await judgeAgainst(repository, 'main');
    expect(edited.verdict).toBe('fail');
    expect(periodsOf(only(edited))).toEqual([['2026-06', 'fail', null, true]]);
    expect(amountOf(only(edited), 'unlinked')).toBe('0.07');
    expect(readdirSync(`${repository.root}-tmp/out`)).toEqual(['2026-06']);
    repository.commit('charge');
    expect(await judgeAgainst(repository, 'main').then(({ ledgers, digest }) => ({ ledgers, digest }))).toEqual({
      ledgers: edited.ledgers,
      digest: edited.digest,
    });
    repository.git('reset', '--quiet', '--hard', 'main');
    repository.write(`${june}/evidence/more.txt`, 'new\n');
    // Nobody reads it, which is said.
    expect(periodsOf(only(await judgeAgainst(repository, 'main')))).toEqual([['2026-06', 'warn', null, true]]);
  });

  it('cannot turn itself green by editing the policy: base decides, and what would be after the merge is said', async () => {
    const repository = started();
    repository.append(`${may}/evidence/provider.csv`, strangeCharge('05'));
    repository.edit(`${may}/period.yaml`, 'stage: final', 'stage: usage');
    loosen(repository);
    repository.commit('green?');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('fail');
    expect(periodsOf(only(report))).toEqual([['2026-05', 'fail', 'pass', true]]);
    expect(only(report).edits).toMatchObject([
      { file: 'periods/2026-05/period.yaml', what: ['stage'] },
      { file: 'trueup.yaml', what: ['policy'] },
    ]);
  });

  it('cannot turn itself green by leaving rows out: file patterns, scope and filters are rules', async () => {
    const repository = started();
    const evidence = `${may}/evidence/provider.csv`;
    repository.write(`${may}/evidence/good.csv`, repository.read(evidence));
    repository.append(evidence, strangeCharge('05'));
    repository.edit(`${may}/period.yaml`, '[evidence/provider.csv]', '[evidence/good.csv]');
    repository.commit('leave it out');
    const report = await judgeAgainst(repository, 'main');
    expect(periodsOf(only(report))).toEqual([['2026-05', 'fail', 'warn', true]]);
    expect(only(report).edits).toMatchObject([{ file: 'periods/2026-05/period.yaml', what: ['evidence files'] }]);
  });

  it('of nothing but policy passes on validity, with both verdicts on every open period', async () => {
    const repository = started((fresh) => {
      fresh.addJune('ledger');
      fresh.append(`${june}/evidence/provider.csv`, strangeCharge('06'));
      loosen(fresh);
    });
    tighten(repository);
    repository.commit('tighten');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('pass');
    expect(periodsOf(only(report))).toEqual([
      ['2026-05', 'pass', 'pass', false],
      ['2026-06', 'pass', 'fail', false],
    ]);
    const effects = only(report).effects.map(({ file, period, before, after }) => [file, period, before?.verdict, after?.verdict]);
    expect(effects).toEqual([
      ['trueup.yaml', '2026-05', 'pass', 'pass'],
      ['trueup.yaml', '2026-06', 'pass', 'fail'],
    ]);
  });

  it('of nothing but policy fails when the policy is not valid', async () => {
    const repository = started();
    repository.edit('ledger/trueup.yaml', `  ${strict.counts}\n`, '');
    repository.commit('no threshold');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('fail');
    expect(only(report).findings.map(({ code }) => code)).toEqual(['policy-incomplete', 'rules-loosened']);
    expect(periodsOf(only(report))).toEqual([['2026-05', 'pass', 'fail', false]]);
  });

  it('that maps a fallback after its traffic stays model drift until it is merged', async () => {
    const fallback = /^.*support-chat-fallback.*\n/m;
    const models = (repository: Repository): string => repository.read('ledger/models.yaml');
    const repository = started((fresh) => fresh.write('ledger/models.yaml', models(fresh).replace(fallback, '')));
    // Request 1 was asked of the nano and served by Haiku: 120,000 × 0.8 + 8,000 × 4 per million, instead of 0.01216.
    repository.edit(
      `${may}/evidence/provider.csv`,
      'gpt-4.1-nano-2025-04-14,charge,success,1,120000,0,0,0,8000,0,0.01216',
      'claude-haiku-4-5-20251001,charge,success,1,120000,0,0,0,8000,0,0.128',
    );
    repository.append(
      'ledger/models.yaml',
      '  - { internal_name: support-chat-fallback, requested_model: claude-haiku-4-5, billable_model: claude-haiku-4-5-20251001, role: fallback, fallback_for: support-chat-primary, owner: platform, valid_from: 2026-01-01 }\n',
    );
    repository.commit('map it');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.edits).toMatchObject([{ file: 'models.yaml', what: ['mappings'] }]);
    expect(ledger.verdict).toBe('fail');
    expect(amountOf(ledger, 'model_drift')).toBe('0.11584');
    expect(amountOf(ledger, 'fallback')).toBe('0');
    const [effect] = ledger.effects;
    const moved = (state: BridgeState | null) => state?.amounts.filter(({ step }) => step === 'model_drift' || step === 'fallback').map(({ amount }) => amount);
    expect([moved(effect?.before ?? null), moved(effect?.after ?? null)]).toEqual([
      ['0', '0.11584'],
      ['0.11584', '0'],
    ]);
  });

  it('of a price is judged in the open periods that use it, with the bridge before and after', async () => {
    const repository = started();
    repository.edit('ledger/prices/cometapi/2026-05-01.yaml', 'input_price: "0.10"', 'input_price: "0.11"');
    repository.edit('ledger/prices/cometapi/2026-05-01.yaml', 'expected_cost: "0.00024"', 'expected_cost: "0.000248"');
    repository.commit('price');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(periodsOf(ledger)).toEqual([['2026-05', 'fail', null, true]]);
    // The nano's 1,130,000 uncached input tokens cost 0.008 more per million: 0.42076 + 0.00904.
    const states = ledger.effects.map(({ file, period, before, after }) => [
      file,
      period,
      before?.amounts[0]?.amount,
      after?.amounts[0]?.amount,
      before?.verdict,
      after?.verdict,
    ]);
    expect(states).toEqual([['prices/cometapi/2026-05-01.yaml', '2026-05', '0.42076', '0.4298', 'pass', 'fail']]);
  });

  it('of a link, or of what it leads to, is a change of the period', async () => {
    const repository = started((fresh) => {
      fresh.write('ledger/shared/provider.csv', fresh.read(`${may}/evidence/provider.csv`));
      fresh.remove(`${may}/evidence/provider.csv`);
      symlinkSync('../../../shared/provider.csv', join(fresh.root, `${may}/evidence/provider.csv`));
    });
    repository.append('ledger/shared/provider.csv', strangeCharge('05'));
    repository.commit('far away');
    expect(periodsOf(only(await judgeAgainst(repository, 'main')))).toEqual([['2026-05', 'fail', null, true]]);
  });

  it('of evidence in a folder of its own in the repository is seen there', async () => {
    const repository = started((fresh) => {
      for (const name of ['application.csv', 'provider.csv']) fresh.write(`exports/2026-05/evidence/${name}`, fresh.read(`${may}/evidence/${name}`));
      fresh.remove(`${may}/evidence`);
    });
    const evidenceRoot = join(repository.root, 'exports');
    expect((await judgeAgainst(repository, 'main', { evidenceRoot })).verdict).toBe('not-applicable');
    repository.append('exports/2026-05/evidence/provider.csv', strangeCharge('05'));
    expect(periodsOf(only(await judgeAgainst(repository, 'main', { evidenceRoot })))).toEqual([['2026-05', 'fail', null, true]]);
  });
});

describe.concurrent('a ledger', { timeout: 120_000 }, () => {
  it('that was moved is found again by its id, with the rules it had', async () => {
    const repository = started();
    repository.git('mv', 'ledger', 'finance');
    repository.commit('move');
    expect(only(await judgeAgainst(repository, 'main'))).toMatchObject({ path: 'finance', verdict: 'not-applicable' });
    repository.append('finance/periods/2026-05/evidence/provider.csv', strangeCharge('05'));
    loosen(repository, 'finance');
    repository.edit('finance/periods/2026-05/period.yaml', 'stage: final', 'stage: usage');
    repository.commit('and loosen');
    const ledger = only(await judgeAgainst(repository, 'main', { ledgers: ['ledger'] }));
    expect(ledger).toMatchObject({ path: 'finance', verdict: 'fail', notes: ['the ledger was moved'] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'fail', 'pass', true]]);
  });

  it('that is gone fails, and so does one that takes another id', async () => {
    const repository = started();
    repository.remove('ledger');
    repository.commit('gone');
    const gone = await judgeAgainst(repository, 'main');
    expect(gone.verdict).toBe('fail');
    expect(only(gone).findings).toMatchObject([{ code: 'ledger-removed', severity: 'fail', args: { ledger: 'acme-llm-spend' } }]);
    repository.git('checkout', '--quiet', 'main', '--', 'ledger');
    repository.edit('ledger/trueup.yaml', 'id: acme-llm-spend', 'id: another');
    const renamed = await judgeAgainst(repository, 'main');
    expect(renamed.verdict).toBe('fail');
    expect(renamed.ledgers.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['another', 'pass'],
      ['acme-llm-spend', 'fail'],
    ]);
  });

  it('that loses a period fails', async () => {
    const repository = started((fresh) => fresh.addJune('ledger'));
    repository.remove(june);
    repository.commit('gone');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'fail', periods: [], findings: [{ code: 'period-removed', args: { period: '2026-06' } }] });
  });

  it('that is new is judged by its own rules, whole', async () => {
    const repository = Repository.created(workspace);
    repository.commit('empty');
    repository.git('checkout', '--quiet', '-b', 'change');
    repository.addLedger('ledger');
    repository.commit('ledger');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'pass', publish: 'restricted', edits: [], notes: ['the ledger is new and judged by its own rules'] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'pass', null, true]]);
  });

  it('says in base who may read its amounts', async () => {
    const repository = started();
    repository.append('ledger/trueup.yaml', 'publish: public\n');
    const opened = repository.commit('public');
    expect(only(await judgeAgainst(repository, 'main')).publish).toBe('restricted');
    repository.append(`${may}/evidence/provider.csv`, strangeCharge('05'));
    expect(only(await judgeAgainst(repository, opened)).publish).toBe('public');
  });

  it('that cannot be read is inconclusive, with everything that is wrong', async () => {
    const repository = started();
    repository.edit('ledger/trueup.yaml', 'currency: USD', 'currency: USD\ncurrancy: USD');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ id: 'acme-llm-spend', verdict: 'inconclusive', periods: [], findings: [{ code: 'unknown-key' }] });
  });

  it('that could not be read in base is judged by its own rules, whole, and says so', async () => {
    const repository = started((fresh) => fresh.append('ledger/models.yaml', 'what: is this\n'));
    repository.edit('ledger/models.yaml', 'what: is this\n', '');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'warn', findings: [{ code: 'base-unreadable', severity: 'warn' }] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'pass', null, true]]);
  });

  it('is inconclusive without an engine, and its own findings are said', async () => {
    const repository = started();
    repository.append(`${may}/evidence/provider.csv`, strangeCharge('05'));
    repository.edit('ledger/prices/cometapi/2026-05-01.yaml', 'expected_cost: "0.00024"', 'expected_cost: "0.00025"');
    const findEngine = async () => ({ from: 'nowhere', problem: 'absent', detail: '', folder: '' }) as const;
    const ledger = only(await judgeAgainst(repository, 'main', { findEngine }));
    expect(ledger.verdict).toBe('inconclusive');
    expect(ledger.findings.map(({ code }) => code)).toEqual(['price-sample']);
    expect(ledger.periods[0]?.findings.map(({ code }) => code)).toEqual(['engine-missing', 'price-sample']);
  });
});

describe.concurrent('several ledgers', { timeout: 120_000 }, () => {
  it('are judged in one report, the worst first in the verdict, chosen by patterns', async () => {
    const repository = started((fresh) => {
      fresh.addLedger('teams/b/ledger');
      fresh.edit('teams/b/ledger/trueup.yaml', 'id: acme-llm-spend', 'id: b');
    });
    repository.append('teams/b/ledger/periods/2026-05/evidence/provider.csv', 'x\n');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('inconclusive');
    expect(report.ledgers.map(({ path, verdict }) => [path, verdict])).toEqual([
      ['ledger', 'not-applicable'],
      ['teams/b/ledger', 'inconclusive'],
    ]);
    expect(report.ledgers[1]?.periods[0]?.folder).toBe('out/teams/b/ledger/2026-05');
    expect((await judgeAgainst(repository, 'main', { ledgers: ['led*'] })).verdict).toBe('not-applicable');
    expect((await judgeAgainst(repository, 'main', { ledgers: ['teams/**'] })).ledgers.map(({ path }) => path)).toEqual(['teams/b/ledger']);
    await expect(judgeAgainst(repository, 'main', { ledgers: ['teams/*'] })).rejects.toThrow('No ledger is named by "teams/*"');
  });
});

describe.concurrent('without a base', { timeout: 120_000 }, () => {
  it('judges every open period that has begun, or those that are named', async () => {
    const repository = started((fresh) => fresh.addJune('ledger'));
    const open = await judge(repository, { mode: 'open' }, { asOf: '2026-06-01' });
    expect(periodsOf(only(open))).toEqual([['2026-05', 'pass', null, true]]);
    expect(only(open).notes).toEqual(['period 2026-06 has no complete day yet and was left out']);
    const named = await judge(repository, { mode: 'named', periods: ['2026-06'] });
    expect(periodsOf(only(named))).toEqual([['2026-06', 'pass', null, true]]);
    await expect(judge(repository, { mode: 'named', periods: ['2026-07'] })).rejects.toThrow('There is no period "2026-07"');
  });
});

describe('trueup reconcile --base', { timeout: 120_000 }, () => {
  it('prints the comment that the Action posts, and exits by its verdict', async () => {
    const repository = started();
    repository.append(`${may}/evidence/provider.csv`, strangeCharge('05'));
    repository.commit('charge');
    repository.git('checkout', '--quiet', '--detach', 'change');
    mkdirSync(`${repository.root}-cli`);
    const all = ['reconcile', '--ledger', join(repository.root, 'ledger'), '--as-of', '2026-07-15', '--base', 'main'];
    const comment = await runCli(`${repository.root}-cli`, [...all, '--render', 'comment']);
    expect(comment).toMatchObject({ code: 1, stderr: '' });
    const workplace = { workspace: `${repository.root}-cli`, out: `${repository.root}-cli/.trueup` };
    const report = await judgeAgainst(repository, 'main', workplace);
    expect(comment.stdout).toBe(renderComment(report, { visibility: 'private', marker: null, links: null, budget: 60_000 }));
    const terminal = await callCli(`${repository.root}-cli`, [...all, '--fail-on', 'never']);
    expect(terminal).toMatchObject({ code: 0, stderr: '' });
    expect(terminal.stdout).toMatch(/^FAIL ledger acme-llm-spend\n\nFAIL Do not approve May 2026: /);
    expect(readFileSync(`${repository.root}-cli/.trueup/2026-05/result.json`, 'utf8')).toContain('"verdict": "fail"');
  });

  it('says that nothing was touched, and that a shallow clone lacks the commit', async () => {
    const repository = started();
    const clone = `${repository.root}-shallow`;
    repository.write('README.md', 'Another word.\n');
    repository.commit('words');
    repository.git('clone', '--quiet', '--depth', '1', '--branch', 'change', `file://${repository.root}`, clone);
    mkdirSync(`${clone}-cli`);
    const all = ['reconcile', '--ledger', join(clone, 'ledger'), '--as-of', '2026-07-15', '--base'];
    expect(await callCli(`${clone}-cli`, [...all, 'HEAD'])).toMatchObject({ code: 0, stdout: 'NOT APPLICABLE ledger acme-llm-spend: nothing to judge\n' });
    const lacking = await callCli(`${clone}-cli`, [...all, 'main']);
    expect(lacking).toMatchObject({ code: 2, stdout: '' });
    expect(lacking.stderr).toContain('The commit "main" is not in this clone.');
    const both = await callCli(`${clone}-cli`, [...all, 'HEAD', '2026-05']);
    expect(both).toMatchObject({ code: 2, stdout: '' });
  });
});
