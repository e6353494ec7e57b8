/** A placeholder or an error in one period's folder never changes another period's verdict, in either direction, and is never passed over itself. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { periodNamed, reconcileLedger, type LedgerRun } from '../../src/period/reconcile.ts';
import { isThorough } from '../properties/drawn-seeds.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { judge, judgeAgainst, only, periodsOf } from './judge-repository.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const asOf = '2026-07-15';
const folder = (period: string): string => `ledger/periods/${period}`;

/** May as the scenarios have it, and June after it with the same rows a month later. */
function twoMonths(): Repository {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  const later = (text: string): string => text.replaceAll('2026-06-', '2026-07-').replaceAll('2026-05', '2026-06').replaceAll('2026-05-31', '2026-06-30');
  for (const name of ['period.yaml', 'invoice.yaml', 'invoice.txt', 'evidence/application.csv', 'evidence/provider.csv']) {
    const text = repository.read(`${folder('2026-05')}/${name}`);
    const prices = (whole: string): string => whole.replace('snapshot: cometapi/2026-06-01', 'snapshot: cometapi/2026-05-01');
    repository.write(`${folder('2026-06')}/${name}`, name === 'invoice.txt' ? text : prices(later(text)));
  }
  return repository;
}

/** Each breaks one folder; `finding` is what is said about it. */
const faults: readonly { readonly what: string; readonly break: (repository: Repository, id: string) => void; readonly finding: string }[] = [
  { what: 'a placeholder', break: (ledger, id) => ledger.edit(`${folder(id)}/period.yaml`, 'acct_redacted', 'REPLACE_ME'), finding: 'placeholder' },
  {
    what: 'a placeholder where a time belongs',
    break: (ledger, id) =>
      ledger.write(
        `${folder(id)}/period.yaml`,
        ledger.read(`${folder(id)}/period.yaml`).replace(/finalized_through_utc: [^,]+/, 'finalized_through_utc: TODO'),
      ),
    finding: 'placeholder',
  },
  { what: 'an unknown key', break: (ledger, id) => ledger.append(`${folder(id)}/period.yaml`, 'colour: red\n'), finding: 'unknown-key' },
  { what: 'no YAML', break: (ledger, id) => ledger.write(`${folder(id)}/period.yaml`, 'id: [\n'), finding: 'yaml-syntax' },
  { what: 'no period.yaml', break: (ledger, id) => rmSync(join(ledger.root, folder(id), 'period.yaml')), finding: 'file-missing' },
  {
    what: 'an invoice with a placeholder',
    break: (ledger, id) => ledger.edit(`${folder(id)}/invoice.yaml`, '"0.47076"', 'REPLACE_ME'),
    finding: 'placeholder',
  },
  { what: 'exceptions of another shape', break: (ledger, id) => ledger.write(`${folder(id)}/exceptions.yaml`, 'exceptions: 7\n'), finding: 'invalid-value' },
];

async function run(repository: Repository, periods: readonly string[]): Promise<LedgerRun> {
  return reconcileLedger({
    ledgerRoot: join(repository.root, 'ledger'),
    evidenceRoot: null,
    out: join(`${repository.root}-tmp`, 'out'),
    periods,
    asOf,
    through: null,
    lineFiles: [],
    toolVersion: '0.0.0-test',
    temporaryRoot: workspace,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
  });
}

const resultOf = (ran: LedgerRun): unknown => ran.periods.map(({ result }) => ({ ...result, digests: result.digests.result }));

