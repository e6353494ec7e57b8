/** Three prepaid months closed in a chain: each stores what was left, and the next begins with just that; nothing of it can change unseen. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePeriod, reopenPeriod } from '../../../src/period/close-period.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { validateLedger } from '../../../src/period/reconcile.ts';
import { commit, freezeAndClose, months, replace, settingsFor, threeMonths, verify, verifyByRerun, workspaceFor } from './three-months.ts';

const workspace = workspaceFor('prepaid');
const settings = settingsFor(workspace.folder);
let closed = '';
afterAll(() => workspace.remove());

/** March and May charge 0.42076, April 0.00576 more: it is charged for a request of March, too. */
const left: Readonly<Record<(typeof months)[number] | '2026-06', string>> = {
  '2026-03': '20',
  '2026-04': '19.57924',
  '2026-05': '19.15272',
  '2026-06': '18.73196',
};

function writeStatement(root: string, month: (typeof months)[number], opening = left[month]): void {
  const next = month === '2026-05' ? '2026-06' : (months[months.indexOf(month) + 1] ?? '2026-06');
  const reading = (name: string, day: string, balance: string): string => {
    const text = `${balance} USD on ${day}\n`;
    writeFileSync(join(root, `periods/${month}/evidence/${name}.txt`), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    return `${name}: { at_utc: ${day}-01T00:00:00Z, balance: "${balance}", source: { file: evidence/${name}.txt, sha256: ${sha256} } }\n`;
  };
  const text = `currency: USD\n${reading('opening', month, opening)}${reading('closing', next, left[next])}`;
  writeFileSync(join(root, `periods/${month}/statement.yaml`), text);
}

beforeAll(async () => {
  closed = threeMonths(workspace.folder, 'closed');
  for (const month of months) {
    for (const file of ['invoice.yaml', 'invoice.txt']) rmSync(join(closed, 'periods', month, file));
    replace(closed, `periods/${month}/period.yaml`, `stage: final\ninvoice_id: INV-${month}\n`, 'stage: prepaid\n');
    writeStatement(closed, month);
  }
  commit(closed, 'Three prepaid months');
  for (const month of months) await freezeAndClose(closed, month, settings);
  commit(closed, 'Close them');
});

let copies = 0;
function copy(): string {
  const root = join(workspace.folder, `copy-${(copies += 1)}`);
  cpSync(closed, root, { recursive: true });
  return root;
}

describe('the closes', () => {
  it('store the last reading, and name the close that the first one continues', async () => {
    const { ledger, findings } = await validateLedger(closed, '2026-06-15');
    expect(findings.filter(({ severity }) => severity !== 'warn' && severity !== 'info')).toEqual([]);
    const closes = (ledger?.periods ?? []).map(({ controls }) => controls.closes[0]);
    expect(closes.map((close) => close?.closingBalance?.balance)).toEqual([left['2026-04'], left['2026-05'], left['2026-06']]);
    expect(closes.map((close) => close?.totals.balance_drawdown)).toEqual(['0.42076', '0.42652', '0.42076']);
    const roles = closes[2]?.files.map(({ name, role }) => `${role} ${name}`);
    expect(roles).toContain('carried periods/2026-04/close-1.yaml');
    expect(roles).toContain('statement periods/2026-05/statement.yaml');
    expect(roles).toContain('document periods/2026-05/evidence/closing.txt');
    expect(readFileSync(join(closed, 'periods/2026-05/evidence.lock'), 'utf8')).toContain('file: evidence/closing.txt');
  });

  it('are confirmed, also by computing them again', async () => {
    expect((await verify(closed)).findings).toEqual([]);
    expect((await verifyByRerun(closed, settings)).findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

describe('a prepaid month', () => {
  it('that was closed cannot get another statement', async () => {
    const root = copy();
    replace(root, 'periods/2026-05/statement.yaml', left['2026-06'], '18.5');
    const { findings } = await verify(root);
    expect(findings.map(({ code, args }) => [code, args['file']])).toEqual([['closed-file-changed', 'periods/2026-05/statement.yaml']]);
  });

  it('that begins with another balance than the close before left is not closed, and is once it begins with that', async () => {
    const root = copy();
    await reopenPeriod(root, '2026-05', 'another opening', '2026-06-15');
    writeStatement(root, '2026-05', '19.2');
    expect((await freezePeriod(root, '2026-05', settings)).findings).toEqual([]);
    const refused = await closePeriod(root, '2026-05', { approvedBy: 'jane', note: 'looked at it' }, settings);
    expect([refused.written, refused.findings.filter(({ code }) => code === 'balance-gap').map(({ amount }) => amount)]).toEqual([null, ['0.04728']]);
    await reopenPeriod(root, '2026-05', 'the opening of April', '2026-06-15');
    writeStatement(root, '2026-05');
    const again = await freezeAndClose(root, '2026-05', settings);
    expect(again.findings.filter(({ code }) => code === 'balance-gap')).toEqual([]);
  });

  it('cannot get a statement after its close either', async () => {
    const root = threeMonths(workspace.folder, 'invoiced');
    await freezeAndClose(root, '2026-03', settings);
    cpSync(join(closed, 'periods/2026-03/statement.yaml'), join(root, 'periods/2026-03/statement.yaml'));
    const { findings } = await verify(root);
    expect(findings.map(({ code, args }) => [code, args['file'], args['problem']])).toContainEqual([
      'closed-file-changed',
      'periods/2026-03/statement.yaml',
      'after-close-extra',
    ]);
  });

  it('is held against no close that was taken back', async () => {
    const root = copy();
    await reopenPeriod(root, '2026-04', 'a correction', '2026-06-15');
    replace(root, 'periods/2026-05/statement.yaml', left['2026-05'], '19.2');
    const { findings } = await validateLedger(root, '2026-06-15');
    expect(findings.filter(({ code }) => code === 'balance-gap')).toEqual([]);
  });
});
