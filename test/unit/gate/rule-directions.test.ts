/** Whether an edit of a rule is looser, tighter, or nobody can tell: each key on real ledgers, both ways. */
import { describe, expect, it } from 'vitest';
import { type WeighedEdits, weighEdits } from '../../../src/gate/judge-change.ts';
import { compareLedgers } from '../../../src/gate/compare/compare-ledgers.ts';
import type { Ledger } from '../../../src/model/ledger.ts';
import { ledgerWith, ownFormat, type Edit } from './edited-ledger.ts';

const period = 'periods/2026-05/period.yaml';
const exceptionsFile = 'periods/2026-05/exceptions.yaml';
const exception = '  - { id: exc-1, category: retry, max_amount: "1", reason: known, ticket: T-1, owner: jane, approved_by: joe, expires_on: 2026-09-30 }\n';
/** Members of `policy` that the base does not write, before its last one. */
const also = (member: string): Edit => ['trueup.yaml', '  min_linked: "95"', `  ${member}\n  min_linked: "95"`];

function weigh(base: Ledger, head: Ledger): WeighedEdits {
  return weighEdits(compareLedgers(base, head, { changedPaths: [], moved: new Map() }).edits, base.settings.policy, head.settings.policy);
}

/** In short: `key before → after direction`. */
function said(base: Ledger, head: Ledger): string[] {
  return weigh(base, head).edits.flatMap(({ changes }) => changes.map(({ key, before, after, direction }) => `${key} ${before} → ${after} ${direction}`));
}

const base = await ledgerWith([]);

it('a price authority that comes is tighter, one that goes is looser, and another one is a change', async () => {
  const [cometapi, litellm] = await Promise.all(
    ['cometapi', 'litellm'].map((name) => ledgerWith([['trueup.yaml', 'currency: USD', `currency: USD\nprice_authority: ${name}`]])),
  );
  if (cometapi === undefined || litellm === undefined) throw new Error('no ledgers');
  expect(said(base, cometapi)).toEqual(['price_authority null → cometapi tightened']);
  expect(said(cometapi, base)).toEqual(['price_authority cometapi → null loosened']);
  expect(said(cometapi, litellm)).toEqual(['price_authority cometapi → litellm changed']);
});

it('a cluster is no rule: no change is judged where it says', async () => {
  const named = await Promise.all(
    ['a', 'b'].map((host) => ledgerWith([['trueup.yaml', 'policy:\n', `engine: { trino: { url: "https://${host}" } }\npolicy:\n`]])),
  );
  for (const [before, after] of [
    [base, named[0]],
    [named[0], named[1]],
    [named[1], base],
  ] as const)
    expect(weigh(before ?? base, after ?? base)).toMatchObject({ edits: [{ changes: [{ direction: 'neutral' }] }], findings: [] });
});

describe('a bound that is', () => {
  it.each<[string, string, ...Edit[]]>([
    ['policy.total.fail.percent', '1 → 5', ['trueup.yaml', 'fail: { percent: "1", amount: "50" }', 'fail: { percent: "5", amount: "50" }']],
    ['policy.total.fail.amount', '50 → null', ['trueup.yaml', '{ percent: "1", amount: "50" }', '{ percent: "1" }']],
    ['policy.total.warn.percent', '0.1 → null', ['trueup.yaml', 'total: { warn: { percent: "0.1" }, ', 'total: { ']],
    ['policy.model.fail.percent', '1 → 1.5', ['trueup.yaml', 'model: { fail: { percent: "1" } }', 'model: { fail: { percent: "1.5" } }']],
    ['policy.counts.fail.percent', '0.5 → 50', ['trueup.yaml', 'fail: { percent: "0.5" }', 'fail: { percent: "50" }']],
    ['policy.categories.retry.warn.percent', '2 → 3', ['trueup.yaml', 'warn: { percent: "2" }', 'warn: { percent: "3" }']],
    ['policy.ignore_below', '0.0001 → 0.01', ['trueup.yaml', 'ignore_below: "0.0001"', 'ignore_below: "0.01"']],
    ['policy.min_linked', '95 → 94.9', ['trueup.yaml', 'min_linked: "95"', 'min_linked: "94.9"']],
    ['policy.min_compared', 'null → 10', also('min_compared: "10"')],
    ['policy.max_delay', 'null → 96h', also('max_delay: 96h')],
    ['policy.gross', 'null → cells', also('gross: cells')],
    ['policy.rules.mapping-late', 'null → ignore', also('rules: { mapping-late: ignore }')],
    ['policy.rules.unpriced', 'null → quarantine', also('rules: { unpriced: quarantine }')],
    ['billing.statuses.timeout', 'billable → not-billable', ['contract.yaml', 'timeout: billable', 'timeout: not-billable']],
    ['stage', 'final → usage', [period, 'stage: final', 'stage: usage']],
    ['models', 'all → [gpt-4.1-nano-2025-04-14]', [period, 'models: all', 'models: [gpt-4.1-nano-2025-04-14]']],
    ['end_utc', '2026-06-01T00:00:00Z → 2026-05-31T00:00:00Z', [period, 'end_utc: 2026-06-01T', 'end_utc: 2026-05-31T']],
    ['start_utc', '2026-05-01T00:00:00Z → 2026-05-02T00:00:00Z', [period, 'start_utc: 2026-05-01T', 'start_utc: 2026-05-02T']],
    [
      'ignored_files.evidence/notes.txt',
      'null → { file: evidence/notes.txt, reason: notes }',
      [period, 'references:\n', 'ignored_files: [ { file: evidence/notes.txt, reason: notes } ]\nreferences:\n'],
    ],
    ['evidence.provider.delay', '24h → 48h', [period, 'delay: 24h', 'delay: 48h']],
    ['evidence.application.rows', 'attempts → final-only', [period, 'rows: attempts', 'rows: final-only']],
    ['evidence.provider.finalized_through_utc', '2026-06-02T00:00:00Z → 2026-06-01T00:00:00Z', [period, '2026-06-02T00:00:00Z', '2026-06-01T00:00:00Z']],
  ])('%s, %s, is looser one way and tighter the other', async (key, sides, ...edits) => {
    const head = await ledgerWith(edits);
    expect(said(base, head)).toEqual([`${key} ${sides} loosened`]);
    const back = sides.split(' → ').reverse().join(' → ');
    expect(said(head, base)).toEqual([`${key} ${back} tightened`]);
    expect(weigh(base, head).findings).toMatchObject([{ code: 'rules-loosened', severity: 'warn', args: { key } }]);
    expect(weigh(head, base).findings).toEqual([]);
  });
});

