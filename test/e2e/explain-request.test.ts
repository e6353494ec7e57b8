/** `explain` on a whole ledger with the real engine: every request of a small month, its numbers, and that they add up to the period's bridge. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/model/trace.ts';
import { Money, formatMoney } from '../../src/model/money.ts';
import { explainRequest, reconcileLedger, type RunOptions } from '../../src/period/reconcile.ts';
import { renderExplanation } from '../../src/report/render-explanation.ts';
import { bridgeOf } from '../../src/report/explanation/bridge-section.ts';
import { openCase } from '../../src/report/explanation/case.ts';
import { LedgerFolder } from '../unit/ledger/ledger-folder.ts';
import { plainScreen } from '../plain-screen.ts';

const applicationHeader =
  'request_id,provider_request_id,timestamp_utc,account_ref,service,internal_name,model_requested,status,attempt,input_tokens,output_tokens';
const providerHeader = 'request_id,provider_request_id,timestamp_utc,account_ref,model_billed,kind,status,attempt,input_tokens,output_tokens,charged_amount';
const chat = 'acct_redacted,chat,support-chat-primary,gpt-4.1-nano';
const nano = 'gpt-4.1-nano-2025-04-14';
const haiku = 'claude-haiku-4-5-20251001';

/** A month in which each request has a story of its own. */
const applicationRows = [
  `plain,c-1,2026-05-02T08:00:00Z,${chat},success,1,1000,500`,
  `retried,,2026-05-03T08:00:00Z,${chat},timeout,1,,`,
  `retried,c-3,2026-05-03T08:00:05Z,${chat},success,2,1000,500`,
  `fallen,c-4,2026-05-04T08:00:00Z,${chat},success,1,1000,500`,
  `twice,c-5,2026-05-05T08:00:00Z,${chat},success,1,1000,500`,
  `late,c-6,2026-05-31T23:59:00Z,${chat},success,1,1000,500`,
  `free,c-7,2026-05-06T08:00:00Z,${chat},error,1,,`,
  `lost,c-8,2026-05-07T08:00:00Z,${chat},success,1,1000,500`,
  `dear,c-9,2026-05-08T08:00:00Z,${chat},success,1,1000,500`,
];
const providerRows = [
  `plain,c-1,2026-05-02T08:00:01Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`,
  `retried,c-2,2026-05-03T08:00:04Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`,
  `retried,c-3,2026-05-03T08:00:09Z,acct_redacted,${nano},charge,success,2,1000,500,0.00024`,
  `fallen,c-4,2026-05-04T08:00:01Z,acct_redacted,${haiku},charge,success,1,1000,500,0.0028`,
  `twice,c-5,2026-05-05T08:00:01Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`,
  `twice,c-5,2026-05-05T08:00:09Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`,
  `late,c-6,2026-06-01T00:00:20Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`,
  `free,c-7,2026-05-06T08:00:01Z,acct_redacted,${nano},error,error,1,,,`,
  `dear,c-9,2026-05-08T08:00:01Z,acct_redacted,${nano},charge,success,1,1000,510,0.0003`,
  `,c-10,2026-05-09T08:00:01Z,acct_redacted,${nano},charge,success,,1000,500,0.00024`,
  `,c-11,2026-05-09T08:00:01Z,acct_other,${nano},charge,success,,1000,500,0.00024`,
];
const requests = ['plain', 'retried', 'fallen', 'twice', 'late', 'free', 'lost', 'dear', 'c-10'];

const folder = new LedgerFolder();
const out = mkdtempSync(join(tmpdir(), 'trueup-explain-'));
const options: RunOptions = {
  ledgerRoot: folder.root,
  evidenceRoot: null,
  out,
  periods: ['2026-05'],
  asOf: '2026-06-15',
  through: null,
  lineFiles: [],
  toolVersion: '0.0.0',
  temporaryRoot: tmpdir(),
  memoryBytes: 500_000_000n,
  onProgress: () => undefined,
  onPlan: null,
};
const explanations = new Map<string, Explanation>();
const textOf = (id: string): string => renderExplanation(explanations.get(id) ?? missing(id), plainScreen);

