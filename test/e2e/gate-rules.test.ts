/** Doors by which a change could bring its own rules along, and how a good change still gets through: real repositories, the real engine (SPEC §5, changes of rules). */
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { GateLedger, GateReport } from '../../src/model/gate.ts';
import { renderComment } from '../../src/report/render-comment.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { amountOf, judgeAgainst, only, periodsOf } from './judge-repository.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const may = 'ledger/periods/2026-05';
const provider = `${may}/evidence/provider.csv`;

/** A charge of seven cents that no log knows. */
const strangeCharge = ',comet-999,2026-05-20T08:15:02Z,acct_redacted,production,gpt-4.1-nano-2025-04-14,charge,success,,700000,0,0,0,43750,0,0.07,USD\n';

/** The provider's export, read by a format of the ledger's own that says what `trueup` says. */
const house = `name: house
columns:
  request_id: request_id
  provider_request_id: provider_request_id
  timestamp_utc: timestamp_utc
  account_ref: account_ref
  environment: environment
  model_billed: model_billed
  kind: kind
  status: status
  attempt: attempt
  input_tokens: input_tokens
  cached_input_tokens: cached_input_tokens
  cache_write_tokens: cache_write_tokens
  cache_write_1h_tokens: cache_write_1h_tokens
  output_tokens: output_tokens
  reasoning_tokens: reasoning_tokens
  charged_amount: charged_amount
  charged_currency: charged_currency
input_includes: [cached_input, cache_write, cache_write_1h]
output_includes: [reasoning]
`;

/** A committed ledger of May, which can be judged with a strange charge in it, and a branch to change it on. */
function started(more: (repository: Repository) => void = () => undefined): Repository {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  repository.edit('ledger/trueup.yaml', 'min_linked: "95"', 'min_linked: "50"');
  more(repository);
  repository.commit('base');
  repository.git('checkout', '--quiet', '-b', 'change');
  return repository;
}

const ratesOf = (rate: string): string => `fx: { from: EUR, rate: "${rate}", on: 2026-05-31, source: "https://rates.example" }\n`;
const codesOf = ({ findings }: GateLedger): string[] => findings.map(({ code }) => code);
const lineOf = (report: GateReport): string | undefined =>
  renderComment(report, { visibility: 'private', marker: null, links: null, budget: 60_000 }).split('\n')[0];

