/** Three months closed in a chain: what the closes say, what a rerun confirms, and that nothing of a closed month can change unseen. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePeriod, reopenPeriod } from '../../../src/period/close-period.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { sealed } from '../../../src/ledger/lock/sealed-text.ts';
import type { Result } from '../../../src/model/result.ts';
import { verdictOf } from '../../../src/policy/choose-decisions.ts';
import { validateLedger } from '../../../src/period/reconcile.ts';
import { share } from '../../properties/drawn-seeds.ts';
import { commit, filesBelow, freezeAndClose, months, replace, said, settingsFor, threeMonths, verify, verifyByRerun, workspaceFor } from './three-months.ts';

const workspace = workspaceFor('chain');
const settings = settingsFor(workspace.folder);
const results: Result[] = [];
let closed = '';
afterAll(() => workspace.remove());
beforeAll(async () => {
  closed = threeMonths(workspace.folder, 'closed');
  for (const month of months) {
    const { result } = await freezeAndClose(closed, month, settings);
    if (result !== null) results.push(result);
  }
  commit(closed, 'Close three months');
});

let copies = 0;
/** The closed ledger once more, to be spoilt. */
function copy(): string {
  const root = join(workspace.folder, `copy-${(copies += 1)}`);
  cpSync(closed, root, { recursive: true });
  return root;
}

const amountOf = (result: Result | undefined, step: string): string | undefined => result?.bridge.find((row) => row.step === step)?.amount;
const sha256 = (root: string, name: string): string =>
  createHash('sha256')
    .update(readFileSync(join(root, name)))
    .digest('hex');