function missing(id: string): never {
  throw new Error(`${id} was not explained`);
}

beforeAll(async () => {
  folder.write('periods/2026-05/evidence/application.csv', `${[applicationHeader, ...applicationRows].join('\n')}\n`);
  folder.write('periods/2026-05/evidence/provider.csv', `${[providerHeader, ...providerRows].join('\n')}\n`);
  for (const id of [...requests, 'c-2', 'c-11', 'nobody']) explanations.set(id, await explainRequest(options, id));
});
afterAll(() => {
  folder.remove();
  rmSync(out, { recursive: true, force: true });
});

describe('explain', () => {
  it.each([
    ['plain', 'Expected 0.00024 USD, charged 0.00024 USD: the same.'],
    ['retried', 'Expected 0.00024 USD, charged 0.00048 USD: 0.00024 more (retry +0.00024).'],
    ['fallen', 'Expected 0.00024 USD, charged 0.0028 USD: 0.00256 more (fallback +0.00256).'],
    ['twice', 'Expected 0.00024 USD, charged 0.00048 USD: 0.00024 more (duplicate +0.00024).'],
    ['late', 'Expected 0.00024 USD, charged 0 USD: 0.00024 less (in_transit -0.00024).'],
    ['free', 'Expected 0 USD, charged 0 USD: the same.'],
    ['lost', 'Expected 0.00024 USD, charged 0 USD: 0.00024 less (not_charged -0.00024).'],
    // 10 output tokens × 0.4 × 0.8 ÷ 1000000 = 0.0000032; 0.0002432 rounds to 0.000244; charged 0.0003.
    ['dear', 'Expected 0.00024 USD, charged 0.0003 USD: 0.00006 more (token_difference +0.0000032, rounding +0.0000008, price_difference +0.000056).'],
    ['c-10', 'Expected 0 USD, charged 0.00024 USD: 0.00024 more (unlinked +0.00024).'],
  ])('%s: the whole in one sentence', (id, sentence) => {
    expect(textOf(id)).toContain(sentence);
    expect(textOf(id)).not.toContain('error of the tool');
  });

  it.each([
    ['retried', 'Row 4 serves the request (attempt 2); this one is another try that our logs show (attempt 1)'],
    ['fallen', 'which is a fallback of the expected gpt-4.1-nano-2025-04-14 (models.yaml:3)'],
    ['twice', 'It repeats the provider_request_id c-5 of row 2, which is the earliest and is kept.'],
    ['late', 'row 2 charges it after the end, at 2026-06-01T00:00:20Z.'],
    ['free', 'none is due: status error is not billable (contract.yaml:31).'],
    ['lost', 'The provider has no row that charges it'],
    ['dear', 'application → provider: output 500 → 510; 0.0002432 − 0.00024'],
    ['c-10', 'no log, or more than one request, carries its provider_request_id c-10'],
    ['c-11', 'its account acct_other is not acct_redacted'],
  ])('%s: why', (id, sentence) => {
    expect(textOf(id)).toContain(sentence);
  });

  it.each([
    ['plain', ['only-charge']],
    ['retried', ['names-final', null]],
    ['fallen', ['only-charge']],
    ['twice', ['only-charge', 'same-record']],
    ['late', ['charged-late']],
    ['free', ['final-status']],
    ['lost', [null]],
  ])("%s: the rule that placed each line is the engine's", (id, reasons) => {
    expect((explanations.get(id)?.trace?.lines ?? []).map(({ reason }) => reason).toSorted()).toEqual(reasons.toSorted());
  });

  it('shows every token class of a request of the base ledger', async () => {
    const base = new LedgerFolder();
    const text = renderExplanation(await explainRequest({ ...options, ledgerRoot: base.root }, 'req-006'), plainScreen);
    base.remove();
    expect(text).toContain('Expected 0.0736 USD, charged 0.0736 USD: the same.');
    expect(text).toContain('input 80000 (50000 uncached + 20000 cached input + 0 cache write + 10000 cache write 1h), output 4000 (4000 + 0 reasoning)');
    expect(text).toMatch(/50000 {2}input × \(1 × 0\.8 ÷ 1000000\) +\D= 0\.04\n/);
    expect(text).toMatch(/20000 {2}cached input × \(0\.1 × 0\.8 ÷ 1000000\) +\D= 0\.0016\n/);
    expect(text).toMatch(/10000 {2}cache write 1h × \(2 × 0\.8 ÷ 1000000\) +\D= 0\.016\n/);
    expect(text).toMatch(/4000 {2}output × \(5 × 0\.8 ÷ 1000000\) +\D= 0\.016\n/);
  });

  it('says by which id a charge joined, and finds a request by the id of its answer', async () => {
    const ledger = new LedgerFolder();
    const log =
      'request_id,provider_request_id,response_id,timestamp_utc,account_ref,service,internal_name,model_requested,status,attempt,input_tokens,output_tokens';
    const bill =
      'request_id,provider_request_id,response_id,timestamp_utc,account_ref,model_billed,kind,status,attempt,input_tokens,output_tokens,charged_amount';
    const call = (ids: string): string => `${ids},2026-05-02T08:00:00Z,${chat},success,1,1000,500`;
    const charge = (ids: string): string => `${ids},2026-05-02T08:00:01Z,acct_redacted,${nano},charge,success,1,1000,500,0.00024`;
    ledger.write('periods/2026-05/evidence/application.csv', `${[log, call('own,,'), call('theirs,c-2,'), call('answer,,chatcmpl-3')].join('\n')}\n`);
    ledger.write('periods/2026-05/evidence/provider.csv', `${[bill, charge('own,c-1,'), charge(',c-2,'), charge(',c-3,chatcmpl-3')].join('\n')}\n`);
    const text = async (id: string): Promise<string> => renderExplanation(await explainRequest({ ...options, ledgerRoot: ledger.root }, id), plainScreen);
    expect(await text('own')).toMatch(/joined +by its request_id, which the application logged/);
    expect(await text('theirs')).toMatch(/joined +by its provider_request_id, which the application logged/);
    expect(await text('chatcmpl-3')).toMatch(
      /^Request answer in the period 2026-05\nchatcmpl-3 is .*[^]*joined +by its response_id, which the application logged/,
    );
    ledger.remove();
  });

  it('finds the request behind a provider id', () => {
    expect(textOf('c-2')).toMatch(/^Request retried in the period 2026-05\nc-2 is the provider's id of one of its rows\.\n/);
  });

  it('says where it looked for a request that nobody names', () => {
    expect(textOf('nobody')).toContain('No layer names it');
  });

  it('splits the bridge of the period without a rest', async () => {
    const { periods } = await reconcileLedger(options);
    const bridge = periods[0]?.result.bridge ?? [];
    const cases = requests.map((id) => bridgeOf(openCase(explanations.get(id) ?? missing(id)) ?? missing(id)));
    for (const { step, amount } of bridge.slice(
      0,
      bridge.findIndex((row) => row.step === 'provider_charged'),
    )) {
      if (step === 'provider_at_snapshot') continue;
      const parts = cases
        .flatMap(({ expected, values, charges }) => [{ step: 'expected', amount: expected }, ...values, ...charges])
        .filter((part) => part.step === step);
      const sum = parts.reduce((total, part) => total.plus(part.amount), new Money(0));
      expect(`${step} ${formatMoney(sum)}`).toBe(`${step} ${amount}`);
    }
  });
});