describe('a level of a category', () => {
  const taxed = (level: string): Promise<Ledger> => ledgerWith([['trueup.yaml', 'categories: { retry', `categories: { tax: { warn: { ${level} } }, retry`]]);

  it('is held against the built-in one whose place it takes: 30% for tax', async () => {
    for (const [level, key, direction] of [
      ['percent: "40"', 'percent null → 40', 'loosened'],
      ['percent: "20"', 'percent null → 20', 'tightened'],
      ['percent: "30"', 'percent null → 30', 'neutral'],
      // The built-in percentage is gone with it.
      ['amount: "5"', 'amount null → 5', 'loosened'],
    ] as const)
      expect(said(base, await taxed(level))).toEqual([`policy.categories.tax.warn.${key} ${direction}`]);
    expect(said(await taxed('percent: "20"'), base)).toEqual(['policy.categories.tax.warn.percent 20 → null loosened']);
    expect(said(await taxed('percent: "40"'), base)).toEqual(['policy.categories.tax.warn.percent 40 → null tightened']);
  });

  it('is held against nothing where nothing is built in', async () => {
    const drift = await ledgerWith([['trueup.yaml', 'categories: { retry', 'categories: { model_drift: { fail: { amount: "1" } }, retry']]);
    expect(said(base, drift)).toEqual(['policy.categories.model_drift.fail.amount null → 1 tightened']);
    expect(said(drift, base)).toEqual(['policy.categories.model_drift.fail.amount 1 → null loosened']);
  });
});

describe('an exception', () => {
  const withException = (text: string): Promise<Ledger> => ledgerWith([], { [exceptionsFile]: `exceptions:\n${text}` });

  it('is looser by coming, by covering more, and by lasting longer', async () => {
    const one = await withException(exception);
    expect(weigh(base, one).findings).toMatchObject([{ code: 'rules-loosened', args: { file: exceptionsFile, key: 'exceptions.exc-1', before: 'nothing' } }]);
    expect(weigh(one, base).edits[0]?.changes).toMatchObject([{ direction: 'tightened', after: null }]);
    for (const [find, put, key] of [
      ['max_amount: "1"', 'max_amount: "2"', 'max_amount'],
      ['reason:', 'max_count: 3, reason:', 'max_count'],
      ['2026-09-30', '2026-10-31', 'expires_on'],
    ] as const) {
      const more = await withException(exception.replace(find, put));
      expect(weigh(one, more).findings).toMatchObject([{ code: 'rules-loosened', args: { key: `exceptions.exc-1.${key}` } }]);
      expect(weigh(more, one).findings).toEqual([]);
    }
    const narrow = await withException(exception.replace('max_amount', 'service: chat, max_amount'));
    expect(weigh(one, narrow).findings).toEqual([]);
    expect(weigh(narrow, one).findings).toMatchObject([
      { code: 'rules-loosened', args: { key: 'exceptions.exc-1.service', before: 'chat', after: 'nothing' } },
    ]);
  });

  it('bears on nothing in its words, and in a list without any', async () => {
    const one = await withException(exception);
    expect(weigh(one, await withException(exception.replace('reason: known', 'reason: well known'))).findings).toEqual([]);
    expect(weigh(base, await ledgerWith([], { [exceptionsFile]: 'exceptions: []\n' }))).toEqual({ edits: [], findings: [] });
  });
});

