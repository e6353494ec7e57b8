/** The runbook's JSON becomes a ledger without losing a digit or a word. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importRunbook } from '../../../src/ledger/new/import/import-runbook.ts';
import { plainDecimal } from '../../../src/ledger/new/import/runbook-file.ts';
import { readJson } from '../../../src/ledger/new/import/read-json.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function importText(text: string) {
  writeFileSync(join(folder, 'runbook.json'), text);
  return await importRunbook(join(folder, 'runbook.json'), join(folder, 'out'));
}
const writtenText = (name: string) => readFileSync(join(folder, 'out', name), 'utf8');

/** The value of a reading, with numbers and words as marked text. */
function plain(node: ReturnType<typeof readJson>['root']): unknown {
  if (node === null) return undefined;
  if (node.kind === 'text') return node.written === 'string' ? node.value : { [node.written]: node.value };
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
}

describe('readJson', () => {
  it('keeps numbers as they are written', () => {
    expect(plain(readJson('[0.10, 1e-7, -0, 12345678901234567890.123456789, true, null]').root)).toEqual([
      { number: '0.10' },
      { number: '1e-7' },
      { number: '-0' },
      { number: '12345678901234567890.123456789' },
      { word: 'true' },
      { word: null },
    ]);
  });

  it('reads every string that JSON can write', () => {
    const safe = fc.string({ unit: 'binary' }).filter((text) => !/^[“„‟”‘’‚‛]/.test(text));
    const reread = (text: string) => (plain(readJson(JSON.stringify({ key: text })).root) as { key: string }).key;
    fc.assert(
      fc.property(safe, (text) => reread(text) === text),
      { numRuns: 300 },
    );
  });

  it('repairs typographic quotes around keys and values, and says where', () => {
    const { root, repairs } = readJson('{“a”: “x, y”,\n ‘b’: "‘z’", "c": “it’s”, "d": "a “word” inside"}');
    expect(plain(root)).toEqual({ a: 'x, y', b: 'z', c: 'it’s', d: 'a “word” inside' });
    expect(repairs).toHaveLength(5);
  });

  it.each(['{"a": 1,}', '{"a" 1}', '[1 2]', '{"a": 01}', '"a', '{"a": 1, "a": 2}', '{“a": “b}', '[NaN]', '', '{} x', `${'['.repeat(100)}${']'.repeat(100)}`])(
    'refuses %s',
    (text) => {
      const { root, problem } = readJson(text);
      expect(root).toBeNull();
      expect(problem).not.toBeNull();
    },
  );
});

describe('plainDecimal', () => {
  it.each([
    ['1e-7', '0.0000001'],
    ['2.50E+3', '2500'],
    ['0.10', '0.10'],
    ['1e-400', '1e-400'],
    ['$5', '$5'],
  ])('%s → %s', (text, expected) => expect(plainDecimal(text)).toBe(expected));
});

