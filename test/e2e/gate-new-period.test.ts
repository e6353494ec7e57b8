/** A period that base does not have brings its own terms: what of them base confirms, and prices that come along, in real repositories (SPEC §5, changes of rules). */
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { GateLedger, GateReport } from '../../src/model/gate.ts';
import { renderComment } from '../../src/report/render-comment.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { judgeAgainst, only, periodsOf } from './judge-repository.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const may = 'ledger/periods/2026-05';
const june = 'ledger/periods/2026-06';
const none = 'layers: { gateway: { none: requests go straight to the provider } }\n';

/** A committed May, and June on a branch of its own. */
function withJune(inBase: (repository: Repository) => void = () => undefined): Repository {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  inBase(repository);
  repository.commit('base');
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.addJune('ledger');
  return repository;
}

/** A gateway that saw what the application logged. */
function addGateway(repository: Repository): void {
  repository.write(`${may}/evidence/gateway.csv`, repository.read(`${may}/evidence/application.csv`));
  repository.edit(`${may}/period.yaml`, none, '');
  repository.edit(`${may}/period.yaml`, '  provider: {', '  gateway: { files: [evidence/gateway.csv], format: trueup }\n  provider: {');
}

/** A snapshot of June with prices of May changed, and June priced by it. */
function addSnapshot(repository: Repository, ...edits: readonly (readonly [find: string, put: string])[]): void {
  const path = 'ledger/prices/cometapi/2026-06-01.yaml';
  const text = repository
    .read('ledger/prices/cometapi/2026-05-01.yaml')
    .replace(/^evidence: .*\n/m, '')
    .replaceAll('2026-05-01', '2026-06-01')
    .replace('2026-05-02', '2026-06-02');
  repository.write(path, text.replace(/^samples:[^]*/m, ''));
  for (const [find, put] of edits) repository.edit(path, find, put);
  repository.edit(`${june}/period.yaml`, 'snapshot: cometapi/2026-05-01', 'snapshot: cometapi/2026-06-01');
}

const lineOf = (report: GateReport): string => renderComment(report, { visibility: 'private', marker: null, links: null, budget: 60_000 }).split('\n')[0] ?? '';
const termsOf = ({ findings }: GateLedger): unknown[] =>
  findings.filter(({ code }) => code === 'new-period-terms').map(({ severity, args }) => [severity, args['term'], args['value'], args['before']]);

describe.concurrent('a new period', { timeout: 120_000 }, () => {
  it('with the terms of the one before it has nothing to say', async () => {
    const repository = withJune(addGateway);
    repository.write(`${june}/evidence/gateway.csv`, repository.read(`${june}/evidence/application.csv`));
    const report = await judgeAgainst(repository, 'main');
    expect(only(report)).toMatchObject({ verdict: 'pass', findings: [], edits: [], prices: [] });
    expect(lineOf(report)).toMatch(/^✅ \*\*June 2026 adds up\*\*: 12 requests, USD 0\.42 charged, .*, all explained/);
    expect(lineOf(report)).not.toContain('new p');
  });

  it('without the gateway that the one before it had is said, and is not green', async () => {
    const repository = withJune(addGateway);
    repository.edit(`${june}/period.yaml`, '  gateway: { files: [evidence/gateway.csv], format: trueup }\n', '');
    repository.append(`${june}/period.yaml`, none);
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('warn');
    expect(termsOf(only(report))).toEqual([['warn', 'layer gateway', 'none', 'format trueup (2026-05)']]);
    expect(lineOf(report)).toContain('base does not confirm one term of a new period (<code>layer gateway</code>)');
  });

  it('without the log of the application that the one before it had is said, and judges nothing', async () => {
    const repository = withJune();
    const text = repository.read(`${june}/period.yaml`).replace(/^ {2}application: .*\n/m, '');
    repository.write(`${june}/period.yaml`, text.replace('layers: {', 'layers: { application: { none: no log any more },'));
    repository.remove(`${june}/evidence/application.csv`);
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('inconclusive');
    expect(termsOf(only(report))).toEqual([['warn', 'layer application', 'none', 'format trueup (2026-05)']]);
  });

  it('with a longer delay is held to the policy of base, which the change cannot widen', async () => {
    const repository = withJune();
    repository.edit(`${june}/period.yaml`, 'delay: 24h', 'delay: 48h');
    const within = only(await judgeAgainst(repository, 'main'));
    expect(within.verdict).toBe('pass');
    expect(termsOf(within)).toEqual([['info', 'delay of provider', '48h', '24h (2026-05)']]);
    repository.edit(`${june}/period.yaml`, 'delay: 48h', 'delay: 240h');
    repository.edit('ledger/trueup.yaml', '  min_linked: "95"', '  max_delay: 240h\n  min_linked: "95"');
    const beyond = only(await judgeAgainst(repository, 'main'));
    expect(beyond.verdict).toBe('warn');
    expect(beyond.periods[0]?.findings.map(({ code }) => code)).toContain('delay-capped');
    expect(termsOf(beyond)).toEqual([['warn', 'delay of provider', '240h', '24h (2026-05)']]);
    expect(beyond.findings.map(({ code }) => code)).toContain('rules-loosened');
  });

  it('with a scope, a format or rows that base does not know is not green', async () => {
    const repository = withJune();
    repository.edit(`${june}/period.yaml`, 'models: all', 'models: [gpt-4.1-nano-2025-04-14]');
    repository.edit(`${june}/period.yaml`, 'rows: attempts', 'rows: final-only, constants: { cost_center: support }');
    repository.write(
      'ledger/formats/own.yaml',
      'name: own\ncolumns: { timestamp_utc: timestamp_utc, model_billed: model_billed }\ninput_includes: []\noutput_includes: []\n',
    );
    repository.edit(`${june}/period.yaml`, 'provider.csv], format: trueup', 'provider.csv], format: own');
    expect(termsOf(only(await judgeAgainst(repository, 'main')))).toEqual([
      ['warn', 'models', 'gpt-4.1-nano-2025-04-14', 'all (2026-05)'],
      ['warn', 'declared reading of application', 'cost_center: support', 'nothing (2026-05)'],
      ['warn', 'rows of application', 'final-only', 'attempts (2026-05)'],
      ['warn', 'format of provider', 'own', 'trueup (2026-05)'],
    ]);
    repository.edit(`${june}/period.yaml`, 'environment: production', 'environment: staging');
    expect(termsOf(only(await judgeAgainst(repository, 'main')))).toEqual([
      ['warn', 'environment', 'staging', 'production'],
      ['warn', 'format of provider', 'own', 'no format of that name'],
    ]);
    repository.edit(`${june}/period.yaml`, 'account_ref: acct_redacted', 'account_ref: acct_new');
    expect(termsOf(only(await judgeAgainst(repository, 'main')))[0]).toEqual(['warn', 'account_ref', 'acct_new', 'acct_redacted']);
  });
});