describe('a budget', () => {
  const withBudget = async (entries: string) => ledgerWith([also(`budget: [ ${entries} ]`)]);
  const entry = '{ amount: "10", over: fail, services: [chat] }';

  it('is looser when it grows, goes, warns later or no longer fails, and tighter the other way round', async () => {
    const one = await withBudget(entry);
    expect(weigh(base, one).edits[0]?.changes).toMatchObject([{ direction: 'tightened' }]);
    expect(weigh(one, base).findings).toMatchObject([{ code: 'rules-loosened' }]);
    for (const [find, put, key] of [
      ['"10"', '"20"', 'amount'],
      ['over: fail', 'over: warn', 'over'],
      ['over: fail', 'warn_percent: "90", over: fail', 'warn_percent'],
    ] as const) {
      const more = await withBudget(entry.replace(find, put));
      expect(weigh(one, more).findings).toMatchObject([{ code: 'rules-loosened', args: { key: `policy.budget.chat.${key}` } }]);
      expect(weigh(more, one).findings).toEqual([]);
    }
    const two = await withBudget(`{ amount: "99" }, ${entry}`);
    expect(weigh(one, two).findings).toEqual([]);
    expect(weigh(two, one).findings).toMatchObject([{ code: 'rules-loosened' }]);
  });
});

describe('what nobody can tell', () => {
  it('of a format is one finding, whatever it is', async () => {
    const head = await ledgerWith([], { 'formats/own.yaml': `${ownFormat.replace('amount: amount', 'amount: other')}statuses: { ok: success }\n` });
    const args = { file: 'formats/own.yaml', keys: 'columns.charged_amount, statuses.ok' };
    expect(weigh(base, head).findings).toMatchObject([{ code: 'rules-changed', severity: 'warn', count: 2, args }]);
  });

  it('is a mapping that says something else, an account, a rounding; an override goes, another comes', async () => {
    const overridden = await ledgerWith([also('overrides: [ { services: [chat], fail: { percent: "3" } } ]')]);
    expect(said(base, overridden)).toEqual(['policy.overrides.chat null → { services: [chat], fail: { percent: 3 } } loosened']);
    expect(said(overridden, base)).toEqual(['policy.overrides.chat { services: [chat], fail: { percent: 3 } } → null changed']);
    for (const edit of [
      ['models.yaml', 'claude-haiku-4-5-20251001, role: primary', 'gpt-4.1-nano-2025-04-14, role: primary'],
      [period, 'acct_redacted', 'acct_other'],
      ['contract.yaml', 'mode: half-up', 'mode: up'],
    ] as const)
      expect(weigh(base, await ledgerWith([edit])).findings).toMatchObject([{ code: 'rules-changed', count: 1 }]);
  });
});

describe('what is no looser', () => {
  it('is an order, a comment, another spelling of the same amount, and words that bear on nothing', async () => {
    const { findings } = weigh(
      base,
      await ledgerWith([
        ['trueup.yaml', 'policy:\n', '# of May\npolicy:\n'],
        ['trueup.yaml', 'ignore_below: "0.0001"', 'ignore_below: "0.00010"'],
        ['models.yaml', 'owner: research', 'owner: platform'],
        ['contract.yaml', 'A request that times out', 'Each request that times out'],
        [period, 'delay: 24h', 'delay: 1d'],
      ]),
    );
    expect(findings).toEqual([]);
    const turned = await ledgerWith([
      ['models.yaml', '  - { internal_name: batch-primary', '#  - { internal_name: batch-primary'],
      [
        'models.yaml',
        'models:\n',
        `models:\n  - { internal_name: batch-primary, requested_model: claude-haiku-4-5, billable_model: claude-haiku-4-5-20251001, role: primary, owner: research, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01 }\n`,
      ],
    ]);
    expect(compareLedgers(base, turned, { changedPaths: [], moved: new Map() })).toEqual({ touched: [], edits: [], removed: [] });
  });

  it('is kept to a bound, and what is beyond is counted', async () => {
    const many = Array.from({ length: 250 }, (_, index) => exception.replace('exc-1', `exc-${index}`)).join('');
    const { edits, findings } = weigh(base, await ledgerWith([], { [exceptionsFile]: `exceptions:\n${many}` }));
    expect(edits[0]).toMatchObject({ more: 50 });
    expect(edits[0]?.changes).toHaveLength(200);
    expect(findings).toHaveLength(50);
    expect(findings.reduce((sum, { count }) => sum + count, 0)).toBe(250);
  });
});
