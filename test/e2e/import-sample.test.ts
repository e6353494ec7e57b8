/** The runbook's sample input as it is printed: it becomes a ledger whole, and with its placeholders answered it is reconciled to the digit. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const sample = readFileSync(join(import.meta.dirname, '../scenarios/import-quotes-runbook-sample/runbook.json'), 'utf8');
const runbook = new URL('../../../shared/docs/RUNBOOK.md', import.meta.url);
const workspace = mkdtempSync(join(tmpdir(), 'trueup-sample-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

// The runbook is no part of the repository; where it lies beside the checkout, the sample is held against it byte by byte.
it.runIf(existsSync(runbook))('is the one that the runbook prints', () => {
  expect(readFileSync(runbook, 'utf8').split('\n')).toContain(sample.trimEnd());
});

const period = 'periods/2026-05-01_2026-05-02';
const provider = `request_id,provider_request_id,timestamp_utc,account_ref,model_billed,status,attempt,input_tokens,output_tokens,charged_amount,charged_currency
req_redacted_001,comet-1,2026-05-01T12:34:58Z,acct_redacted,model_name_redacted,success,1,1234,321,0.0002518,USD
`;

/** What the placeholders of the new ledger are replaced by; each must be there. */
const answers: readonly (readonly [file: string, from: string, to: string])[] = [
  ['models.yaml', 'billable_model: VERIFY', 'billable_model: model_name_redacted'],
  ['models.yaml', 'owner: VERIFY', 'owner: platform'],
  ['prices/cometapi/2026-05-10.yaml', 'captured_by: VERIFY', 'captured_by: jane'],
  ['prices/cometapi/2026-05-10.yaml', 'price_kind: VERIFY', 'price_kind: public-list'],
  ['prices/cometapi/2026-05-10.yaml', 'currency: VERIFY', 'currency: USD'],
  ['prices/cometapi/2026-05-10.yaml', '  status: unverified', '  { status: verified, against: contract, on: 2026-05-11, by: jane }'],
  ['contract.yaml', 'success: unverified', 'success: billable'],
  ['trueup.yaml', 'policy:\n', 'policy:\n  counts: { fail: { percent: "0.5" } }\n'],
  [
    `${period}/period.yaml`,
    'evidence:\n',
    'layers: { gateway: { none: none is in use } }\nevidence:\n  provider: { files: [evidence/provider.csv], format: trueup, finalized_through_utc: 2026-05-03T00:00:00Z, delay: 24h }\n',
  ],
];

it('loses no key, and comes out at 1,234 × 0.10 and 321 × 0.40 per million tokens', async () => {
  const filled = sample
    .replace('VERIFY_FROM_SOURCE', 'per-1M-tokens')
    .replace('“input_price”: “VERIFY”', '“input_price”: “0.10”')
    .replace('“output_price”: “VERIFY”', '“output_price”: “0.40”')
    .replace('“unit_divisor”: “VERIFY”', '“unit_divisor”: “1000000”');
  expect(filled).not.toContain('VERIFY');
  writeFileSync(join(workspace, 'sample.json'), filled);
  const imported = await runCli(workspace, ['import', 'sample.json', '--out', 'ledger']);
  expect({ code: imported.code, unknown: imported.stdout.includes('unknown-key') }).toEqual({ code: 0, unknown: false });
  const ledger = join(workspace, 'ledger');
  expect(
    readFileSync(join(ledger, period, 'evidence/application.csv'), 'utf8')
      .split('\n')
      .slice(0, 2),
  ).toEqual([
    'request_id,timestamp_utc,account_ref,service,cost_center,model_requested,model_billed,status,attempt,input_tokens,output_tokens',
    'req_redacted_001,2026-05-01T12:34:56Z,acct_redacted,customer-support-chat,support,model_alias_redacted,model_name_redacted,success,1,1234,321',
  ]);
  writeFileSync(join(ledger, period, 'evidence/provider.csv'), provider);
  for (const [file, from, to] of answers) {
    const text = readFileSync(join(ledger, file), 'utf8');
    expect(text, file).toContain(from);
    writeFileSync(join(ledger, file), text.replace(from, to));
  }
  const { code, stdout, stderr } = await runCli(workspace, ['reconcile', '--ledger', 'ledger', '--out', 'out', '--as-of', '2026-05-10']);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  const result = JSON.parse(readFileSync(join(workspace, 'out', readdirSync(join(workspace, 'out'))[0] ?? '', 'result.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(result).toMatchObject({ totals: { expected: '0.0002518', provider_charged: '0.0002518', unexplained_gross: '0' } });
  expect(result['by_service']).toMatchObject([{ key: 'customer-support-chat' }]);
});