describe.concurrent('prices that come with the period that uses them', { timeout: 120_000 }, () => {
  it('are said in line 1, cheaper and dearer, with the ratio of the row', async () => {
    const repository = withJune();
    addSnapshot(repository, ['input_price: "0.10"', 'input_price: "0.08"'], ['output_price: "5"', 'output_price: "6"']);
    const report = await judgeAgainst(repository, 'main');
    // 0.10 × 0.8 becomes 0.08 × 0.8; 5 × 0.8 becomes 6 × 0.8.
    expect(only(report).prices).toEqual([
      {
        period: '2026-06',
        snapshot: 'cometapi/2026-06-01',
        before: 'cometapi/2026-05-01',
        added: true,
        prices: [
          { model: 'claude-haiku-4-5-20251001', price: 'output', before: '4', after: '4.8' },
          { model: 'gpt-4.1-nano-2025-04-14', price: 'input', before: '0.08', after: '0.064' },
        ],
        more: 0,
      },
    ]);
    expect(report.verdict).toBe('fail');
    expect(lineOf(report)).toContain(
      'new prices come with <code>2026-06</code> (<code>claude-haiku-4-5-20251001</code> output 4 → 4.8, <code>gpt-4.1-nano-2025-04-14</code> input 0.08 → 0.064)',
    );
  });

  it('are said of a period that base has, when it takes another snapshot', async () => {
    const repository = withJune((fresh) => {
      fresh.write(
        'ledger/prices/cometapi/2026-04-01.yaml',
        fresh
          .read('ledger/prices/cometapi/2026-05-01.yaml')
          .replace(/^evidence: .*\n/m, '')
          .replace('cometapi/2026-05-01', 'cometapi/2026-04-01')
          .replace('ratio: "0.8"', 'ratio: "0.7"')
          .replace(/^samples:[^]*/m, ''),
      );
    });
    repository.remove(june);
    repository.edit(`${may}/period.yaml`, 'snapshot: cometapi/2026-05-01', 'snapshot: cometapi/2026-04-01');
    const report = await judgeAgainst(repository, 'main');
    expect(only(report).prices).toMatchObject([{ period: '2026-05', before: 'cometapi/2026-05-01', added: false }]);
    expect(lineOf(report)).toContain('<code>2026-05</code> takes other prices (<code>gpt-4.1-nano-2025-04-14</code> input 0.08 → 0.07,');
  });

  it('let a new model through, with its price and its mapping', async () => {
    const repository = withJune();
    addSnapshot(repository, ['prices:\n', 'prices:\n  - { billable_model: gpt-5-2026, input_price: "1", output_price: "2" }\n']);
    repository.append(
      'ledger/models.yaml',
      '  - { internal_name: answers, requested_model: gpt-5, billable_model: gpt-5-2026, role: primary, owner: platform, valid_from: 2026-06-01 }\n',
    );
    repository.append(
      `${june}/evidence/application.csv`,
      'req-613,comet-613,2026-06-20T08:15:00Z,acct_redacted,production,chat,support,answers,gpt-5,success,1,1000,0,0,0,1000,0\n',
    );
    repository.append(
      `${june}/evidence/provider.csv`,
      'req-613,comet-613,2026-06-20T08:15:02Z,acct_redacted,production,gpt-5-2026,charge,success,1,1000,0,0,0,1000,0,0.003,USD\n',
    );
    const report = await judgeAgainst(repository, 'main');
    // A mapping is shared by every open period.
    expect(periodsOf(only(report))).toEqual([
      ['2026-05', 'pass', null, true],
      ['2026-06', 'pass', null, true],
    ]);
    expect(only(report)).toMatchObject({ verdict: 'pass', edits: [] });
    expect(only(report).prices[0]?.prices).toEqual([
      { model: 'gpt-5-2026', price: 'input', before: null, after: '1' },
      { model: 'gpt-5-2026', price: 'output', before: null, after: '2' },
    ]);
    expect(lineOf(report)).toContain(
      'new prices come with <code>2026-06</code> (<code>gpt-5-2026</code> input unpriced → 1, <code>gpt-5-2026</code> output unpriced → 2)',
    );
  });
});