describe.concurrent('a wrong month does not come in', { timeout: 120_000 }, () => {
  it.each([
    ['another kind for its rows', 'input_includes', 'kinds: { charge: error }\ninput_includes', 'fail'],
    ['a filter', 'input_includes', 'filter: [ { source: attempt, in: ["1", "2"] } ]\ninput_includes', 'pass'],
    ['another column for its amounts', 'charged_amount: charged_amount', 'charged_amount: output_tokens', 'fail'],
  ])('by a format that takes %s', async (_, find, put, after) => {
    const repository = started((fresh) => {
      fresh.write('ledger/formats/house.yaml', house);
      fresh.edit(`${may}/period.yaml`, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: house');
    });
    repository.append(provider, strangeCharge);
    repository.edit('ledger/formats/house.yaml', find, put);
    repository.commit('read it otherwise');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(periodsOf(ledger)).toEqual([['2026-05', 'fail', after, true]]);
    expect(amountOf(ledger, 'unlinked')).toBe('0.07');
    expect(ledger.edits).toMatchObject([{ file: 'formats/house.yaml', what: ['format'], changes: [{ direction: 'changed' }] }]);
    expect(codesOf(ledger)).toEqual(['rules-changed']);
    expect(ledger.effects).toMatchObject([{ file: 'formats/house.yaml', period: '2026-05', before: { verdict: 'fail' }, after: { verdict: after } }]);
  });

  it('by another format for its layer, brought along', async () => {
    const repository = started();
    repository.append(provider, strangeCharge);
    repository.write('ledger/formats/house.yaml', `${house}filter: [ { source: attempt, in: ["1", "2"] } ]\n`);
    repository.edit(`${may}/period.yaml`, 'evidence/provider.csv], format: trueup', 'evidence/provider.csv], format: house');
    repository.commit('another format');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(periodsOf(ledger)).toEqual([['2026-05', 'fail', 'pass', true]]);
    expect(amountOf(ledger, 'unlinked')).toBe('0.07');
  });

  it('by rows that are read as final only: a second charge is no retry because a log says attempt 2', async () => {
    const repository = started();
    // Request 1 is logged once. A second charge of it, 0.01216, is backed by no attempt; `final-only` would count two.
    const row = 'gpt-4.1-nano-2025-04-14,charge,success,1,120000,0,0,0,8000,0,0.01216,USD';
    repository.append(provider, `req-001,comet-901,2026-05-02T08:14:00Z,acct_redacted,production,${row.replace('success,1', 'success,')}\n`);
    repository.edit(`${may}/evidence/application.csv`, 'gpt-4.1-nano,success,1,120000', 'gpt-4.1-nano,success,2,120000');
    repository.edit(`${may}/period.yaml`, 'rows: attempts', 'rows: final-only');
    repository.commit('final only');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.verdict).toBe('fail');
    expect(amountOf(ledger, 'unbacked')).toBe('0.01216');
    expect(amountOf(ledger, 'retry')).toBe('0');
    expect(ledger.findings).toMatchObject([{ code: 'rules-loosened', args: { key: 'evidence.application.rows', before: 'attempts', after: 'final-only' } }]);
  });

  it('by a narrower scope, shorter bounds, another account or currency of a period that base has', async () => {
    const repository = started();
    repository.append(provider, strangeCharge);
    repository.edit(`${may}/period.yaml`, 'models: all', 'models: [claude-haiku-4-5-20251001]');
    repository.edit(`${may}/period.yaml`, 'end_utc: 2026-06-01T', 'end_utc: 2026-05-19T');
    repository.edit(`${may}/period.yaml`, 'account_ref: acct_redacted', 'account_ref: acct_other');
    repository.commit('narrower');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.verdict).toBe('fail');
    expect(amountOf(ledger, 'unlinked')).toBe('0.07');
    const directions = ledger.edits[0]?.changes.map(({ key, direction }) => [key, direction]);
    expect(directions).toEqual([
      ['end_utc', 'loosened'],
      ['models', 'loosened'],
      ['account_ref', 'changed'],
    ]);
  });

  it('by a mapping that gives a known model another name', async () => {
    const repository = started();
    // Request 1 was asked of the nano and served by Haiku: 120,000 × 0.8 + 8,000 × 4 per million, instead of 0.01216.
    repository.edit(
      provider,
      'gpt-4.1-nano-2025-04-14,charge,success,1,120000,0,0,0,8000,0,0.01216',
      'claude-haiku-4-5-20251001,charge,success,1,120000,0,0,0,8000,0,0.128',
    );
    repository.edit('ledger/models.yaml', 'billable_model: gpt-4.1-nano-2025-04-14', 'billable_model: claude-haiku-4-5-20251001');
    repository.commit('it was meant to');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.verdict).toBe('fail');
    // The base of the scenarios knows Haiku as a fallback of the nano.
    expect(amountOf(ledger, 'fallback')).toBe('0.11584');
    expect(ledger.edits).toMatchObject([
      { file: 'models.yaml', changes: [{ key: 'mappings.support-chat-primary gpt-4.1-nano.billable_model', direction: 'changed' }] },
    ]);
  });

  it('by evidence under another name, with another content', async () => {
    const repository = started((fresh) => fresh.append(provider, strangeCharge));
    repository.git('mv', provider, `${may}/evidence/usage.csv`);
    repository.edit(`${may}/evidence/usage.csv`, strangeCharge, '');
    repository.edit(`${may}/period.yaml`, '[evidence/provider.csv]', '[evidence/usage.csv]');
    repository.commit('another name, and a row less');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.findings).toMatchObject([{ code: 'rules-loosened', args: { before: '[evidence/provider.csv]', after: '[]' } }]);
  });

  it('by a rate for rows that it brings with its own reference', async () => {
    const repository = started();
    repository.edit(provider, '0.00576,USD', '0.0576,EUR');
    repository.edit(`${may}/period.yaml`, 'currency: USD\n', `currency: USD\n${ratesOf('0.1')}`);
    repository.edit('ledger/trueup.yaml', 'policy:\n', 'policy:\n  fx: { EUR: { evidence_reference: "0.1", tolerance_percent: "1" } }\n');
    repository.commit('a rate that fits the rows');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(periodsOf(ledger)).toEqual([['2026-05', 'fail', 'pass', true]]);
    expect(codesOf(ledger)).toEqual(['rules-loosened', 'rules-loosened']);
  });

  it('by an invoice in a currency whose reference it brings', async () => {
    const repository = started();
    const invoice = `${may}/invoice.yaml`;
    repository.edit(invoice, 'currency: USD\n', `currency: EUR\n${ratesOf('2').replace('EUR', 'USD')}`);
    repository.edit('ledger/trueup.yaml', 'policy:\n', 'policy:\n  fx: { EUR: { reference: "2", tolerance_percent: "1" } }\n');
    repository.commit('billed in EUR');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger.periods[0]?.findings.filter(({ code }) => code === 'currency-mismatch')).toMatchObject([{ args: { reason: 'no-reference', found: 'EUR' } }]);
    expect(ledger.verdict).toBe('fail');
  });

  it('under a green headline when nothing but rules is looser', async () => {
    const repository = started();
    repository.edit('ledger/trueup.yaml', 'counts: { fail: { percent: "0.5" } }', 'counts: { fail: { percent: "50" } }');
    repository.edit('ledger/trueup.yaml', 'min_linked: "50"', 'min_linked: "40"');
    repository.append('ledger/trueup.yaml', '  rules: { rules-loosened: ignore, rules-changed: info }\n');
    repository.edit('ledger/contract.yaml', 'mode: half-up', 'mode: up');
    repository.commit('looser');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('warn');
    expect(lineOf(report)).toContain(
      '⚠️ **Look at this change before you approve**: only rules are edited, and reviewers decide about them; ' +
        '4 rules are loosened (<code>policy.counts.fail.percent</code> <code>0.5</code> → <code>50</code> and 3 more); ' +
        '1 rule is changed and may be looser; 12 requests, USD 0.42 charged, ',
    );
  });
});