describe('the closes', () => {
  it('form a chain, and name what they took over and what they left open', async () => {
    const { ledger, findings } = await validateLedger(closed, '2026-06-15');
    expect(findings.filter(({ severity }) => severity === 'inconclusive')).toEqual([]);
    const [march, april, may] = (ledger?.periods ?? []).map(({ controls }) => controls.closes[0]);
    expect([march?.previous, april?.previous?.name, may?.previous?.name]).toEqual([null, 'periods/2026-03/close-1.yaml', 'periods/2026-04/close-1.yaml']);
    expect(april?.previous?.sha256).toBe(sha256(closed, 'periods/2026-03/close-1.yaml'));
    expect([march?.carriedFrom, april?.carriedFrom?.name]).toEqual([null, 'periods/2026-03/close-1.yaml']);
    expect(march?.openItems).toEqual({
      name: 'periods/2026-03/close-1.open.csv',
      sha256: sha256(closed, 'periods/2026-03/close-1.open.csv'),
      count: 2,
      amount: '0.01152',
    });
    expect([april?.openItems?.count, april?.openItems?.amount, may?.openItems?.count]).toEqual([1, '0.00576', 1]);
    expect(readFileSync(join(closed, 'periods/2026-03/close-1.open.csv'), 'utf8')).toBe(
      'request_id,provider_request_id,timestamp_utc,expected_model,expected_cost,period,primary_mappings,input_tokens,cached_input_tokens,cache_write_tokens,cache_write_1h_tokens,output_tokens,reasoning_tokens,service_tier,region\n' +
        'req-2026-03-late,comet-late,2026-03-31T23:50:00.000000Z,gpt-4.1-nano-2025-04-14,0.00576,2026-03,"[""support-chat-primary""]",60000,0,0,0,3000,0,,\n' +
        '\'=req-lost,,2026-03-31T23:55:00.000000Z,gpt-4.1-nano-2025-04-14,0.00576,2026-03,"[""support-chat-primary""]",60000,0,0,0,3000,0,,\n',
    );
    expect(march?.files.map(({ name, role }) => `${role} ${name}`)).toContain('snapshot prices/cometapi/2026-05-01.yaml');
  });

  it('name blobs by the id that git gives them', () => {
    const text = readFileSync(join(closed, 'periods/2026-03/close-1.yaml'), 'utf8');
    const blob = /name: trueup\.yaml, role: policy, blob: "([0-9a-f]{40})"/.exec(text)?.[1];
    const content = readFileSync(join(closed, 'trueup.yaml'));
    expect(blob).toBe(createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'));
  });

  it('the late charge is carried forward at the stored E; what nobody charged is said with its age', () => {
    expect([amountOf(results[0], 'in_transit'), amountOf(results[1], 'carried_forward'), amountOf(results[1], 'unlinked')]).toEqual([
      '-0.01152',
      '0.00576',
      '0',
    ]);
    expect(results[1]?.count_bridge.find(({ step }) => step === 'carried_forward')?.count).toBe(1);
    const missing = results.map(({ findings }) => findings.filter(({ code }) => code === 'in-transit-missing'));
    expect(missing.map((found) => found.map(({ count, amount, args, samples }) => [count, amount, args['days'], samples]))).toEqual([
      [],
      [[1, '0.00576', '30', ['=req-lost']]],
      [[1, '0.00576', '61', ['=req-lost']]],
    ]);
  });
});

describe('verify', { timeout: 240_000 }, () => {
  it('is green, and so is a rerun by a newer version, after policy and mappings were edited', async () => {
    expect(said(await verify(closed))).toEqual([]);
    const root = copy();
    replace(root, 'trueup.yaml', 'fail: { percent: "1", amount: "50" }', 'fail: { percent: "0.0001", amount: "0.0001" }');
    replace(root, 'models.yaml', 'internal_name: batch-primary', 'internal_name: batch-other');
    replace(root, 'contract.yaml', 'quantum: "0.000002"', 'quantum: "0.01"');
    commit(root, 'Another policy');
    const { periods, ...verified } = await verifyByRerun(root, settingsFor(workspace.folder, { toolVersion: '2.0.0' }));
    expect(said(verified)).toEqual([]);
    expect(periods.map(({ id, state, rerun }) => [id, state, rerun])).toEqual(months.map((month) => [month, 'closed', 'confirmed']));
  });

  it('a rerun without the content that a close used is inconclusive, not green', async () => {
    const root = copy();
    replace(root, 'models.yaml', 'owner: research', 'owner: somebody');
    rmSync(join(root, '.git'), { recursive: true });
    expect((await verifyByRerun(root, settings)).findings.map(({ code }) => code)).toEqual(months.map(() => 'close-not-rerun'));
    expect(said(await verifyByRerun(root, settings))).toEqual(
      months.map((month) => `inconclusive close-not-rerun blob-missing periods/${month}/close-1.yaml:4`),
    );
  });

  it('one byte changed, or the file gone: red, whichever file it is', async () => {
    const spared = ['trueup.yaml', 'models.yaml', 'contract.yaml'];
    const tried = filesBelow(closed).filter((name) => !spared.includes(name));
    expect(tried.length).toBeGreaterThan(25);
    const root = copy();
    const green: string[] = [];
    for (const [index, name] of tried.entries()) {
      const path = join(root, name);
      const content = readFileSync(path);
      // On a desk one place of each file, in turns.
      for (const at of share([0, content.length >> 1, content.length - 1], index % 3)) {
        const spoilt = Buffer.from(content);
        spoilt.writeUInt8((spoilt[at] ?? 0) ^ 1, at);
        writeFileSync(path, spoilt);
        if (!isRed(await verify(root))) green.push(`${name} at ${at}`);
      }
      rmSync(path);
      // The last close of the chain is named by nothing; its absence shows in git alone.
      if (!isRed(await verify(root)) && name !== 'periods/2026-05/close-1.yaml') green.push(`${name} gone`);
      writeFileSync(path, content);
    }
    expect(green).toEqual([]);
    expect(said(await verify(root))).toEqual([]);
  });

  it('files that come too late are red as well', async () => {
    const root = copy();
    writeFileSync(join(root, 'periods/2026-03/evidence/more.csv'), 'x\n');
    writeFileSync(join(root, 'periods/2026-04/exceptions.yaml'), 'exceptions: []\n');
    expect((await verify(root)).findings.map(({ code }) => code)).toEqual(['evidence-changed', 'closed-file-changed']);
    expect(said(await verify(root))).toEqual([
      'inconclusive evidence-changed since-freeze-extra periods/2026-03/evidence.lock:7',
      'fail closed-file-changed after-close-extra periods/2026-04/close-1.yaml:4',
    ]);
  });

  it('other numbers in a close that is sealed again: the rerun says so', async () => {
    const root = copy();
    const name = 'periods/2026-05/close-1.yaml';
    reseal(root, name, (text) => text.replace(/invoice_total: "[^"]*"/, 'invoice_total: "0.01"'));
    expect(said(await verify(root))).toEqual([]);
    expect(said(await verifyByRerun(root, settings))).toEqual([`fail result-changed other-totals ${name}:4`]);
  });
});

function isRed({ findings }: { readonly findings: readonly { readonly severity: keyof typeof verdictOf }[] }): boolean {
  return findings.some(({ severity }) => ['fail', 'inconclusive'].includes(verdictOf[severity]));
}

/** What somebody could do who knows how the seal is made. */
function reseal(root: string, name: string, edit: (text: string) => string): void {
  const text = readFileSync(join(root, name), 'utf8').replace(/seal: .*\n$/, '');
  writeFileSync(join(root, name), sealed(edit(text)));
}

describe('a chain that is broken', () => {
  const note = (text: string): string => text.replace('note: "looked at it"', 'note: another');

  it('by a close that was rewritten', async () => {
    const root = copy();
    reseal(root, 'periods/2026-03/close-1.yaml', note);
    // As the close before, and as the one whose open items were taken over.
    const broken = 'inconclusive close-chain-broken chain-changed periods/2026-04/close-1.yaml:4';
    expect(said(await verify(root)).filter((line) => line.includes('chain'))).toEqual([broken, broken]);
  });

  it('by a close that is gone', async () => {
    const root = copy();
    rmSync(join(root, 'periods/2026-04/close-1.yaml'));
    expect(said(await verify(root))).toContain('inconclusive close-chain-broken chain-missing periods/2026-05/close-1.yaml:4');
  });

  it('by two closes that follow the same one', async () => {
    const root = copy();
    const march = sha256(root, 'periods/2026-03/close-1.yaml');
    reseal(root, 'periods/2026-05/close-1.yaml', (text) =>
      text.replace(/previous: \{[^}]*\}/, `previous: { name: periods/2026-03/close-1.yaml, sha256: "${march}" }`),
    );
    expect(said(await verify(root))).toContain('inconclusive close-chain-broken chain-fork periods/2026-05/close-1.yaml:4');
  });

  it.each([
    ['half a close', (text: string) => text.slice(0, text.length / 2)],
    ['no YAML', () => '{'],
    ['nothing', () => ''],
    ['another period', (text: string) => sealed(text.replace(/seal: .*\n$/, '').replace('period: "2026-05"', 'period: "2026-04"'))],
    ['an unknown key', (text: string) => sealed(text.replace(/seal: .*\n$/, 'waived: yes\n'))],
  ])('by a file that cannot be trusted: %s', async (_, edit) => {
    const root = copy();
    const path = join(root, 'periods/2026-05/close-1.yaml');
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const { findings } = await verify(root);
    expect(findings.filter(({ code, severity }) => code === 'close-broken' && severity === 'inconclusive').length).toBeGreaterThan(0);
    // Nothing is closed on top of it.
    await reopenAll(root);
    const { written, findings: refused } = await closePeriod(root, '2026-04', { approvedBy: 'jane', note: 'again' }, settings);
    expect([written, refused.map(({ code }) => code)]).toEqual([null, expect.arrayContaining(['close-broken'])]);
  });
});

async function reopenAll(root: string): Promise<void> {
  await reopenPeriod(root, '2026-04', 'to try', '2026-06-15');
}

describe('reopened', () => {
  it('freezes anew, closes as the second, and the chain goes on; the old close stays', async () => {
    const root = copy();
    expect(await reopenPeriod(root, '2026-04', 'the provider sent a corrected export', '2026-06-15')).toEqual({
      written: 'periods/2026-04/reopen-1.yaml',
      findings: [],
    });
    await expect(reopenPeriod(root, '2026-04', 'again', '2026-06-15')).rejects.toThrow('open already');
    replace(root, 'periods/2026-04/evidence/application.csv', 'chat,sales', 'chat,support');
    await expect(closePeriod(root, '2026-04', { approvedBy: 'jane', note: 'x' }, settings)).resolves.toMatchObject({ written: null });
    expect((await freezePeriod(root, '2026-04', settings)).written).toBe('periods/2026-04/evidence.lock');
    await expect(freezePeriod(root, '2026-04', settings)).rejects.toThrow('frozen already');
    const again = await closePeriod(root, '2026-04', { approvedBy: 'jane', note: 'corrected' }, settings);
    expect(again.written).toBe('periods/2026-04/close-2.yaml');
    const { periods, ...verified } = await verifyByRerun(root, settings);
    expect(said(verified)).toEqual([]);
    expect(periods.map(({ closes }) => closes)).toEqual([1, 2, 1]);
    const { ledger } = await validateLedger(root, '2026-06-15');
    const second = ledger?.periods[1]?.controls.closes[1];
    expect([second?.previous?.name, second?.reopened?.name]).toEqual(['periods/2026-05/close-1.yaml', 'periods/2026-04/reopen-1.yaml']);
    rmSync(join(root, 'periods/2026-04/reopen-1.yaml'));
    expect(said(await verify(root))).toContain('inconclusive close-chain-broken chain-closed-twice periods/2026-04/close-2.yaml:4');
  });
});
