/** What may not change any more, in real repositories: each breach at its place, with the commit that first wrote it. */
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../../src/host/git/history.ts';
import { reopenPeriod } from '../../../src/period/close-period.ts';
import { gitEnvironment, Repository, temporaryWorkspace } from '../git-repository.ts';
import { asOf, closedLedger, historyOf, june, may, said } from './closed-ledger.ts';

const workspace = temporaryWorkspace();
let origin: Repository;
let repository: Repository;
const commits = { written: '', closed: '' };
let copies = 0;

beforeAll(async () => {
  const made = await closedLedger(workspace);
  origin = made.repository;
  Object.assign(commits, made);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
beforeEach(() => {
  repository = new Repository(join(workspace, `copy-${(copies += 1)}`));
  cpSync(origin.root, repository.root, { recursive: true });
});

const check = async () => historyOf(repository, commits.closed, join(workspace, 'tmp'));
const snapshot = 'ledger/prices/cometapi/2026-05-01.yaml';

describe('a price snapshot', () => {
  it('may be added', async () => {
    repository.write('ledger/prices/cometapi/2026-07-01.yaml', repository.read(snapshot).replaceAll('2026-05-01', '2026-07-01'));
    repository.commit('A new snapshot');
    expect(await check()).toEqual([]);
  });

  it('may not be changed, committed or not', async () => {
    repository.append(snapshot, '# a remark\n');
    const lines = repository.read(snapshot).split('\n').length;
    const [found] = await check();
    expect(found).toMatchObject({
      code: 'snapshot-changed',
      severity: 'fail',
      args: { file: 'prices/cometapi/2026-05-01.yaml', problem: 'history-changed', written: commits.written.slice(0, 12) },
      source: { file: 'prices/cometapi/2026-05-01.yaml', line: lines - 2 },
    });
    repository.commit('A remark');
    expect(await check()).toEqual([found]);
  });

  it('may not be renamed, nor deleted with its page', async () => {
    repository.git('mv', snapshot, 'ledger/prices/cometapi/2026-04-01.yaml');
    expect(said(await check())).toEqual(['snapshot-changed prices/cometapi/2026-05-01.yaml:1 history-renamed']);
    repository.remove('ledger/prices/cometapi/2026-04-01.yaml');
    repository.remove('ledger/prices/cometapi/2026-05-01.html');
    expect(said(await check())).toEqual([
      'snapshot-changed prices/cometapi/2026-05-01.html:1 history-removed',
      'snapshot-changed prices/cometapi/2026-05-01.yaml:1 history-removed',
    ]);
  });

  it('is blamed on the commit that wrote the line, not on the one that wrote the file', async () => {
    repository.append(snapshot, '# one\n');
    const later = repository.commit('One line more');
    repository.edit(snapshot, '# one\n', '# two\n');
    const [found] = await historyOf(repository, later, join(workspace, 'tmp'));
    expect(found?.args['written']).toBe(later.slice(0, 12));
  });
});

describe('a closed period', () => {
  const files = ['period.yaml', 'invoice.yaml', 'invoice.txt', 'evidence/application.csv', 'evidence/provider.csv', 'evidence.lock', 'close-1.yaml'];

  it.each(files)('keeps its %s, byte for byte', async (file) => {
    repository.append(`${may}/${file}`, '\n');
    expect(said(await check())).toEqual([expect.stringMatching(`^closed-file-changed periods/2026-05/${file}:\\d+ history-changed$`)]);
    repository.git('rm', '--quiet', '--force', `${may}/${file}`);
    // Without its period.yaml the ledger cannot be read at all.
    if (file !== 'period.yaml') expect(said(await check())).toEqual([`closed-file-changed periods/2026-05/${file}:1 history-removed`]);
  });

  it('is gone as a whole', async () => {
    repository.remove(may);
    const findings = await check();
    expect(said(findings)).toEqual(['closed-file-changed periods/2026-05:1 history-removed']);
    expect(findings[0]).toMatchObject({ count: 7, args: { written: commits.written.slice(0, 12) } });
  });

  it('gets neither exceptions nor evidence afterwards, but a note may lie beside it', async () => {
    repository.write(`${may}/README.md`, 'A note.\n');
    expect(await check()).toEqual([]);
    repository.write(`${may}/evidence/late.csv`, 'a\n');
    const [found] = await check();
    expect(found).toMatchObject({ args: { problem: 'history-added', file: 'periods/2026-05/evidence/late.csv' } });
    expect(found?.args).not.toHaveProperty('written');
    repository.write(`${may}/exceptions.yaml`, 'exceptions: []\n');
    expect(said(await check())).toContain('closed-file-changed periods/2026-05/exceptions.yaml:1 history-added');
  });

  it('is free again by a reopening in the same change, but its close stays', async () => {
    await reopenPeriod(join(repository.root, 'ledger'), '2026-05', 'a late export', asOf);
    repository.append(`${may}/evidence/provider.csv`, '\n');
    repository.edit('ledger/models.yaml', 'owner: research', 'owner: platform');
    repository.commit('Reopen May');
    expect(await check()).toEqual([]);
    repository.append(`${may}/close-1.yaml`, '# edited\n');
    expect(said(await check())).toEqual([expect.stringMatching('^closed-file-changed periods/2026-05/close-1.yaml')]);
  });

  it('keeps the results of its close, when it is reopened too', async () => {
    repository.write(`${may}/results/close-1/report.md`, 'May adds up.\n');
    const kept = repository.commit('Keep the report of May');
    await reopenPeriod(join(repository.root, 'ledger'), '2026-05', 'a late export', asOf);
    expect(await historyOf(repository, kept, join(workspace, 'tmp'))).toEqual([]);
    repository.append(`${may}/results/close-1/report.md`, 'Almost.\n');
    expect(said(await historyOf(repository, kept, join(workspace, 'tmp')))).toEqual([
      expect.stringMatching('^closed-file-changed periods/2026-05/results/close-1/report.md'),
    ]);
  });

  it('is not freed by a reopening of something else', async () => {
    await reopenPeriod(join(repository.root, 'ledger'), '2026-05', 'a late export', asOf);
    repository.edit(`${may}/reopen-1.yaml`, 'a late export', 'another reason');
    repository.append(`${may}/evidence/provider.csv`, '\n');
    expect(said(await check())).toEqual([expect.stringMatching('^closed-file-changed periods/2026-05/evidence/provider.csv')]);
  });

  it('may move with its ledger', async () => {
    repository.git('mv', 'ledger', 'books');
    expect(await check()).toEqual([]);
    repository.append('books/periods/2026-05/evidence/provider.csv', '\n');
    const [found] = await check();
    expect(found?.args['written']).toBe(commits.written.slice(0, 12));
  });

  it('has evidence behind a link that may not change either', async () => {
    repository.git('mv', `${may}/evidence`, 'ledger/periods/kept');
    repository.git('mv', 'ledger/periods/kept', 'ledger/prices/kept');
    symlinkSync('../../prices/kept', join(repository.root, may, 'evidence'));
    repository.commit('Keep the evidence elsewhere');
    const moved = repository.git('rev-parse', 'HEAD');
    expect(await check()).toEqual([]);
    repository.append('ledger/prices/kept/provider.csv', '\n');
    const findings = await historyOf(repository, moved, join(workspace, 'tmp'));
    expect(said(findings)).toEqual([expect.stringMatching('^closed-file-changed periods/2026-05/evidence/provider.csv')]);
  });
});

describe('a frozen period', () => {
  it('keeps its evidence and its lock; the rest of it is still open', async () => {
    repository.append(`${june}/period.yaml`, '# a remark\n');
    expect(await check()).toEqual([]);
    repository.append(`${june}/evidence/provider.csv`, '\n');
    repository.remove(`${june}/evidence.lock`);
    repository.write(`${june}/evidence/extra.csv`, 'a\n');
    expect(said(await check())).toEqual([
      'evidence-changed periods/2026-06/evidence.lock:1 history-removed',
      'evidence-changed periods/2026-06/evidence/extra.csv:1 history-added',
      expect.stringMatching(/^evidence-changed periods\/2026-06\/evidence\/provider.csv:\d+ history-changed$/),
    ]);
  });

  it('is free again when the freeze is taken back', async () => {
    await reopenPeriod(join(repository.root, 'ledger'), '2026-06', 'a late export', asOf);
    repository.append(`${june}/evidence/provider.csv`, '\n');
    repository.remove(`${june}/evidence.lock`);
    expect(await check()).toEqual([]);
  });
});

describe('a mapping in force in a closed period', () => {
  const row = (text: string) => repository.edit('ledger/models.yaml', 'owner: research, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01 }', text);

  it('may be retired at the end of the period, and another may follow', async () => {
    row('owner: research, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01, valid_to: 2026-05-31 }');
    repository.append('ledger/models.yaml', '  - { internal_name: new, requested_model: new, billable_model: new, owner: research, valid_from: 2026-06-01 }\n');
    expect(await check()).toEqual([]);
  });

  it('may not end inside it, say something else, or go', async () => {
    row('owner: research, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01, valid_to: 2026-05-30 }');
    const [shortened] = await check();
    expect(shortened).toMatchObject({
      code: 'mapping-removed',
      severity: 'fail',
      args: { name: 'batch-primary', model: 'claude-haiku-4-5', period: '2026-05', problem: 'row-shortened', written: commits.written.slice(0, 12) },
      source: { file: 'models.yaml', line: 4, column: 5 },
    });
    repository.edit('ledger/models.yaml', 'valid_to: 2026-05-30', 'valid_to: 2026-05-31');
    repository.edit('ledger/models.yaml', 'owner: research', 'owner: somebody');
    expect(said(await check())).toEqual(['mapping-removed models.yaml:4 row-altered']);
    repository.write('ledger/models.yaml', repository.read('ledger/models.yaml').split('\n').slice(0, 3).join('\n'));
    expect(said(await check())).toEqual(['mapping-removed models.yaml:1 row-removed']);
  });

  it('that came after the close was used by nobody', async () => {
    repository.append('ledger/models.yaml', '  - { internal_name: new, requested_model: new, billable_model: new, owner: research, valid_from: 2026-01-01 }\n');
    const later = repository.commit('A mapping of all times');
    repository.edit('ledger/models.yaml', 'internal_name: new', 'internal_name: newer');
    expect(await historyOf(repository, later, join(workspace, 'tmp'))).toEqual([]);
  });
});

describe('a contract item that a closed period rests on', () => {
  it('may be retired, with another that answers from then on', async () => {
    repository.edit('ledger/contract.yaml', 'expires_on: 2027-04-20', 'expires_on: 2026-07-15');
    expect(await check()).toEqual([]);
    repository.edit('ledger/contract.yaml', 'expires_on: 2026-07-15', 'expires_on: 2026-07-14');
    expect(said(await check())).toEqual([expect.stringMatching(/^contract-removed contract.yaml:\d+ row-shortened$/)]);
  });

  it('may not be altered or go, while billing rules may change', async () => {
    repository.edit('ledger/contract.yaml', 'timeout: billable', 'timeout: not-billable');
    expect(await check()).toEqual([]);
    repository.edit('ledger/contract.yaml', 'Refunds are rows of the export', 'Refunds are lines of the invoice');
    expect((await check())[0]).toMatchObject({
      code: 'contract-removed',
      severity: 'fail',
      args: { area: 'billing-assumptions.credits', problem: 'row-altered' },
    });
    repository.write('ledger/contract.yaml', repository.read('ledger/contract.yaml').replace(/^.*billing-assumptions\.credits.*\n/m, ''));
    expect(said(await check())).toEqual(['contract-removed contract.yaml:1 row-removed']);
  });
});

describe('a shallow clone', () => {
  it('tells every breach, and that the first writer is not in it', async () => {
    repository.append(snapshot, '# a remark\n');
    repository.commit('A remark');
    const shallow = new Repository(join(workspace, `shallow-${copies}`));
    origin.git('clone', '--quiet', '--depth', '1', `file://${repository.root}`, shallow.root);
    expect(shallow.git('rev-parse', '--is-shallow-repository')).toBe('true');
    // The clone does not have base; the host's API has it, here played by the whole repository.
    const tree = (await (await openHistory(origin.root, gitEnvironment))?.tree(commits.closed)) ?? null;
    const [found, ...others] = await historyOf(shallow, commits.closed, join(workspace, 'tmp'), tree);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'snapshot-changed', args: { problem: 'history-changed', written: 'unknown (shallow clone)' } });
  });

  it('does not take the commit at which it was cut off for the first writer', async () => {
    const shallow = new Repository(join(workspace, `shallow-${copies}`));
    origin.git('clone', '--quiet', '--depth', '1', `file://${repository.root}`, shallow.root);
    shallow.append(snapshot, '# a remark\n');
    const [found] = await historyOf(shallow, commits.closed, join(workspace, 'tmp'));
    expect(found?.args['written']).toBe('unknown (shallow clone)');
  });
});