describe.concurrent('a good change comes through', { timeout: 120_000 }, () => {
  it('green, when rules are tighter', async () => {
    const repository = started();
    repository.edit('ledger/trueup.yaml', 'min_linked: "50"', 'min_linked: "95"');
    repository.edit('ledger/trueup.yaml', 'fail: { percent: "1", amount: "50" }', 'fail: { percent: "0.5", amount: "20" }');
    repository.commit('tighter');
    const report = await judgeAgainst(repository, 'main');
    expect(report.verdict).toBe('pass');
    expect(only(report).edits[0]?.changes.map(({ direction }) => direction)).toEqual(['tightened', 'tightened', 'tightened']);
    expect(lineOf(report)).toMatch(
      /^✅ \*\*Nothing stands against this change\*\*: only rules are edited, and reviewers decide about them; 12 requests, USD 0\.42 charged/,
    );
  });

  it('as nothing to judge, when words, comments and orders change', async () => {
    const repository = started();
    repository.edit('ledger/trueup.yaml', 'policy:\n', '# as decided in May\npolicy:\n');
    repository.edit('ledger/contract.yaml', 'statuses: { success: billable, error: not-billable', 'statuses: { error: not-billable, success: billable');
    const [head = '', first = '', ...rest] = repository.read('ledger/models.yaml').trimEnd().split('\n');
    repository.write('ledger/models.yaml', `${[head, ...rest, first].join('\n')}\n`);
    repository.commit('words');
    expect(only(await judgeAgainst(repository, 'main'))).toMatchObject({ verdict: 'not-applicable', edits: [], periods: [] });
  });

  it('with evidence under another name, which leaves nothing behind', async () => {
    const repository = started();
    repository.git('mv', provider, `${may}/evidence/usage.csv`);
    repository.edit(`${may}/period.yaml`, '[evidence/provider.csv]', '[evidence/usage.csv]');
    repository.commit('another name');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'pass', edits: [], findings: [] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'pass', null, true]]);
  });

  it('with the rate of its month, which the policy of base holds', async () => {
    const repository = started((fresh) =>
      fresh.edit('ledger/trueup.yaml', 'policy:\n', 'policy:\n  fx: { EUR: { evidence_reference: "1.25", tolerance_percent: "1" } }\n'),
    );
    repository.edit(provider, '0.00576,USD', '0.004608,EUR');
    repository.edit(`${may}/period.yaml`, 'currency: USD\n', `currency: USD\n${ratesOf('1.25')}`);
    repository.commit('rows in EUR, and their rate');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'pass', edits: [], findings: [] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'pass', null, true]]);
  });

  it('with a further export of the same layer', async () => {
    const repository = started();
    const [head = '', ...rows] = repository.read(provider).trimEnd().split('\n');
    repository.write(provider, `${[head, ...rows.slice(0, -1)].join('\n')}\n`);
    repository.write(`${may}/evidence/late.csv`, `${head}\n${rows.at(-1)}\n`);
    repository.edit(`${may}/period.yaml`, '[evidence/provider.csv]', '[evidence/provider.csv, evidence/late.csv]');
    repository.commit('late rows');
    const ledger = only(await judgeAgainst(repository, 'main'));
    expect(ledger).toMatchObject({ verdict: 'pass', edits: [], findings: [] });
    expect(periodsOf(ledger)).toEqual([['2026-05', 'pass', null, true]]);
  });
});