describe('importRunbook', () => {
  it('writes placeholders for everything that an empty runbook does not say', async () => {
    const { written, findings } = await importText('{}');
    expect(findings).toEqual([]);
    expect(written).toEqual(['contract.yaml', 'models.yaml', 'periods/imported/period.yaml', 'prices/cometapi/0001-01-01.yaml', 'trueup.yaml']);
    expect(writtenText('periods/imported/period.yaml')).toContain('account_ref: VERIFY');
    expect(writtenText('prices/cometapi/0001-01-01.yaml')).toContain('unit_basis: VERIFY');
    expect(writtenText('trueup.yaml')).toContain('policy: {}');
  });

  it('takes a row that names no layer for one witness, and says that the other one is missing', async () => {
    const { findings } = await importText(
      '{"reconciliation_period": {"account_ref": "acct"}, "usage_rows": [{"request_id": "r1", "model_requested": "a", "model_billed": "b", "input_tokens": 1e3, "service": "=1+1, \\"x\\""}]}',
    );
    expect(findings.map(({ code, severity, args }) => [code, severity, args['layer']])).toEqual([['layer-missing', 'warn', 'provider']]);
    expect(writtenText('periods/imported/evidence/application.csv')).toBe(
      'request_id,account_ref,service,model_requested,model_billed,input_tokens\nr1,acct,"=1+1, ""x""",a,b,1000\n',
    );
    expect(readdirSync(join(folder, 'out/periods/imported/evidence'))).toEqual(['application.csv']);
    expect(writtenText('models.yaml')).toContain('billable_model: VERIFY');
  });

  it('keeps tenant and template version, and what our side was told that a call cost', async () => {
    await importText(
      '{"usage_rows": [{"layer": "application", "request_id": "r1", "project": "acme", "prompt_template_version": "v3", "response_status": "success", "retry_attempt_number": 2, "billed_amount": 1e-5, "currency": "USD"}]}',
    );
    expect(writtenText('periods/imported/evidence/application.csv')).toBe(
      'request_id,status,attempt,prompt_version,tenant,stated_amount\nr1,success,2,v3,acme,0.00001\n',
    );
  });

  it('takes a row of nothing but what the provider says for the provider', async () => {
    const { findings } = await importText('{"usage_rows": [{"provider_request_id": "p1", "model_billed": "b", "charged_amount": 0.10}]}');
    expect(findings.map(({ code, args }) => [code, args['layer']])).toEqual([['layer-missing', 'application']]);
    expect(writtenText('periods/imported/evidence/provider.csv')).toBe('provider_request_id,model_billed,charged_amount\np1,b,0.10\n');
  });

  it.each([
    ['"unit_basis": "VERIFY_FROM_SOURCE", "prices": [{"unit_divisor": "VERIFY"}]', 'VERIFY', ['placeholder', 'placeholder']],
    ['"prices": [{"unit_divisor": 1000000}, {"unit_divisor": 1e6}]', 'per-1M-tokens', []],
    ['"unit_divisor": 1000, "prices": []', 'per-1K-tokens', []],
    ['"unit_basis": "per token", "prices": [{"unit_divisor": 1}]', 'per-token', []],
    ['"unit_basis": "per 1M tokens", "prices": [{"unit_divisor": 1000}]', 'VERIFY', ['invalid-value']],
    ['"prices": [{"unit_divisor": 1000}, {"unit_divisor": 1000000}]', 'VERIFY', ['invalid-value']],
    ['"prices": [{"unit_divisor": 500000}]', 'VERIFY', ['invalid-value']],
  ])('reads the unit of {%s}', async (snapshot, basis, codes) => {
    const { findings } = await importText(`{"pricing_snapshot": {${snapshot}}}`);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(writtenText('prices/cometapi/0001-01-01.yaml')).toContain(`unit_basis: ${basis}\n`);
  });

  it('refuses a row that another snapshot priced', async () => {
    const rows =
      '[{"request_id": "r1", "price_snapshot_id": "cometapi/2026-05-10"}, {"request_id": "r2", "price_snapshot_id": "2026-05-10"}, {"request_id": "r3", "price_snapshot_id": "2026-04-01"}]';
    const { findings } = await importText(`{"pricing_snapshot": {"accessed_at": "2026-05-10"},\n "usage_rows": ${rows}}`);
    expect(findings.map(({ code, args }) => [code, args['key']])).toEqual([
      ['layer-missing', undefined],
      ['invalid-value', 'usage_rows.2.price_snapshot_id'],
    ]);
  });

  it('keeps what the runbook remarks on its controls above them', async () => {
    const { findings } = await importText(
      '{"controls": {"variance_threshold_example_percent": 1.0, "variance_threshold_note": "Tune to your finance policy."}}',
    );
    expect(findings).toEqual([]);
    expect(writtenText('trueup.yaml')).toMatch(/^# .*\n# variance_threshold_example_percent is an example .*\n# Tune to your finance policy\.\n/);
    expect(writtenText('trueup.yaml')).toContain('percent: "1.0"');
  });

  it('takes days for bounds only where the zone is said to be UTC', async () => {
    await importText('{"reconciliation_period": {"start": "2026-02-01", "end": "2026-03-01", "timezone": "UTC"}}');
    expect(writtenText('periods/2026-02/period.yaml')).toContain('start_utc: 2026-02-01T00:00:00Z');
    rmSync(join(folder, 'out'), { recursive: true });
    await importText('{"reconciliation_period": {"start": "2026-02-01", "end": "2026-03-01", "timezone": "Asia/Shanghai"}}');
    expect(writtenText('periods/imported/period.yaml')).toContain('start_utc: 2026-02-01\n');
  });

  it.each([
    ['{"max_total_variance_percent": 1}', { total: { fail: { percent: '1' } } }],
    ['{"total_variance_warn_percent": 0.50, "max_model_variance_pct": 2}', { total: { warn: { percent: '0.50' } }, model: { fail: { percent: '2' } } }],
    ['{"variance_threshold_ratio": 0.015, "max_unexplained_variance_usd": 25.00}', { total: { fail: { percent: '1.5', amount: '25.00' } } }],
    ['{"thresholds": {"counts": {"fail": {"percent": 0.5}}}, "retry_cap": 1.10}', { counts: { fail: { percent: '0.5' } }, retry_cap: { default: '1.10' } }],
  ])('adopts %s', async (controls, policy) => {
    const { parse } = await import('yaml');
    const { findings } = await importText(`{"controls": ${controls}}`);
    expect(findings).toEqual([]);
    expect((parse(writtenText('trueup.yaml')) as { policy: object }).policy).toEqual(policy);
  });

  it('reports what it does not take over, at its place', async () => {
    const { findings } = await importText(
      '{"note": 1,\n "controls": {"fail_on_missing_usage": false, "alert_channel": "#x"},\n "usage_rows": [{"layer": "invoice"}, 5], "pricing_snapshot": []}',
    );
    expect(findings.map(({ code, source, args }) => [code, source?.line, args['key']])).toEqual([
      ['unknown-key', 1, 'note'],
      ['import-unknown-model-control', 2, 'controls.fail_on_missing_usage'],
      ['unknown-key', 2, 'controls.alert_channel'],
      ['invalid-value', 3, 'usage_rows.0.layer'],
      ['invalid-value', 3, 'usage_rows.1'],
      ['invalid-value', 3, 'pricing_snapshot'],
    ]);
  });

  it('writes nothing into a folder that holds something, and leaves nothing behind', async () => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out', 'mine.txt'), 'mine');
    await expect(importText('{}')).rejects.toThrow(/not empty/);
    expect(readdirSync(join(folder, 'out'))).toEqual(['mine.txt']);
    expect(readdirSync(folder).sort()).toEqual(['out', 'runbook.json']);
  });

  it('uses an empty folder that is there', async () => {
    mkdirSync(join(folder, 'out'));
    expect((await importText('{}')).written).toHaveLength(5);
    expect(readdirSync(folder).sort()).toEqual(['out', 'runbook.json']);
  });

  it('writes nothing for a file that it cannot read', async () => {
    expect(await importText('{"a": ')).toMatchObject({ written: [], findings: [{ code: 'yaml-syntax', severity: 'inconclusive' }] });
    expect(await importRunbook(join(folder, 'none.json'), join(folder, 'out'))).toMatchObject({ written: [], findings: [{ code: 'file-missing' }] });
    expect(readdirSync(folder)).toEqual(['runbook.json']);
  });
});