describe.concurrent.each([
  ['2026-05', '2026-06', 0],
  ['2026-06', '2026-05', 1],
] as const)('with %s broken and %s whole', { timeout: 120_000 }, (broken, whole, order) => {
  let untouched: unknown;
  beforeAll(async () => {
    untouched = resultOf(await run(twoMonths(), [whole]));
  });

  it('the whole one passes to begin with', () => expect(untouched).toMatchObject([{ verdict: 'pass' }]));

  // On a desk each fault is made in one of the two orders.
  it.each(faults.filter((_, index) => isThorough || index % 2 === order))(
    '$what: the whole one comes out the same, the broken one never green',
    async ({ break: breakIt, finding }) => {
      const repository = twoMonths();
      breakIt(repository, broken);
      const both = await run(repository, []);
      expect(both.verdict).toMatch(/^(?:fail|inconclusive)$/);
      expect(resultOf({ ...both, periods: both.periods.filter(({ period }) => period.id === whole) })).toEqual(untouched);
      const said = [...both.unread.flatMap(({ findings }) => findings), ...both.periods.flatMap(({ judgement }) => judgement.findings)];
      expect(said.filter(({ code }) => code === finding).map(({ source }) => source?.file.split('/')[1])).toEqual([broken]);
    },
  );

  it('the gate says the same: the named period passes, all open ones do not', async () => {
    const repository = twoMonths();
    repository.append(`${folder(broken)}/period.yaml`, 'colour: red\n');
    repository.commit('both');
    const named = await judge(repository, { mode: 'named', periods: [whole] });
    expect(named.verdict).toBe('pass');
    expect(only(named).findings).toEqual([]);
    expect(await judge(repository, { mode: 'named', periods: [broken] })).toMatchObject({ verdict: 'inconclusive' });
    const open = only(await judge(repository, { mode: 'open' }));
    expect(open).toMatchObject({ verdict: 'inconclusive', notes: [`period ${broken} cannot be read and was not judged`] });
    expect(periodsOf(open)).toEqual([[whole, 'pass', null, true]]);
    expect(open.findings.map(({ code }) => code)).toEqual(['unknown-key']);
  });

  it('a change of the whole one is judged by it alone; one that breaks the other is not', async () => {
    const repository = twoMonths();
    repository.append(`${folder(broken)}/period.yaml`, 'colour: red\n');
    repository.commit('base');
    repository.git('checkout', '--quiet', '-b', 'change');
    repository.append(`${folder(whole)}/evidence/application.csv`, '\n');
    repository.commit('a line break');
    const first = only(await judgeAgainst(repository, 'main'));
    expect(first).toMatchObject({ verdict: 'pass', notes: [], findings: [] });
    repository.append(`${folder(broken)}/period.yaml`, 'shape: round\n');
    repository.commit('another key');
    const second = only(await judgeAgainst(repository, 'main'));
    expect(second).toMatchObject({ verdict: 'inconclusive', notes: [`period ${broken} cannot be read and was not judged`] });
    expect(second.findings.map(({ code }) => code)).toEqual(['unknown-key', 'unknown-key']);
  });

  it('mending it is said to have no base to stand against', async () => {
    const repository = twoMonths();
    repository.append(`${folder(broken)}/period.yaml`, 'colour: red\n');
    repository.commit('base');
    repository.git('checkout', '--quiet', '-b', 'change');
    repository.edit(`${folder(broken)}/period.yaml`, 'colour: red\n', '');
    repository.commit('mended');
    const mended = only(await judgeAgainst(repository, 'main'));
    expect(mended).toMatchObject({ verdict: 'warn' });
    expect(mended.findings.map(({ code, args }) => [code, args['period']])).toEqual([['base-unreadable', broken]]);
  });
});

it('a period that cannot be read is said to be that, not to be absent', async () => {
  const repository = twoMonths();
  repository.append(`${folder('2026-06')}/period.yaml`, 'colour: red\n');
  const { ledger } = await readLedger(join(repository.root, 'ledger'), { asOf, builtInFormats });
  if (ledger === null) throw new Error('unread');
  expect(() => periodNamed(ledger, '2026-06')).toThrow('The period 2026-06 cannot be read.');
  expect(() => periodNamed(ledger, '2026-07')).toThrow('There is no period "2026-07"');
});

describe.concurrent('a snapshot', { timeout: 120_000 }, () => {
  it('that only June uses weighs on June alone', async () => {
    const repository = twoMonths();
    const prices = repository.read('ledger/prices/cometapi/2026-05-01.yaml').replace(/^evidence: .*\n/m, '');
    const june = prices
      .replaceAll('2026-05-0', '2026-06-0')
      .replace('input_price: "0.10"', 'input_price: REPLACE_ME')
      .replace(/status: verified[^}]*/, 'status: unverified ');
    repository.write('ledger/prices/cometapi/2026-06-01.yaml', june);
    repository.edit(`${folder('2026-06')}/period.yaml`, 'cometapi/2026-05-01', 'cometapi/2026-06-01');
    const both = await run(repository, []);
    const verdicts = both.periods.map(({ period, result }) => [period.id, result.verdict]);
    expect(verdicts).toEqual([
      ['2026-05', 'pass'],
      ['2026-06', 'fail'],
    ]);
    expect(both.periods[1]?.judgement.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['placeholder', 'unverified-pricing']));
  });

  it('that both use weighs on each once', async () => {
    const repository = twoMonths();
    repository.write(
      'ledger/prices/cometapi/2026-05-01.yaml',
      repository.read('ledger/prices/cometapi/2026-05-01.yaml').replace(/status: verified[^}]*/, 'status: unverified '),
    );
    const both = await run(repository, []);
    const about = both.periods.map(({ judgement }) => judgement.findings.filter(({ code }) => code === 'unverified-pricing').map(({ args }) => args['period']));
    expect(about).toEqual([['2026-05'], ['2026-06']]);
  });
});
